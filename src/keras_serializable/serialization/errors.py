"""The errors of serialization: where in the config, what is wrong there, and what to do.

As all errors here, each is also a built-in that callers already catch: Keras raises `TypeError`
for what it cannot locate or parse, and `ValueError` for what it refuses.
"""

from keras_serializable._texts import LONGEST, escaped, listed, shown
from keras_serializable.errors import KerasSerializableError

ROOT = "config"
"""What a path starts with: the config, or the object, that the caller handed over."""

_SHOWN_DIFFERENCES = 20
_LONGEST_REASON = 10_000  # characters; it may hold errors of several nested classes


class ConfigError(KerasSerializableError):
    """Base of the errors that point at a place inside a config.

    Attributes:
        path: The place, such as ``config.layers[2].config.kernel_regularizer``.
        reason: What is wrong there.
        remedy: What to do about it.

    Example:
        >>> print(ConfigError("it is a set", "Use a list.", "config.layers[2]"))
        config.layers[2]: it is a set. Use a list.
    """

    def __init__(self, reason: str, remedy: str = "", path: str = ROOT) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        reason = escaped(self.reason, _LONGEST_REASON, lines=True)
        return f"{_cut(self.path)}: {reason}. {self.remedy}".rstrip()

    def move_below(self, step: str) -> None:
        """Put one more step between the root and the place, as an outer level learns of it.

        Example:
            >>> error = ConfigError("it is a set", path="config[2]")
            >>> error.move_below(".layers")
            >>> error.path
            'config.layers[2]'
        """
        self.path = f"{ROOT}{step}{self.path[len(ROOT) :]}"


class MalformedConfigError(ConfigError, TypeError, ValueError):
    """A config, or a part of it, is not of Keras' format: a wrong type, or a missing field.

    Example:
        >>> print(MalformedConfigError("'value' is missing", path="config.data.config"))
        config.data.config: 'value' is missing.
    """


class UnknownObjectError(ConfigError, TypeError, LookupError):
    """A config names a class or function that nobody knows.

    Attributes:
        key: The name that was looked up.

    Example:
        >>> error = UnknownObjectError("class 'Scale' is unknown", "Install it.", key="acme>Scale")
        >>> error.key
        'acme>Scale'
    """

    def __init__(
        self, reason: str, remedy: str = "", path: str = ROOT, key: "str | None" = None
    ) -> None:
        super().__init__(reason, remedy, path)
        self.key = key


class UnsafeConfigError(ConfigError, ValueError):
    """Code, where only data is allowed: a lambda that would have to be stored as bytecode.

    Example:
        >>> raise UnsafeConfigError("a Python lambda", "Register a function.", "config.activation")
        Traceback (most recent call last):
            ...
        keras_serializable.serialization.errors.UnsafeConfigError: config.activation: a Python \
lambda. Register a function.
    """


class ConfigLimitError(ConfigError, ValueError):
    """A config that contains itself, or is nested too deep, or has too many values.

    Example:
        >>> print(ConfigLimitError("it contains itself", path="config.layers[0]"))
        config.layers[0]: it contains itself.
    """


class RestorationError(ConfigError, TypeError, ValueError):
    """A class did not accept its config; its own error is the cause.

    Keras lets the `ValueError` of such a class through and wraps its `TypeError` in another: this
    is both.

    Example:
        >>> print(RestorationError("Scale() failed with ValueError: no factor"))
        config: Scale() failed with ValueError: no factor.
    """


class NotSerializableError(ConfigError, TypeError):
    """An object has no config that could make it again.

    Example:
        >>> print(NotSerializableError("a set has no config", "Use a list.", "config.names"))
        config.names: a set has no config. Use a list.
    """


class RoundTripError(KerasSerializableError, AssertionError):
    """An object that was serialized and deserialized has another config than before.

    Attributes:
        differences: For each difference the path inside the config, and the two values as text.

    Example:
        >>> print(RoundTripError("Scale", [("config.config.factor", "3", "1")]))
        Scale does not survive a round trip:
          config.config.factor was 3 and is now 1
    """

    def __init__(self, subject: str, differences: "list[tuple[str, str, str]]") -> None:
        lines = (f"  {_cut(path)} was {old} and is now {new}" for path, old, new in differences)
        text = listed(lines, _SHOWN_DIFFERENCES, "\n")
        super().__init__(f"{escaped(subject)} does not survive a round trip:\n{text}")
        self.differences = differences


def _cut(path: str) -> str:
    """Return the two ends of a long path."""
    return path if len(path) <= 3 * LONGEST else f"{path[:LONGEST]} ... {path[-LONGEST:]}"


def step(container: object, key: object) -> str:
    """Return how a path goes from a container to one of its values.

    Args:
        container: A dictionary, list or tuple.
        key: The key or position.

    Example:
        >>> step({}, "layers"), step([], 2), step({}, "odd key")
        ('.layers', '[2]', "['odd key']")
    """
    if isinstance(container, dict) and isinstance(key, str) and _is_name(key):
        return f".{key}"
    return f"[{shown(key)}]"


def _is_name(key: str) -> bool:
    return len(key) <= LONGEST and key.isidentifier()
