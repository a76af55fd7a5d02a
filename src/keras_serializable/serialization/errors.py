"""The errors of serialization: where in the config, what is wrong there, and what to do.

Keras raises `TypeError` for what it cannot locate or parse, and `ValueError` for what it refuses:
the errors here are these too. Each class method holds one message, and makes an error from data.
"""

from keras_serializable._texts import escaped, failure, listed, shown
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.limits import MAX_DEPTH
from keras_serializable.serialization.paths import ROOT, cut

MISSING = object()  # in place of the value of a field that is not there


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
        # In characters: a reason may hold the errors of several nested classes.
        reason = escaped(self.reason, 10_000, lines=True)
        return f"{cut(self.path)}: {reason}. {self.remedy}".rstrip()

    def move_below(self, step: str) -> None:
        """Insert a step after the root: the writer learns a path from its end to its start.

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

    @classmethod
    def of_type(cls, expected: str, value: object, path: str) -> "MalformedConfigError":
        """Return the error of a value that is of a wrong type, or `MISSING`."""
        found = "and it is missing" if value is MISSING else f"not {type(value).__name__}"
        return cls(f"expected {expected}, {found}", path=path)

    @classmethod
    def of_arguments(cls, expected: str, value: object, path: str) -> "MalformedConfigError":
        """Return the error of an inner ``config`` of a wrong type, in the words of Keras."""
        return cls(f"Expected 'config' to be {expected}, not {type(value).__name__}", path=path)

    @classmethod
    def of_no_format(cls, value: object, path: str) -> "MalformedConfigError":
        """Return the error of a value that no config can hold."""
        kind = escaped(type(value).__qualname__)
        return cls(
            f"Could not parse config: an instance of {kind} is no part of Keras' format",
            "Pass what serialize_keras_object() returns.",
            path,
        )


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

    @classmethod
    def of_key(
        cls, kind: str, key: str, module: object, remedy: str, path: str
    ) -> "UnknownObjectError":
        """Return the error of a class or function that is neither registered nor advertised."""
        origin = f" (of {shown(module)}, which is not imported)" if module else ""
        return cls(f"Could not locate {kind} {shown(key)}{origin}", remedy, path, key)

    @classmethod
    def of_module(cls, key: object, module: object, path: str) -> "UnknownObjectError":
        """Return the error of an object that Keras would get by importing the module named."""
        return cls(
            f"{shown(key)} of the module {shown(module)} is not registered, and no module that a "
            "config names is imported",
            "Register it, install the plugin that advertises it, or import that plugin.",
            path,
            key if isinstance(key, str) else None,
        )

    @classmethod
    def of_keras(cls, name: str, error: ImportError, path: str) -> "UnknownObjectError":
        """Return the error of an object of Keras where Keras cannot be imported."""
        return cls(
            f"{name} is Keras' own, and Keras cannot be imported here: {escaped(error)}",
            "Install Keras and a backend, or read this config where they are installed.",
            path,
            name,
        )


class UnsafeConfigError(ConfigError, ValueError):
    """Code, where only data is allowed: a lambda that would have to be stored as bytecode.

    Example:
        >>> raise UnsafeConfigError("a Python lambda", "Register a function.", "config.activation")
        Traceback (most recent call last):
            ...
        keras_serializable.serialization.errors.UnsafeConfigError: config.activation: a Python \
lambda. Register a function.
    """

    @classmethod
    def when_reading(cls, path: str) -> "UnsafeConfigError":
        """Return the error of a lambda that is stored as bytecode."""
        return cls(
            "a Python lambda, stored as bytecode: running it would carry the risk of arbitrary "
            "code execution, and is never done, whatever `safe_mode` says",
            "Where the model is made, replace the lambda by a function with a name, decorate that "
            "with @register_keras_serializable(), and save again.",
            path,
        )

    @classmethod
    def when_writing(cls) -> "UnsafeConfigError":
        """Return the error of a lambda that would have to be stored."""
        return cls(
            "a lambda has no name, and its bytecode would be arbitrary code for whoever reads it",
            "Write a function with a name, decorated with @register_keras_serializable().",
        )


class ConfigLimitError(ConfigError, ValueError):
    """A config that contains itself, or is nested too deep, or has too many values.

    Example:
        >>> print(ConfigLimitError("it contains itself", path="config.layers[0]"))
        config.layers[0]: it contains itself.
    """

    @classmethod
    def too_deep(cls, path: str = ROOT) -> "ConfigLimitError":
        """Return the error of a config beyond `MAX_DEPTH` or Python's recursion limit."""
        return cls(
            "nested too deep, or containing itself",
            f"A config has at most {MAX_DEPTH} levels, or as many as Python's recursion limit "
            "allows: raise that with sys.setrecursionlimit() if such a config is right.",
            path,
        )

    @classmethod
    def too_large(cls, most: int, path: str = ROOT) -> "ConfigLimitError":
        """Return the error of a config with more values than allowed."""
        return cls(f"more than {most:,} values", "Keep large data in a file of its own.", path)

    @classmethod
    def contains_itself(cls, part: str, path: str) -> "ConfigLimitError":
        """Return the error of a dictionary or list that contains one that it is in."""
        return cls(
            f"it contains {part}, of which it is itself a part",
            "A config is a tree: put a name or number in place of the way back.",
            path,
        )


class RestorationError(ConfigError, TypeError, ValueError):
    """A class did not accept its config; its own error is the cause.

    Keras lets the `ValueError` of such a class through and wraps its `TypeError` in another: this
    is both.

    Example:
        >>> print(RestorationError("Scale() failed with ValueError: no factor"))
        config: Scale() failed with ValueError: no factor.
    """

    @classmethod
    def of_class(cls, failed: object, error: Exception, path: str) -> "RestorationError":
        """Return the error of a class that raised one."""
        return cls(
            f"{escaped(getattr(failed, '__qualname__', failed))} failed with {failure(error)}",
            "Objects that its config holds come to from_config() as configs: make them there with "
            "deserialize_keras_object().",
            path,
        )

    @classmethod
    def of_keras(cls, error: Exception, path: str) -> "RestorationError":
        """Return the error of a config that Keras could not read."""
        return cls(f"Keras failed with {failure(error)}", path=path)


class NotSerializableError(ConfigError, TypeError):
    """An object has no config that could make it again.

    Example:
        >>> print(NotSerializableError("a set has no config", "Use a list.", "config.names"))
        config.names: a set has no config. Use a list.
    """

    @classmethod
    def of_instance(cls, obj: object, missing: str) -> "NotSerializableError":
        """Return the error of an object that lacks what it takes to make it again."""
        return cls(
            f"an instance of {escaped(type(obj).__qualname__)} has no {missing}",
            "Give its class a get_config() method, or leave it out of get_config().",
        )

    @classmethod
    def of_class(cls, value: type) -> "NotSerializableError":
        """Return the error of a class in place of an instance."""
        return cls(
            f"the class {escaped(value.__qualname__)} has no config, only its instances have",
            "Put an instance in its place, or its key as a string.",
        )

    @classmethod
    def of_result(
        cls, method: str, kind: type, result: object, expected: str
    ) -> "NotSerializableError":
        """Return the error of a method that did not return a dictionary."""
        return cls(
            f"{method}() of {escaped(kind.__qualname__)} returned a {type(result).__name__}",
            f"It should return {expected}.",
        )

    @classmethod
    def of_name(
        cls, function: str, name: str, outcome: str, *, is_plain: bool
    ) -> "NotSerializableError":
        """Return the error of a function whose name does not lead back to it."""
        wrap = "" if is_plain else "Write a function with def that calls it. "
        return cls(
            f"the {function} would be stored by its name, {shown(name)}, and {outcome}",
            f"{wrap}Decorate the function with @register_keras_serializable().",
        )

    @classmethod
    def of_json_key(cls, key: object, path: str) -> "NotSerializableError":
        """Return the error of a key that is no string."""
        return cls(
            f"JSON would turn the key {shown(key)} into a string",
            "Use strings as keys in get_config(), and convert them in from_config().",
            path,
        )

    @classmethod
    def of_json_value(cls, value: object, path: str) -> "NotSerializableError":
        """Return the error of a value that JSON has no form for."""
        return cls(
            f"JSON cannot store a {type(value).__name__}",
            "Convert it to a string or to numbers in get_config().",
            path,
        )


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
        lines = (f"  {cut(path)} was {old} and is now {new}" for path, old, new in differences)
        text = listed(lines, 20, "\n")
        super().__init__(f"{escaped(subject)} does not survive a round trip:\n{text}")
        self.differences = differences
