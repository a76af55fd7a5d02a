"""Paths: a place in a config as text, such as ``config.layers[2].config.kernel_regularizer``."""

from keras_serializable._texts import LONGEST, shown

ROOT = "config"
"""The start of every path: the config or the object that the caller passed."""


def step(container: object, key: object) -> str:
    """Return the step of a path from a container to the value under a key or position.

    Example:
        >>> step({}, "layers"), step([], 2), step({}, "odd key")
        ('.layers', '[2]', "['odd key']")
    """
    if isinstance(container, dict) and isinstance(key, str) and _is_name(key):
        return f".{key}"
    return f"[{shown(key)}]"


def cut(path: str) -> str:
    """Return a path; of a long one only its two ends."""
    return path if len(path) <= 3 * LONGEST else f"{path[:LONGEST]} ... {path[-LONGEST:]}"


def _is_name(key: str) -> bool:
    return len(key) <= LONGEST and key.isidentifier()
