"""The Keras of this process, for a plugin that serves three of them.

A plugin that supports Keras 3 alone has no such module. It says

    import keras
    from keras import ops

Keras 2.15 and tf_keras have no `ops`: they get the few used here from TensorFlow.
"""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace
from typing import Any, TypeAlias

Tensor: TypeAlias = Any
"""A tensor of whichever backend Keras runs on, or what converts to one."""

Identifier: TypeAlias = Any
"""What `keras.initializers.get()` and its siblings take: a name, a config, an object or `None`."""


def _is_legacy() -> bool:
    """Tell whether the program works with tf_keras.

    `TF_USE_LEGACY_KERAS` decides, as it does for TensorFlow. Where it is not set, what has been
    imported does. Keras 3 in `sys.modules` means nothing: importing tf_keras brings it in.
    """
    choice = os.environ.get("TF_USE_LEGACY_KERAS")
    return "tf_keras" in sys.modules if choice is None else choice in {"1", "true", "True"}


def _tensorflow_ops() -> SimpleNamespace:
    """Give TensorFlow's functions the names they have in `keras.ops`."""
    import tensorflow as tf  # noqa: PLC0415 - a Keras 3 program may have no TensorFlow.

    return SimpleNamespace(
        abs=tf.abs,
        arange=tf.range,
        broadcast_to=tf.broadcast_to,
        cast=tf.cast,
        clip=tf.clip_by_value,
        convert_to_tensor=tf.convert_to_tensor,
        max=tf.reduce_max,
        mean=tf.reduce_mean,
        minimum=tf.minimum,
        sign=tf.sign,
        sqrt=tf.sqrt,
        square=tf.square,
        sum=tf.reduce_sum,
        where=tf.where,
        zeros_like=tf.zeros_like,
    )


if _is_legacy():
    import tf_keras as keras
else:
    import keras

ops = keras.ops if hasattr(keras, "ops") else _tensorflow_ops()

__all__ = ["Identifier", "Tensor", "keras", "ops"]
