"""The Keras of this process: Keras 3, Keras 2.15 or tf_keras.

A plugin for Keras 3 alone does not need this module. It has these two lines instead:

    import keras
    from keras import ops

Keras 2.15 and tf_keras have no `ops`. So this module takes the functions from TensorFlow.
"""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace
from typing import Any, TypeAlias

Tensor: TypeAlias = Any
"""A tensor of the backend, or a value that the backend can convert to a tensor."""

Identifier: TypeAlias = Any
"""An argument of `keras.initializers.get()` or its like: a name, config, object or `None`."""


def _is_legacy() -> bool:
    """Return whether the program uses tf_keras."""
    # As in TensorFlow, `TF_USE_LEGACY_KERAS` decides. If it is not set, an imported tf_keras
    # decides. An imported Keras 3 does not count, because tf_keras imports it.
    choice = os.environ.get("TF_USE_LEGACY_KERAS")
    return "tf_keras" in sys.modules if choice is None else choice in {"1", "true", "True"}


def _tensorflow_ops() -> SimpleNamespace:
    """Return TensorFlow's functions under their names in `keras.ops`."""
    import tensorflow as tf  # noqa: PLC0415 -- A program with Keras 3 may have no TensorFlow.

    return SimpleNamespace(
        abs=tf.abs,
        arange=tf.range,
        cast=tf.cast,
        clip=tf.clip_by_value,
        convert_to_tensor=tf.convert_to_tensor,
        max=tf.reduce_max,
        mean=tf.reduce_mean,
        minimum=tf.minimum,
        ones=tf.ones,
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
