"""What the fields of a config hold: which kind of object each expects, and what a value is."""

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
"""The role of a part of a model, by the kind of object that its field expects."""

PARTS = frozenset({"layers", "losses", "metrics", "optimizers"})
"""The kinds that are parts of a model, whoever made them."""

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
    """Return the kind of object that a field expects, `None` where its name does not tell."""
    return _EXACT.get(field) or _SUFFIXES.get(field.rpartition("_")[2])


def takes_names(kind: "str | None") -> bool:
    """Return whether Keras looks a string up where this kind is expected."""
    return kind in _NAMED


def is_object(config: object) -> bool:
    """Return whether a value is the config of an object."""
    return (
        isinstance(config, dict)
        and isinstance(config.get("class_name"), str)
        and "config" in config
    )


def is_code(value: object) -> bool:
    """Return whether a value is code with its defaults and closure, as Keras 2 stores it."""
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)  # noqa: PLR2004


def text_or_none(value: object) -> "str | None":
    """Return a text that is not empty; `None` for anything else."""
    return value if isinstance(value, str) and value else None


def is_of_keras(module: str) -> bool:
    """Return whether a module that a file states is one of Keras' own."""
    return module.partition(".")[0] in {"keras", "tf_keras"} or module.startswith(
        ("tensorflow.keras", "tensorflow.python.keras")
    )
