"""Reading: the object of a config in Keras 3's format."""

from contextvars import ContextVar
from types import FunctionType

from keras_serializable._keys import SEPARATOR
from keras_serializable._registry.scope import CustomObjectScope, scoped_objects
from keras_serializable._texts import escaped, failure, shown
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization import special
from keras_serializable.serialization.errors import (
    ConfigLimitError,
    MalformedConfigError,
    RestorationError,
)
from keras_serializable.serialization.handover import Handover, root_of
from keras_serializable.serialization.lookup import OF_KERAS, Lookup
from keras_serializable.serialization.sharing import shared_objects
from keras_serializable.serialization.special import READERS
from keras_serializable.serialization.survey import CONTAINERS, Survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry

_INERT = frozenset({int, float, bool, type(None)})
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
        >>> from keras_serializable._registry.registry import Registry
        >>> config = {"class_name": "__slice__", "config": {"start": 1, "stop": 9, "step": 2}}
        >>> deserialize({"every": config}, Registry())
        {'every': slice(1, 9, 2)}
    """
    outer = _current.get()
    if outer is not None and outer.registry is registry and not custom_objects:
        if id(config) not in outer.survey.outer:
            outer.enter(config)
        if type(config) is dict and "class_name" in config and "config" in config:
            return outer.restore(config)  # as `read` would, but that is a frame more
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
        if outer is not None:
            raise
        raise _too_deep(reader.survey) from error
    finally:
        _current.reset(token)


class _Reader:
    """Reads one config and all that it holds, also what classes hand back from inside it.

    Args:
        lookup: Who knows the objects.
        outer: The reader at work, if this is called by a class that is being restored.
    """

    __slots__ = ("_without_keras", "handover", "lookup", "registry", "restoring", "survey")

    def __init__(self, lookup: Lookup, outer: "_Reader | None") -> None:
        self.lookup = lookup
        self.registry = lookup.registry
        self.survey: Survey = Survey() if outer is None else outer.survey
        self.restoring: dict[str, Any] | None = None if outer is None else outer.restoring
        custom_objects = {**lookup.custom_objects, **scoped_objects()}
        self._without_keras: set[type] = set()
        self.handover = Handover(lookup.registry, custom_objects, self.survey)

    def enter(self, config: object) -> None:
        """Survey a config that somebody hands in and that is not a part of what is known."""
        if isinstance(config, CONTAINERS):
            self.survey.add(config, self.restoring)

    # From here to the class that is restored, and back through `deserialize`, every frame counts:
    # they limit how deep objects can be nested, and how fast they are read.

    def read(self, config: "Any") -> object:
        """Return the object of a config."""
        kind = type(config)
        if kind in _INERT:
            return config
        if isinstance(config, dict):
            if "class_name" in config and "config" in config:
                return self.restore(config)
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

    def restore(  # noqa: C901, PLR0912 -- see above
        self, config: "dict[str, Any]"
    ) -> object:
        """Return the object of a config that has a class name and arguments."""
        name = config["class_name"]
        if isinstance(name, str) and name in READERS:
            return READERS[name](self, config)
        arguments = config["config"]
        if type(arguments) is not dict:
            expected = f"a dict for {shown(name)[1:-1]}"
            arguments = special.arguments_of(self, config, dict, expected)
        shared = self._shared(config) if "shared_object_id" in config else None
        if shared is not None and config["shared_object_id"] in shared:
            return shared[config["shared_object_id"]]
        key = config.get("registered_name")
        cls: Any = None
        if isinstance(key, str) and SEPARATOR in key:  # nearly all, and then no more to check
            cls = self.registry.get_registered_object(key, self.lookup.custom_objects)
        if cls is None:
            cls = self._find_class(config)
        if not isinstance(cls, type):
            if cls is OF_KERAS:
                return self.handover.read(config, f"the class {shown(config['class_name'])}")
            if isinstance(cls, FunctionType):
                return cls
        elif cls not in self._without_keras and not self.handover.is_open:
            root = root_of(cls)
            if root is not None:
                with self.handover.open(root, config):
                    return self.restore(config)
            self._without_keras.add(cls)
        outer = self.restoring
        self.restoring = config
        try:
            from_config = getattr(cls, "from_config", None)
            if from_config is not None:
                # A copy: many a from_config() changes what it gets, and this is the caller's.
                instance = from_config({**arguments})
            else:
                instance = cls(**{name: self.read(value) for name, value in arguments.items()})
            if "build_config" in config or "compile_config" in config:
                self._set_state(instance, config)
        except KerasSerializableError:
            raise
        except RecursionError:
            # Where this was is told at the top of the stack: down here even that goes too deep.
            self.survey.stuck = self.survey.stuck or config
            raise
        except Exception as error:
            raise _failed(cls, error, self.survey.path(config)) from error
        finally:
            self.restoring = outer
        if shared is not None:
            shared[config["shared_object_id"]] = instance
        return instance

    def _shared(self, config: "dict[str, Any]") -> "dict[int | str, object] | None":
        """Return the objects among which that of a config is, or will be."""
        identity = config["shared_object_id"]
        if identity is None:
            return None
        if not isinstance(identity, (int, str)):
            reason = f"expected a number, not {special.kind_of(identity)}"
            raise special.malformed(self, reason, config, "shared_object_id")
        return shared_objects()

    def _find_class(self, config: "dict[str, Any]") -> "Any":
        name = config["class_name"]
        key = config.get("registered_name", name)
        module = config.get("module")
        if not isinstance(name, str):
            raise special.not_text(self, name, config, "class_name")
        if key is not None and not isinstance(key, str):
            raise special.not_text(self, key, config, "registered_name")
        if module is not None and not isinstance(module, str):
            raise special.not_text(self, module, config, "module")
        found = self.lookup.class_(key, module)
        if found is None:
            raise special.unknown(self, "class", key or name, config)
        return found

    def _set_state(self, instance: object, config: "dict[str, Any]") -> None:
        for field, method, flag in _STATES:
            state = config.get(field)
            if not state or (flag == "built" and getattr(instance, flag, False)):
                continue
            if not isinstance(state, dict) or not hasattr(instance, method):
                kind = special.kind_of(state)
                reason = f"expected a dict, and a {method}() that takes it, not {kind}"
                raise special.malformed(self, reason, config, field)
            getattr(instance, method)(dict(state))
            if hasattr(instance, flag):
                setattr(instance, flag, True)


_current: "ContextVar[_Reader | None]" = ContextVar("keras_serializable.reader", default=None)
"""The reader at work: a class may ask for parts of its config while it is being restored."""


def _failed(cls: object, error: Exception, path: str) -> RestorationError:
    return RestorationError(
        f"{escaped(getattr(cls, '__qualname__', cls))} failed with {failure(error)}",
        "Objects that its config holds come to from_config() as configs: make them there with "
        "deserialize_keras_object().",
        path,
    )


def _too_deep(survey: Survey) -> ConfigLimitError:
    return ConfigLimitError(
        "nested deeper than Python's recursion limit allows",
        "Raise it with sys.setrecursionlimit() if such a config is right.",
        survey.path(survey.stuck or survey.deepest),
    )
