"""The errors of serialization: the place in the config, the fault, and what to do.

As in Keras, an object that cannot be found or parsed is a `TypeError`, and a refused object is a
`ValueError`. Each class method holds one message and makes an error from data.
"""

from keras_serializable._texts import escaped, failure, listed, shown
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.limits import MAX_DEPTH
from keras_serializable.serialization.paths import ROOT, cut

MISSING = object()  # stands for the value of a missing field
_LONGEST_REASON = 10_000  # characters; a reason may contain the errors of several nested classes


class ConfigError(KerasSerializableError):
    """Base of the errors that point at a place inside a config.

    Attributes:
        path: The place in the config, such as ``config.layers[2].config.kernel_regularizer``.
        reason: The fault.
        remedy: What to do about it; empty if the reason says all.

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
        return f"{cut(self.path)}: {reason}. {self.remedy}".rstrip()

    def move_below(self, step: str) -> None:
        """Insert a step, such as ``.layers``, after the root: the writer learns the end first."""
        self.path = f"{ROOT}{step}{self.path[len(ROOT) :]}"


class MalformedConfigError(ConfigError, TypeError, ValueError):
    """A config is not of Keras' format: a value has a wrong type, or a field is missing.

    Example:
        >>> print(MalformedConfigError("'value' is missing", path="config.data.config"))
        config.data.config: 'value' is missing.
    """

    @classmethod
    def of_type(cls, expected: str, value: object, path: str) -> "MalformedConfigError":
        """Return the error of a value of a wrong type, or of a missing value."""
        found = "and it is missing" if value is MISSING else f"not {type(value).__name__}"
        return cls(f"expected {expected}, {found}", path=path)

    @classmethod
    def of_arguments(cls, expected: str, value: object, path: str) -> "MalformedConfigError":
        """Return the error of an inner ``config`` of a wrong type, with the text of Keras."""
        return cls(f"Expected 'config' to be {expected}, not {type(value).__name__}", path=path)

    @classmethod
    def of_no_format(cls, value: object, path: str) -> "MalformedConfigError":
        """Return the error of a value that is not allowed in a config."""
        kind = escaped(type(value).__qualname__)
        return cls(
            f"Could not parse config: an instance of {kind} is not allowed in Keras' format",
            "Pass what serialize_keras_object() returns.",
            path,
        )


class UnknownObjectError(ConfigError, TypeError, LookupError):
    """A config names a class or function that is neither registered nor advertised.

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
        is_known = module in (None, "", "builtins")  # what a file states for a function
        origin = "" if is_known else f" (of {shown(module)}, which is not imported)"
        return cls(f"Could not locate {kind} {shown(key)}{origin}", remedy, path, key)

    @classmethod
    def of_module(cls, key: object, module: object, path: str) -> "UnknownObjectError":
        """Return the error of an object that Keras could find only by importing a module."""
        return cls(
            f"{shown(key)} of the module {shown(module)} is not registered. The module is not "
            "imported, because only the config names it",
            "Register the object, or install or import the plugin that advertises it.",
            path,
            key if isinstance(key, str) else None,
        )

    @classmethod
    def of_keras(cls, name: str, error: ImportError, path: str) -> "UnknownObjectError":
        """Return the error of a class or function of Keras if Keras cannot be imported."""
        return cls(
            f"{name} belongs to Keras, and Keras cannot be imported here: {escaped(error)}",
            "Install Keras and a backend in this environment.",
            path,
            name,
        )


class UnsafeConfigError(ConfigError, ValueError):
    """A lambda is in a config or an object: it could be stored only as bytecode.

    Example:
        >>> print(UnsafeConfigError("a Python lambda", "Register a function.", "config.activation"))
        config.activation: a Python lambda. Register a function.
    """

    @classmethod
    def when_reading(cls, path: str) -> "UnsafeConfigError":
        """Return the error of a lambda that is stored as bytecode."""
        return cls(
            "a Python lambda, stored as bytecode: running it carries the risk of arbitrary code "
            "execution, so it is never run, even with safe_mode=False",
            "In the program that makes the model, replace the lambda by a function with a name. "
            "Decorate this function with @register_keras_serializable(). Save again.",
            path,
        )

    @classmethod
    def when_writing(cls) -> "UnsafeConfigError":
        """Return the error of a lambda that would have to be stored."""
        return cls(
            "a lambda has no name, so only its bytecode could be stored. To run stored bytecode "
            "carries the risk of arbitrary code execution",
            "Write a function with a name, and decorate it with @register_keras_serializable().",
        )


class ConfigLimitError(ConfigError, ValueError):
    """A config contains itself, is nested too deep, or has too many values.

    Example:
        >>> print(ConfigLimitError("it contains itself", path="config.layers[0]"))
        config.layers[0]: it contains itself.
    """

    @classmethod
    def too_deep(cls, path: str = ROOT) -> "ConfigLimitError":
        """Return the error of a config deeper than `MAX_DEPTH` or Python's recursion limit."""
        return cls(
            "nested too deep, or containing itself",
            f"A config may have {MAX_DEPTH} levels, or fewer if Python's recursion limit is lower. "
            "If the config is correct, raise this limit with sys.setrecursionlimit().",
            path,
        )

    @classmethod
    def too_large(cls, most: int, path: str = ROOT) -> "ConfigLimitError":
        """Return the error of a config with more values than allowed."""
        return cls(f"more than {most:,} values", "Store large data in a separate file.", path)

    @classmethod
    def contains_itself(cls, part: str, path: str) -> "ConfigLimitError":
        """Return the error of a container and a part of it that contain each other."""
        return cls(
            f"it contains {part}, and {part} contains it",
            "Replace one of the two by a name or a number: a config has to be a tree.",
            path,
        )


class RestorationError(ConfigError, TypeError, ValueError):
    """A class did not accept its config. The error of the class is the cause.

    Keras raises a `ValueError` or a `TypeError` here. So this error is both.

    Example:
        >>> print(RestorationError("Scale() failed with ValueError: no factor"))
        config: Scale() failed with ValueError: no factor.
    """

    @classmethod
    def of_class(cls, failed: object, error: Exception, path: str) -> "RestorationError":
        """Return the error of a class that raised an exception."""
        return cls(
            f"{escaped(getattr(failed, '__qualname__', failed))} failed with {failure(error)}",
            "Objects inside a config are passed to from_config() as configs. Make the objects "
            "there with deserialize_keras_object().",
            path,
        )

    @classmethod
    def of_keras(cls, error: Exception, path: str) -> "RestorationError":
        """Return the error of a config that Keras could not read."""
        return cls(f"Keras failed with {failure(error)}", path=path)


class NotSerializableError(ConfigError, TypeError):
    """An object has no config, or its config could not make it again.

    Example:
        >>> print(NotSerializableError("a set has no config", "Use a list.", "config.names"))
        config.names: a set has no config. Use a list.
    """

    @classmethod
    def of_instance(cls, obj: object, missing: str) -> "NotSerializableError":
        """Return the error of an object that lacks something that a config needs."""
        return cls(
            f"an instance of {escaped(type(obj).__qualname__)} has no {missing}",
            "Add a get_config() method to its class, or leave the object out of the config.",
        )

    @classmethod
    def of_class(cls, value: type) -> "NotSerializableError":
        """Return the error of a class where an instance is needed."""
        return cls(
            f"the class {escaped(value.__qualname__)} has no config: only an instance has one",
            "Use an instance, or the key of the class as a string.",
        )

    @classmethod
    def of_result(
        cls, method: str, kind: type, result: object, expected: str
    ) -> "NotSerializableError":
        """Return the error of a method whose result has a wrong type."""
        return cls(
            f"{method}() of {escaped(kind.__qualname__)} returned a {type(result).__name__}",
            f"It has to return {expected}.",
        )

    @classmethod
    def of_name(
        cls, function: str, name: str, outcome: str, *, is_plain: bool
    ) -> "NotSerializableError":
        """Return the error of a function whose name leads to another object or to none."""
        wrap = "" if is_plain else "Write a function with def that calls it. "
        return cls(
            f"the {function} would be stored by its name, {shown(name)}, and {outcome}",
            f"{wrap}Decorate the function with @register_keras_serializable().",
        )

    @classmethod
    def of_json_key(cls, key: object, path: str) -> "NotSerializableError":
        """Return the error of a dictionary key that is no string."""
        return cls(
            f"JSON would turn the key {shown(key)} into a string",
            "Use strings as keys in get_config(), and convert them in from_config().",
            path,
        )

    @classmethod
    def of_json_value(cls, value: object, path: str) -> "NotSerializableError":
        """Return the error of a value that JSON cannot store."""
        return cls(
            f"JSON cannot store a {type(value).__name__}",
            "Convert it to a string or to numbers in get_config().",
            path,
        )


class RoundTripError(KerasSerializableError, AssertionError):
    """After a round trip the config differs, or holds another function or class of one name.

    Attributes:
        differences: For each difference its path in the config, the old and the new value as text.

    Example:
        >>> print(RoundTripError("Scale", [("config.config.factor", "3", "1")]))
        Scale does not survive a round trip:
          config.config.factor was 3 and is now 1
        Return every argument of __init__() from get_config(), and do not change it.
    """

    def __init__(
        self,
        subject: str,
        changed: "list[tuple[str, str, str]]",
        replaced: "list[tuple[str, str, str]] | None" = None,
    ) -> None:
        self.differences = [*(replaced or ()), *changed]
        lines = (f"  {cut(path)} was {old} and is now {new}" for path, old, new in self.differences)
        text = f"{escaped(subject)} does not survive a round trip:\n" + listed(lines, 20, "\n")
        if changed:
            text += "\nReturn every argument of __init__() from get_config(), and do not change it."
        if replaced:
            text += "\nRegister each function and class under a key of its own."
        super().__init__(text)
