"""Writing: the config of an object, in Keras 3's format."""

from types import FunctionType

from keras_serializable._keras import configs
from keras_serializable._keras_releases import FUNCTION
from keras_serializable.serialization import (
    bytes_and_arrays,
    function_names,
    sharing,
    written_objects,
)
from keras_serializable.serialization.config_tree import PLAIN
from keras_serializable.serialization.errors import (
    ConfigError,
    ConfigLimitError,
    NotSerializableError,
    UnsafeConfigError,
)
from keras_serializable.serialization.limits import MAX_DEPTH, MAX_VALUES
from keras_serializable.serialization.paths import step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from keras_serializable._registry.registry import Registry


def serialize(obj: object, registry: "Registry") -> object:
    """Return the config of an object.

    Args:
        obj: An object with ``get_config()``, a function, a plain value, or a structure of these.
        registry: The registry that knows the keys of classes and functions.

    Returns:
        Dictionaries, lists, tuples and plain values.

    Raises:
        NotSerializableError: If something in the object has no config.
        UnsafeConfigError: If something in the object is a lambda.
        ConfigLimitError: If the object is nested too deep, contains itself, or is too large.

    Example:
        >>> from keras_serializable._registry.registry import Registry
        >>> serialize({"shape": (2, 3), "axis": slice(1)}, Registry())["shape"]
        (2, 3)
    """
    try:
        return _Writer(registry).write(obj, 0)
    except RecursionError as error:
        # The deeper frames had no room left to handle the error.
        raise ConfigLimitError.too_deep() from error


class _Writer:
    """Writes one object and all objects inside it."""

    __slots__ = ("_names", "_registry", "_values")

    def __init__(self, registry: "Registry") -> None:
        self._registry = registry
        # class -> its fields in a config. Finding them may take long, so it is done once.
        self._names: dict[type, tuple[str, str, str | None]] = {}
        self._values = 0

    def write(self, obj: "Any", depth: int) -> object:  # noqa: C901, PLR0911
        """Return the config of any value; the kinds of values are tried in Keras' order."""
        kind = type(obj)
        if kind in PLAIN:
            return obj
        if isinstance(obj, (list, tuple)):
            written = self._write_list(obj, depth)
            return tuple(written) if isinstance(obj, tuple) else written
        if isinstance(obj, dict):
            return self._write_items(obj, depth)
        if isinstance(obj, (str, int, float)):  # a subclass, such as NumPy's float64
            return obj
        if obj is ...:
            return {"class_name": "__ellipsis__", "config": {}}
        if isinstance(obj, slice):
            parts = {"start": obj.start, "stop": obj.stop, "step": obj.step}
            return {"class_name": "__slice__", "config": self._write_items(parts, depth)}
        if isinstance(obj, FunctionType):
            return self._write_function(obj)
        if isinstance(obj, bytes):
            return bytes_and_arrays.write_bytes(obj)
        if kind.__module__ == "numpy":
            return bytes_and_arrays.write_numpy(obj)
        if isinstance(obj, type):
            raise NotSerializableError.of_class(obj)
        if hasattr(obj, "get_config"):
            return self._write_object(obj, depth)
        if callable(obj) and hasattr(obj, "__name__"):
            return self._write_function(obj)
        return _write_with_keras(obj)

    def _write_list(self, values: "list[Any] | tuple[Any, ...]", depth: int) -> "list[object]":
        self._enter(values, depth)
        written: list[object] = []
        try:
            for value in values:
                # len(written) is the position for an error. A comprehension would hide it.
                written.append(  # noqa: PERF401
                    value if type(value) in PLAIN else self.write(value, depth + 1)
                )
        except ConfigError as error:
            error.move_below(step(values, len(written)))
            raise
        except RecursionError as error:
            raise ConfigLimitError.too_deep() from error
        return written

    def _write_items(self, items: "dict[Any, Any]", depth: int) -> "dict[Any, object]":
        self._enter(items, depth)
        written: dict[Any, object] = {}
        key = None
        try:
            for key, value in items.items():
                written[key] = value if type(value) in PLAIN else self.write(value, depth + 1)
        except ConfigError as error:
            error.move_below(step(items, key))
            raise
        except RecursionError as error:
            raise ConfigLimitError.too_deep() from error
        return written

    def _enter(self, values: "dict[Any, Any] | list[Any] | tuple[Any, ...]", depth: int) -> None:
        self._values += len(values)
        if depth > MAX_DEPTH:
            raise ConfigLimitError.too_deep()
        if self._values > MAX_VALUES:
            raise ConfigLimitError.too_large(MAX_VALUES)

    def _write_function(self, function: "Any") -> "dict[str, Any]":
        try:
            name = self._registry.get_registered_name(function)
        except TypeError as error:
            raise NotSerializableError.of_instance(
                function, "hash, so it cannot be registered"
            ) from error
        if name == "<lambda>":
            raise UnsafeConfigError.when_writing()
        function_names.check(function, name, self._registry)
        written_objects.record(FUNCTION, name, function)
        config = {
            "module": "builtins",
            "class_name": FUNCTION,
            "config": name,
            "registered_name": FUNCTION,
        }
        sharing.record_written(function, config)
        return config

    def _write_object(self, obj: "Any", depth: int) -> "dict[str, Any]":
        kind = type(obj)
        arguments = obj.get_config()
        if not isinstance(arguments, dict):
            raise NotSerializableError.of_result("get_config", kind, arguments, "a dict")
        if kind not in self._names:
            self._names[kind] = self._name(kind)
        module, class_name, registered_name = self._names[kind]
        try:
            config = {
                "module": module,
                "class_name": class_name,
                "config": self._write_items(arguments, depth + 1),
                "registered_name": registered_name,
            }
        except ConfigError as error:
            error.move_below(".config")
            raise
        for field in ("build_config", "compile_config"):
            get = getattr(obj, f"get_{field}", None)
            state = None if get is None else get()
            if state is None:
                continue
            if not isinstance(state, dict):
                expected = "a dict, or None"
                raise NotSerializableError.of_result(f"get_{field}", kind, state, expected)
            try:
                config[field] = self._write_items(state, depth + 1)
            except ConfigError as error:
                error.move_below(f".{field}")
                raise
        if module == "__main__":
            config["module"] = None
        written_objects.record(class_name, registered_name, kind)
        sharing.record_written(obj, config)
        return config

    def _name(self, kind: type) -> "tuple[str, str, str | None]":
        """Return the fields ``module``, ``class_name`` and ``registered_name`` of a class."""
        public = configs.public_name(kind)
        if public is not None:
            return (*public, None)
        if kind.__module__ == "builtins":
            return kind.__module__, kind.__name__, None
        return kind.__module__, kind.__name__, self._registry.get_registered_name(kind)


def _write_with_keras(obj: object) -> object:
    """Return the config of a tensor or another object that only an imported Keras can write."""
    if not configs.can_write(obj):
        raise NotSerializableError.of_instance(obj, "get_config()")
    try:
        return configs.write(obj)
    except (AttributeError, TypeError, ValueError) as error:
        missing = "get_config(), and Keras cannot write it either"
        raise NotSerializableError.of_instance(obj, missing) from error
