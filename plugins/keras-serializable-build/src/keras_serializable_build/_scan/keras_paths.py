"""The dotted paths of the decorator and of the registered objects in each Keras."""

from __future__ import annotations

from keras_serializable_build._scan.values import Registry, Value

KERAS_ROOTS = ("keras", "tf_keras")
OURS = "keras_serializable"
REGISTRAR = "register_keras_serializable"
GETTER = "get_custom_objects"
DICTIONARIES = frozenset({"GLOBAL_CUSTOM_OBJECTS", "_GLOBAL_CUSTOM_OBJECTS"})
NAMES = frozenset({REGISTRAR, GETTER, *DICTIONARIES})


def keras_of(path: str) -> str | None:
    """Return the name of the Keras that a dotted path belongs to.

    Example:
        >>> keras_of("tensorflow.keras.layers.Layer"), keras_of("numpy.ndarray")
        ('tensorflow.keras', None)
    """
    parts = path.split(".")
    if parts[0] in KERAS_ROOTS:
        return parts[0]
    if "keras" in parts or parts[0] == "tensorflow":
        return "tensorflow.keras" if "keras" in parts else None
    return None


def keras_name(path: str) -> str:
    """Return the name of the Keras, or of our registry, that a registrar's path belongs to."""
    if path.partition(".")[0] == OURS:
        return OURS
    return keras_of(path) or path.partition(".")[0]


def is_getter(path: str) -> bool:
    """Return whether a path is a Keras' or our `get_custom_objects`.

    Other libraries have functions of this name that return a dictionary of their own.

    Example:
        >>> is_getter("keras.utils.get_custom_objects"), is_getter("keras_bert.get_custom_objects")
        (True, False)
    """
    root, last = path.partition(".")[0], path.rpartition(".")[2]
    known = keras_of(path) is not None or root in {OURS, "keras_core", "tensorflow"}
    return last == GETTER and known


def recognize(path: str) -> Value | None:
    """Return the registry at a path outside of the library, `None` for another path."""
    if path.rpartition(".")[2] in DICTIONARIES:
        return Registry(keras_name(path))
    return None
