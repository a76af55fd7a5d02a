"""The fields of a config: the kind of object that each expects, and how a value is recognized."""

ROLES = {
    "layers": "layer",
    "losses": "loss",
    "metrics": "metric",
    "optimizers": "optimizer",
    "activations": "activation",
    "constraints": "constraint",
    "initializers": "initializer",
    "regularizers": "regularizer",
    "schedules": "schedule",
    "policies": "dtype policy",
    "functions": "function",
}
"""kind of object that a field expects -> role of the part in the model."""

PARTS = frozenset({"layers", "losses", "metrics", "optimizers"})
"""The kinds of which every object is a part of the model, also an object of Keras."""

_EXACT = {
    "backward_layer": "layers",
    "cell": "layers",
    "cells": "layers",
    "dtype": "policies",
    "fn": "functions",
    "forward_layer": "layers",
    "inner_optimizer": "optimizers",
    "layer": "layers",
    "layers": "layers",
    "learning_rate": "schedules",
    "loss": "losses",
    "metrics": "metrics",
    "optimizer": "optimizers",
    "optimizer_config": "optimizers",
    "weighted_metrics": "metrics",
}
_SUFFIXES = {
    "activation": "activations",
    "constraint": "constraints",
    "initializer": "initializers",
    "regularizer": "regularizers",
}

_NAMED = frozenset(
    {
        *("activations", "constraints", "functions", "initializers", "losses", "metrics"),
        *("optimizers", "regularizers"),
    }
)


def kind_of(field: str) -> "str | None":
    """Return the kind of object that a field expects, `None` if its name does not tell."""
    return _EXACT.get(field) or _SUFFIXES.get(field.rpartition("_")[2])


def takes_names(kind: "str | None") -> bool:
    """Return whether Keras looks up a string in a field of this kind."""
    return kind in _NAMED


def is_object(config: object) -> bool:
    """Return whether a value is the config of an object."""
    return (
        isinstance(config, dict)
        and isinstance(config.get("class_name"), str)
        and "config" in config
    )


def is_code(value: object) -> bool:
    """Return whether a value is code, its defaults and its closure, as Keras 2 stores a lambda."""
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)  # noqa: PLR2004


def text_or_none(value: object) -> "str | None":
    """Return a value that is a text and not empty; `None` for any other value."""
    return value if isinstance(value, str) and value else None


def is_of_keras(module: str) -> bool:
    """Return whether a module that a file states belongs to Keras."""
    return module.partition(".")[0] in {"keras", "tf_keras"} or module.startswith(
        ("tensorflow.keras", "tensorflow.python.keras")
    )
