"""Reading: the object of a config in Keras 3's format."""

from contextvars import ContextVar
from types import FunctionType

from keras_serializable.errors import KerasSerializableError
from keras_serializable.scope import CustomObjectScope, scoped_objects
from keras_serializable.serialization import handover, leaves
from keras_serializable.serialization.errors import (
    ConfigLimitError,
    MalformedConfigError,
    RestorationError,
    UnknownObjectError,
    UnsafeConfigError,
)
from keras_serializable.serialization.lookup import OF_KERAS, Lookup
from keras_serializable.serialization.sharing import shared_objects
from keras_serializable.serialization.survey import CONTAINERS, Survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from keras_serializable.registry import Registry

_INERT = frozenset({int, float, bool, type(None)})
_TENSORS = ("__tensor__", "__keras_tensor__")
_SLICE = ("start", "stop", "step")
_STATES = (
    ("build_config", "build_from_config", "built"),
    ("compile_config", "compile_from_config", "compiled"),
)


def deserialize(
    config: object,
    registry: "Registry",
    custom_objects: "Mapping[str, object] | None" = None,
) -> object:
    """Return the object of a config.

    Args:
        config: What `serialize` returned, or Keras, or a part of a saved model.
        registry: Who finds the objects of keys.
        custom_objects: The caller's objects by name.

    Returns:
        The object.

    Raises:
        MalformedConfigError: If something in the config has a wrong type or is missing.
        UnknownObjectError: If a class or function is unknown.
        UnsafeConfigError: If there is a lambda in it.
        ConfigLimitError: If it is too deep or too large, or contains itself.
        RestorationError: If a class does not accept its config.
        ProviderError: If the installed provider of a key cannot deliver it.
        ProviderConflictError: If several distributions advertise a key differently.

    Example:
        >>> from keras_serializable.registry import Registry
        >>> config = {"class_name": "__slice__", "config": {"start": 1, "stop": 9, "step": 2}}
        >>> deserialize({"every": config}, Registry())
        {'every': slice(1, 9, 2)}
    """
    outer = _current.get()
    if outer is not None and outer.registry is registry and not custom_objects:
        outer.enter(config)
        return outer.read(config)
    reader = _Reader(Lookup(registry, custom_objects or {}), outer)
    token = _current.set(reader)
    try:
        reader.enter(config)
        if not custom_objects:
            return reader.read(config)
        with CustomObjectScope(reader.lookup.custom_objects):
            return reader.read(config)
    except RecursionError as error:
        raise _too_deep(reader.survey.path(reader.survey.deepest)) from error
    finally:
        _current.reset(token)


class _Reader:
    """Reads one config and all that it holds, also what classes hand back from inside it.

    Args:
        lookup: Who knows the objects.
        outer: The reader at work, if this is called by a class that is being restored.
    """

    __slots__ = ("_handover", "lookup", "registry", "restoring", "survey")

    def __init__(self, lookup: Lookup, outer: "_Reader | None") -> None:
        self.lookup = lookup
        self.registry = lookup.registry
        self.survey: Survey = Survey() if outer is None else outer.survey
        self.restoring: object = None if outer is None else outer.restoring
        custom_objects = {**lookup.custom_objects, **scoped_objects()}
        self._handover = handover.Handover(lookup.registry, custom_objects, self.survey)

    def enter(self, config: object) -> None:
        """Survey a config that somebody hands in, unless it is a part of one that is known."""
        if isinstance(config, CONTAINERS) and not self.survey.knows(config):
            self.survey.add(config, self.restoring)

    def read(self, config: "Any") -> object:
        """Return the object of a config."""
        kind = type(config)
        if kind in _INERT:
            return config
        if isinstance(config, dict):
            if "class_name" in config and "config" in config:
                return self._read_object(config)
            items: dict[Any, object] = {}
            for key, value in config.items():
                items[key] = value if type(value) in _INERT else self.read(value)
            return items
        if isinstance(config, str):
            return self.lookup.text(config)
        if isinstance(config, (list, tuple)):
            values: list[object] = []
            for value in config:
                # A comprehension would be one frame more at each level, up to Python 3.11.
                values.append(value if type(value) in _INERT else self.read(value))  # noqa: PERF401
            return values
        if isinstance(config, (int, float)):
            return config
        raise MalformedConfigError(
            f"Could not parse config: a {kind.__qualname__} is no part of Keras' format",
            "Pass what serialize_keras_object() returns.",
            self.survey.path(config),
        )

    def _read_object(self, config: "dict[str, Any]") -> object:
        name = config["class_name"]
        if not isinstance(name, str):
            raise self._malformed(f"expected a str, not {_kind(name)}", config, "class_name")
        arguments = {} if config["config"] is None else config["config"]
        if name == "function":
            return self._read_function(config, arguments)
        if name == "__typespec__":
            # Only TensorFlow could, by a class of a module that the config names.
            self._check(arguments, (list, tuple), "a list or a tuple", config)
            raise self._malformed("a TypeSpec of TensorFlow cannot be read here", config)
        self._check(arguments, dict, f"a dict for {name}", config)
        if name in leaves.READERS or name == "__slice__":
            return self._read_leaf(config, name, arguments)
        if name in _TENSORS:
            return self._handover.read(config, name)
        if name == "__lambda__":  # put in after the survey
            path = self.survey.path(config)
            raise UnsafeConfigError("a Python lambda: arbitrary code execution", path=path)
        identity = config.get("shared_object_id")
        shared = None if identity is None else shared_objects()
        if shared is None:
            return self._restore(config, name, arguments)
        if not isinstance(identity, (int, str)):
            reason = f"expected a number, not {_kind(identity)}"
            raise self._malformed(reason, config, "shared_object_id")
        if identity not in shared:
            shared[identity] = self._restore(config, name, arguments)
        return shared[identity]

    def _read_leaf(
        self, config: "dict[str, Any]", name: str, arguments: "dict[str, Any]"
    ) -> object:
        if name == "__slice__":
            for field in _SLICE:
                if field not in arguments:
                    raise self._malformed("missing", config, "config", field)
            return slice(*(self.read(arguments[field]) for field in _SLICE))
        try:
            return leaves.READERS[name](arguments)
        except leaves.LeafError as error:
            fields = () if error.field is None else (error.field,)
            path = self.survey.path(config, "config", *fields)
            raise MalformedConfigError(error.reason, error.remedy, path) from error

    def _read_function(self, config: "dict[str, Any]", name: object) -> object:
        self._check(name, str, "a non-null str for a function", config)
        found = self.lookup.function(name, config.get("module"))  # type: ignore[arg-type]
        if found is OF_KERAS:
            return self._handover.read(config, f"the function {name!r}")
        if found is None:
            raise self._unknown("function", name, config)  # type: ignore[arg-type]
        return found

    def _restore(self, config: "dict[str, Any]", name: str, arguments: "dict[str, Any]") -> object:
        """Return the instance of a config, or the function if its key is that of one."""
        cls = self._find_class(config, name)
        if cls is OF_KERAS:
            return self._handover.read(config, f"the class {name!r}")
        if isinstance(cls, FunctionType):
            return cls
        if not isinstance(cls, type) and not hasattr(cls, "from_config"):
            reason = f"{name!r} is registered as a {_kind(cls)}: neither class nor function"
            raise RestorationError(reason, path=self.survey.path(config))
        outer = self.restoring
        self.restoring = config
        try:
            with self._handover.open_for(cls, config):
                if hasattr(cls, "from_config"):
                    # A copy: many a from_config() changes what it gets, which is the caller's.
                    instance = cls.from_config(dict(arguments))
                else:
                    instance = cls(**{key: self.read(value) for key, value in arguments.items()})
                if "build_config" in config or "compile_config" in config:
                    self._set_state(instance, config)
                return instance
        except KerasSerializableError:
            raise
        except RecursionError as error:
            raise _too_deep(self.survey.path(config)) from error
        except Exception as error:
            raise RestorationError(
                f"{getattr(cls, '__qualname__', cls)} failed with {type(error).__name__}: {error}",
                "Objects that its config holds come to from_config() as configs: make them there "
                "with deserialize_keras_object().",
                self.survey.path(config),
            ) from error
        finally:
            self.restoring = outer

    def _set_state(self, instance: object, config: "dict[str, Any]") -> None:
        for field, method, flag in _STATES:
            state = config.get(field)
            if not state or (flag == "built" and getattr(instance, flag, False)):
                continue
            if not isinstance(state, dict) or not hasattr(instance, method):
                reason = f"expected a dict, and a {method}() that takes it, not {_kind(state)}"
                raise self._malformed(reason, config, field)
            getattr(instance, method)(dict(state))
            if hasattr(instance, flag):
                setattr(instance, flag, True)

    def _find_class(self, config: "dict[str, Any]", name: str) -> "Any":
        key = config.get("registered_name", name)
        module = config.get("module")
        for field, value in (("registered_name", key), ("module", module)):
            if value is not None and not isinstance(value, str):
                raise self._malformed(f"expected a str, not {_kind(value)}", config, field)
        found = self.lookup.class_(key, module)
        if found is None:
            raise self._unknown("class", key or name, config)
        return found

    def _unknown(self, what: str, name: str, config: "dict[str, Any]") -> UnknownObjectError:
        module = config.get("module")
        origin = f" (of {module!r}, which is not imported)" if module else ""
        reason = f"Could not locate {what} {name!r}{origin}"
        return UnknownObjectError(
            reason, self.registry.explain(name), self.survey.path(config), name
        )

    def _check(
        self,
        value: object,
        kind: "type | tuple[type, ...]",
        expected: str,
        config: "dict[str, Any]",
    ) -> None:
        if not isinstance(value, kind):
            reason = f"Expected 'config' to be {expected}, not {_kind(value)}"
            raise self._malformed(reason, config, "config")

    def _malformed(
        self, reason: str, config: "dict[str, Any]", *fields: object
    ) -> MalformedConfigError:
        return MalformedConfigError(reason, path=self.survey.path(config, *fields))


_current: "ContextVar[_Reader | None]" = ContextVar("keras_serializable.reader", default=None)
"""The reader at work: a class may ask for parts of its config while it is being restored."""


def _kind(value: object) -> str:
    return type(value).__name__


def _too_deep(path: str) -> ConfigLimitError:
    return ConfigLimitError(
        "nested deeper than Python's recursion limit allows",
        "Raise it with sys.setrecursionlimit() if such a config is right.",
        path,
    )
