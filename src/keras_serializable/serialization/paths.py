"""Paths: where in a config something is, such as ``config.layers[2].config.kernel_regularizer``."""

from keras_serializable._texts import LONGEST, shown

ROOT = "config"
"""The start of every path: the config, or the object, that the caller handed over."""


def step(container: object, key: object) -> str:
    """Return how a path goes from a container to the value under a key or position.

    Example:
        >>> step({}, "layers"), step([], 2), step({}, "odd key")
        ('.layers', '[2]', "['odd key']")
    """
    if isinstance(container, dict) and isinstance(key, str) and _is_name(key):
        return f".{key}"
    return f"[{shown(key)}]"


def cut(path: str) -> str:
    """Return the two ends of a long path."""
    return path if len(path) <= 3 * LONGEST else f"{path[:LONGEST]} ... {path[-LONGEST:]}"


def _is_name(key: str) -> bool:
    return len(key) <= LONGEST and key.isidentifier()
