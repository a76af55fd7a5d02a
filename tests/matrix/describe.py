"""What a loaded object is, as data that can be compared with another process's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from kinds import INPUTS, TARGETS, as_data

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = (
    "activation",
    "kernel_initializer",
    "kernel_regularizer",
    "kernel_constraint",
    "factor_initializer",
    "loss",
    "optimizer",
    "_learning_rate",
    "_fn",
    "fn",
    "layer",
)
"""Attributes of Keras objects that hold other Keras objects."""


def describe(keras: Any, family: str, loaded: Any) -> dict[str, Any]:
    """Return the types, the config and the numbers of a loaded model, or of an object alone."""
    is_model = isinstance(loaded, keras.Model)
    description = {
        "types": dict(_types(loaded, "")),
        "numbers": as_data(_model_numbers(loaded) if is_model else _numbers(family, loaded)),
    }
    if hasattr(loaded, "get_config"):
        config = keras.saving.serialize_keras_object(loaded)
        description["saved again"] = without_addresses(json.dumps(config, sort_keys=True))
    if is_model:
        # After the numbers: Keras builds metrics at the first batch.
        description["metrics"] = [
            dict(_types(metric, ""))
            for group in loaded.metrics
            for metric in (group, *getattr(group, "metrics", ()))
        ]
    return description


def without_addresses(text: str) -> str:
    """Return `text` with addresses in memory replaced, which differ in every process."""
    return re.sub(r"0x[0-9a-f]{6,}", "0x…", text)


def type_name(value: Any) -> str:
    """Return where an object's class is defined, or the object itself if it is a function."""
    named = value if hasattr(value, "__qualname__") else type(value)
    return f"{named.__module__}.{named.__qualname__}"


def _types(value: Any, path: str) -> Iterator[tuple[str, str]]:
    yield path, type_name(value)
    for name in _PARTS:
        part = getattr(value, name, None)
        if part is not None and not isinstance(part, (str, float, int, dict, list)):
            yield from _types(part, f"{path}.{name}")
    for number, layer in enumerate(getattr(value, "layers", ())):
        yield from _types(layer, f"{path}.layers[{number}]")


def _model_numbers(model: Any) -> dict[str, Any]:
    numbers: dict[str, Any] = {"outputs": model(INPUTS), "penalties": list(model.losses)}
    if getattr(model, "optimizer", None) is not None:
        numbers["evaluation"] = model.evaluate(INPUTS, TARGETS, verbose=0, return_dict=True)
        numbers["optimizer steps"] = int(np.asarray(model.optimizer.iterations))
        try:
            model.train_on_batch(INPUTS, TARGETS)
            numbers["trained"] = model.get_weights()
        except ValueError as error:
            # Keras does not build the optimizer of an .h5 file with every backend.
            numbers["trained"] = str(error)
    return numbers


def _numbers(family: str, loaded: Any) -> Any:
    outputs = INPUTS[:, :3]
    if family == "layers":
        wide = hasattr(loaded, "layer")  # a wrapper that takes each of several steps
        return loaded(INPUTS.reshape(5, 2, 2) if wide else INPUTS)
    if family == "initializers":
        return loaded((2, 3))
    if family in {"losses", "metrics"}:
        return loaded(TARGETS, outputs)
    if family == "optimizers.schedules":
        return [loaded(step) for step in (0, 10)]
    if family == "optimizers":
        return []
    return loaded(INPUTS)
