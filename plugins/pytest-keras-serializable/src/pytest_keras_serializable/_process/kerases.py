"""The Keras that the checks run with, and what differs between Keras 2 and Keras 3."""

from __future__ import annotations

import importlib
from typing import Any


class Keras:
    """A Keras.

    Args:
        name: The module to import: `keras` or `tf_keras`.
    """

    def __init__(self, name: str) -> None:
        self.module: Any = importlib.import_module(name)
        self.is_newer_than_2 = hasattr(self.module, "ops")

    def function(self, name: str) -> Any:
        """Return one of the functions that save and load."""
        saving = getattr(self.module, "saving", None)
        return getattr(saving, name, None) or getattr(self.module.utils, name)

    def array(self, value: Any) -> list[Any]:
        """Return tensors as NumPy arrays, in a flat list."""
        import numpy as np  # noqa: PLC0415 -- a process without Keras may have no NumPy

        if isinstance(value, dict):
            return [part for name in sorted(value) for part in self.array(value[name])]
        if isinstance(value, (list, tuple)):
            return [part for each in value for part in self.array(each)]
        if self.is_newer_than_2:
            return [self.module.ops.convert_to_numpy(value)]
        return [np.asarray(value)]

    def use_of(self, found: Any) -> str:
        """Return what an instance or a class is used for in a model; empty if it is unknown."""
        each = found if isinstance(found, type) else type(found)
        keras = self.module
        classes = {
            "metric": keras.metrics.Metric,  # a layer in Keras 2, so it goes first
            "layer": keras.layers.Layer,
            "loss": keras.losses.Loss,
            "optimizer": keras.optimizers.Optimizer,
            "schedule": keras.optimizers.schedules.LearningRateSchedule,
            "initializer": keras.initializers.Initializer,
            "regularizer": keras.regularizers.Regularizer,
            "constraint": keras.constraints.Constraint,
            "dtype policy": getattr(keras, "DTypePolicy", keras.mixed_precision.Policy),
        }
        return next((use for use, base in classes.items() if issubclass(each, base)), "")

    def owns(self, found: Any) -> bool:
        """Return whether a class is one of Keras' own."""
        return found.__module__.partition(".")[0] in {"keras", "tf_keras", "tensorflow"}
