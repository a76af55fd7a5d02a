"""Code outside of the library: the paths that the scan knows, and all others."""

from __future__ import annotations

from keras_serializable_build._scan.keras_paths import recognize
from keras_serializable_build._scan.values import (
    FALSE,
    NONE,
    TRUE,
    Action,
    Arguments,
    External,
    Instance,
    Value,
)

CONSTANTS = {
    "typing.TYPE_CHECKING": FALSE,
    "typing_extensions.TYPE_CHECKING": FALSE,
    "six.PY2": FALSE,
    "six.PY3": TRUE,
}
LONGEST_PATH = 200
# Decorators that return the function that they get, by the root of their path.
SAME_FUNCTION_ROOTS = frozenset({"abc", "atexit", "typing", "typing_extensions"})
# Decorators that return the function that they get, by a part of their name.
SAME_FUNCTION_PARTS = ("export", "register", "doc_controls", "do_not_")


def external(path: str) -> Value:
    """Return the object at a dotted path outside the library."""
    if len(path) > LONGEST_PATH:
        path = f"{path[:LONGEST_PATH]}…"
    return CONSTANTS.get(path) or recognize(path) or External(path)


def returns_function(path: str) -> bool:
    """Return whether an outside decorator returns the function that it gets."""
    root = path.partition(".")[0]
    return root in SAME_FUNCTION_ROOTS or any(part in path for part in SAME_FUNCTION_PARTS)


INITIALIZERS = {"namex.export": ("package", "path")}
"""outside class from which decorators inherit -> the arguments that it stores."""


def initializer(path: str, receiver: Value) -> Value:
    """Return the `__init__` of a base from outside the library, for `super().__init__(...)`."""

    def run(arguments: Arguments) -> Value:
        if isinstance(receiver, Instance):
            for index, name in enumerate(INITIALIZERS.get(path, ())):
                value = arguments.get(index, name)
                if value is not None:
                    receiver.attributes[name] = value
        return NONE

    return Action("__init__", run)


def may_register(path: str) -> bool:
    """Return whether a decorator of another library may register what it gets.

    Example:
        >>> may_register("keras_hub.src.api_export.keras_hub_export()")
        True
        >>> may_register("tensorflow.python.util.tf_export.keras_export()")
        False
    """
    root = path.partition(".")[0]
    last = path.removesuffix("()").rpartition(".")[2]
    if root in {"keras", "tf_keras", "tensorflow", "namex"}:
        return False
    return (last.startswith("keras") and last.endswith("_export")) or "serializable" in last
