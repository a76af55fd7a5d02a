"""Writing: the config of an object, in Keras 3's format."""

import sys
from types import FunctionType

from keras_serializable._keras_releases import ROOTS
from keras_serializable.serialization import functions, leaves, sharing
from keras_serializable.serialization.errors import (
    ConfigError,
    ConfigLimitError,
    NotSerializableError,
    UnsafeConfigError,
    step,
)
from keras_serializable.serialization.limits import MAX_DEPTH, MAX_VALUES
from keras_serializable.serialization.survey import PLAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from keras_serializable._registry.registry import Registry

_REMEDY = "Give its class a get_config() method, or leave it out of get_config()."


def serialize(obj: object, registry: "Registry") -> object:
    """Return the config of an object.

    Args:
        obj: An object with ``get_config()``, a function, a plain value, or a structure of these.
        registry: Who knows the keys of classes and functions.

    Returns:
        Dictionaries, lists, tuples and plain values.

    Raises:
        NotSerializableError: If something in it has no config.
        UnsafeConfigError: If something in it is a lambda.
        ConfigLimitError: If it is nested too deep, contains itself, or is too large.

    Example:
        >>> from keras_serializable._registry.registry import Registry
        >>> serialize({"shape": (2, 3), "axis": slice(1)}, Registry())["shape"]
        (2, 3)
    """
    try:
        return _Writer(registry).write(obj, 0)
    except RecursionError as error:
        # Raised in this very frame, or in so deep a one that its handler had no room.
        raise _too_deep() from error


class _Writer:
    """Writes one object and all that it holds."""

    __slots__ = ("_names", "_registry", "_values")

    def __init__(self, registry: "Registry") -> None:
        self._registry = registry
        # A registry may have to ask discovery for a class without a key: once for each is enough.
        self._names: dict[type, tuple[str, str, str | None]] = {}
        self._values = 0

    def write(self, obj: "Any", depth: int) -> object:  # noqa: C901, PLR0911, PLR0912
        """Return the config of anything: a kind of value each, in the order that Keras has."""
        kind = type(obj)
        if kind in PLAIN:
            return obj
        if isinstance(obj, (list, tuple)):
            written = self._write_list(obj, depth)
            return tuple(written) if isinstance(obj, tuple) else written
        if isinstance(obj, dict):
            return self._write_items(obj, depth)
        if isinstance(obj, (str, int, float)):  # subclasses, NumPy's float64 for instance
            return obj
        if obj is ...:
            return {"class_name": "__ellipsis__", "config": {}}
        if isinstance(obj, slice):
            parts = {"start": obj.start, "stop": obj.stop, "step": obj.step}
            return {"class_name": "__slice__", "config": self._write_items(parts, depth)}
        if isinstance(obj, FunctionType):
            return self._write_function(obj)
        try:
            if isinstance(obj, bytes):
                return leaves.write_bytes(obj)
            if kind.__module__ == "numpy":
                return leaves.write_numpy(obj)
        except leaves.LeafError as error:
            raise NotSerializableError(error.reason, error.remedy) from error
        if isinstance(obj, type):
            raise NotSerializableError(
                f"the class {obj.__qualname__} itself has no config, only its instances have",
                "Put an instance in its place, or its key as a string.",
            )
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
                # An error needs to know how far this came, which a comprehension keeps to itself.
                written.append(  # noqa: PERF401
                    value if type(value) in PLAIN else self.write(value, depth + 1)
                )
        except ConfigError as error:
            error.move_below(step(values, len(written)))
            raise
        except RecursionError as error:
            raise _too_deep() from error
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
            raise _too_deep() from error
        return written

    def _enter(self, values: "dict[Any, Any] | list[Any] | tuple[Any, ...]", depth: int) -> None:
        self._values += len(values)
        if depth > MAX_DEPTH:
            raise _too_deep()
        if self._values > MAX_VALUES:
            raise ConfigLimitError(
                f"more than {MAX_VALUES:,} values", "Keep large data in a file beside the config."
            )

    def _write_function(self, function: "Any") -> "dict[str, Any]":
        try:
            name = self._registry.get_registered_name(function)
        except TypeError as error:
            raise NotSerializableError(
                f"a {type(function).__qualname__} has no hash, so it cannot be registered", _REMEDY
            ) from error
        if name == "<lambda>":
            raise UnsafeConfigError(
                "a lambda has no name to find it by: it could only be stored as bytecode, at the "
                "risk of arbitrary code execution by whoever reads it",
                "Write a function with a name, decorated with @register_keras_serializable().",
            )
        functions.check(function, name, self._registry)
        functions.record("function", name, function)
        config = {
            "module": "builtins",
            "class_name": "function",
            "config": name,
            "registered_name": "function",
        }
        sharing.record_written(function, config)
        return config

    def _write_object(self, obj: "Any", depth: int) -> "dict[str, Any]":
        kind = type(obj)
        arguments = obj.get_config()
        if not isinstance(arguments, dict):
            raise NotSerializableError(
                f"get_config() of {kind.__qualname__} returned a {type(arguments).__name__}",
                "It should return a dict.",
            )
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
                raise NotSerializableError(
                    f"get_{field}() of {kind.__qualname__} returned a {type(state).__name__}",
                    "It should return a dict, or None.",
                )
            try:
                config[field] = self._write_items(state, depth + 1)
            except ConfigError as error:
                error.move_below(f".{field}")
                raise
        if module == "__main__":
            config["module"] = None
        functions.record(class_name, registered_name, kind)
        sharing.record_written(obj, config)
        return config

    def _name(self, kind: type) -> "tuple[str, str, str | None]":
        """Return the fields ``module``, ``class_name`` and ``registered_name`` of a class."""
        if kind.__module__.partition(".")[0] in ROOTS:
            # Keras' own classes are known by their public names, which only Keras can tell.
            exports = sys.modules.get(f"{kind.__module__.partition('.')[0]}.src.api_export")
            public = exports and exports.get_name_from_symbol(kind)
            if public:
                module, _, name = public.rpartition(".")
                return module, name, None
        if kind.__module__ == "builtins":
            return kind.__module__, kind.__name__, None
        return kind.__module__, kind.__name__, self._registry.get_registered_name(kind)


def _write_with_keras(obj: object) -> object:
    """Return the config of a tensor, or of what else an imported Keras can write without a key."""
    keras = sys.modules.get("keras")
    # What has a name, a module for instance, Keras writes in a way that nobody can read.
    if hasattr(keras, "saving") and not hasattr(obj, "__name__"):
        try:
            return keras.saving.serialize_keras_object(obj)  # type: ignore[union-attr]
        except (AttributeError, TypeError, ValueError) as error:
            raise NotSerializableError(
                f"a {type(obj).__qualname__} has no config, not for Keras either", _REMEDY
            ) from error
    raise NotSerializableError(f"a {type(obj).__qualname__} has no config", _REMEDY)


def _too_deep() -> ConfigLimitError:
    return ConfigLimitError(
        "nested too deep, or containing itself",
        f"A config has {MAX_DEPTH} levels at most, or what Python's recursion limit allows.",
    )
