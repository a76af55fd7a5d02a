"""Reading: objects are made from configs in Keras 3's format."""

from contextvars import ContextVar
from types import FunctionType

from keras_serializable._keras.configs import reader_of
from keras_serializable._keys import SEPARATOR
from keras_serializable._registry.scope import CustomObjectScope, scoped_objects
from keras_serializable._texts import shown
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.config_names import OF_KERAS, NameLookup
from keras_serializable.serialization.config_tree import CONTAINERS, ConfigTree
from keras_serializable.serialization.errors import (
    ConfigLimitError,
    MalformedConfigError,
    RestorationError,
)
from keras_serializable.serialization.keras_reader import KerasReader
from keras_serializable.serialization.reserved_names import RESERVED, arguments_of, unknown
from keras_serializable.serialization.sharing import shared_objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry

    Shared = dict[int | str, object]

_NO_NAMES = frozenset({int, float, bool, type(None)})
"""The types of values that are no name of an object."""

_STATES = (
    ("build_config", "build_from_config", "built"),
    ("compile_config", "compile_from_config", "compiled"),
)
"""For each state of an object: its field, the method that sets it, and the flag for it."""


def deserialize(
    config: object,
    registry: "Registry",
    custom_objects: "Mapping[str, object] | None" = None,
) -> object:
    """Return the object of a config.

    Args:
        config: A config from `serialize`, from Keras, or from a saved model.
        registry: The registry that finds the objects of keys.
        custom_objects: The caller's objects by name. They are asked after what is registered.

    Returns:
        The object.

    Raises:
        MalformedConfigError: If something in the config has a wrong type or is missing.
        UnknownObjectError: If a class or function is unknown.
        UnsafeConfigError: If something in the config is a lambda.
        ConfigLimitError: If the config is nested too deep, contains itself, or is too large.
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
        # A class that is being restored asks for a part of its config.
        if id(config) not in outer.tree.parents:
            outer.add(config)
        if type(config) is dict and "class_name" in config and "config" in config:
            return outer.restore(config)  # one frame less than read()
        return outer.read(config)
    reader = _Reader(NameLookup(registry, custom_objects or {}), outer)
    token = _current.set(reader)
    try:
        reader.add(config)
        if not custom_objects:
            return reader.read(config)
        with CustomObjectScope(reader.lookup.custom_objects):
            return reader.read(config)
    except RecursionError as error:
        if outer is not None:
            raise
        tree = reader.tree
        raise ConfigLimitError.too_deep(tree.path(tree.stuck or tree.deepest)) from error
    finally:
        _current.reset(token)


class _Reader:
    """Reads one config and all of its parts, also parts for which a class asks by itself."""

    # Each nested object takes frames, and Python's recursion limit counts them. So `restore` is one
    # long method: a method that calls the class would take one more frame for each object. Only
    # rare steps are separate methods. One call for each of 10,000 objects takes 2 % of the time.

    __slots__ = ("_without_keras", "keras", "lookup", "registry", "restoring", "tree")

    def __init__(self, lookup: NameLookup, outer: "_Reader | None") -> None:
        # `outer` is the reader that restores a class at this moment, if a class asks for a part.
        self.lookup = lookup
        self.registry = lookup.registry
        self.tree: ConfigTree = ConfigTree() if outer is None else outer.tree
        self.restoring: dict[str, Any] | None = None if outer is None else outer.restoring
        custom_objects = {**lookup.custom_objects, **scoped_objects()}
        around = None if outer is None else outer.keras.root
        self.keras: KerasReader = KerasReader(lookup.registry, custom_objects, self.tree, around)
        self._without_keras: set[type] = set()

    def add(self, config: object) -> None:
        """Add a config to the tree."""
        if isinstance(config, CONTAINERS):
            self.tree.add(config, self.restoring)

    def read(self, config: "Any") -> object:
        """Return the object of a config."""
        kind = type(config)
        if kind in _NO_NAMES:
            return config
        if isinstance(config, dict):
            if "class_name" in config and "config" in config:
                return self.restore(config)
            items: dict[Any, object] = {}
            for key, value in config.items():
                items[key] = value if type(value) in _NO_NAMES else self.read(value)
            return items
        if isinstance(config, str):
            return self.lookup.text(config)
        if isinstance(config, (list, tuple)):
            values: list[object] = []
            for value in config:
                # Up to Python 3.11 a comprehension takes one more frame at each level.
                values.append(value if type(value) in _NO_NAMES else self.read(value))  # noqa: PERF401
            return values
        if isinstance(config, (int, float)):
            return config
        raise MalformedConfigError.of_no_format(config, self.tree.path(config))

    def restore(self, config: "dict[str, Any]") -> object:  # noqa: C901, PLR0912 -- see the class
        """Return the object of a config that has a class name and arguments."""
        name = config["class_name"]
        if isinstance(name, str) and name in RESERVED:
            return RESERVED[name](self, config)
        arguments = config["config"]
        if type(arguments) is not dict:
            arguments = arguments_of(self, config, dict, f"a dict for {shown(name)[1:-1]}")
        shared = self._shared(config) if "shared_object_id" in config else None
        if shared is not None and config["shared_object_id"] in shared:
            return shared[config["shared_object_id"]]
        cls = self._find_class(config)
        if not isinstance(cls, type):
            if cls is OF_KERAS:
                return self.keras.read(config, f"the class {shown(name)}")
            if isinstance(cls, FunctionType):
                return cls
        elif self.keras.root is None and cls not in self._without_keras:
            root = reader_of(cls)
            if root is not None:
                with self.keras.reading(root, config):
                    return self.restore(config)
            self._without_keras.add(cls)
        outer = self.restoring
        self.restoring = config
        try:
            from_config = getattr(cls, "from_config", None)
            if from_config is not None:
                # A copy, because some from_config() methods change their argument.
                instance = from_config({**arguments})
            else:
                instance = cls(**{name: self.read(value) for name, value in arguments.items()})
            if "build_config" in config or "compile_config" in config:
                self._set_state(instance, config)
        except KerasSerializableError:
            raise
        except RecursionError:
            # Do not build the path here: that could overflow again. deserialize() reports it.
            self.tree.stuck = self.tree.stuck or config
            raise
        except Exception as error:
            raise RestorationError.of_class(cls, error, self.tree.path(config)) from error
        finally:
            self.restoring = outer
        if shared is not None:
            shared[config["shared_object_id"]] = instance
        return instance

    def _find_class(self, config: "dict[str, Any]") -> "Any":
        """Return the class of a config, or `OF_KERAS`."""
        name = config["class_name"]
        key = config.get("registered_name", name)
        # Nearly every key has a package. Its `module` is then not checked.
        if isinstance(key, str) and SEPARATOR in key:
            found = self.registry.get_registered_object(key, self.lookup.custom_objects)
            if found is not None:
                return found
        module = config.get("module")
        self._check_text(name, config, "class_name")
        if key is not None:
            self._check_text(key, config, "registered_name")
        if module is not None:
            self._check_text(module, config, "module")
        found = self.lookup.class_(key, module)
        if found is None:
            raise unknown(self, "class", key or name, config)
        return found

    def _check_text(self, value: object, config: "dict[str, Any]", field: str) -> None:
        if not isinstance(value, str):
            raise MalformedConfigError.of_type("a str", value, self.tree.path(config, field))

    def _shared(self, config: "dict[str, Any]") -> "Shared | None":
        """Return the shared objects of the open scope, `None` for a config that is not shared."""
        identity = config["shared_object_id"]
        if identity is None:
            return None
        if not isinstance(identity, (int, str)):
            path = self.tree.path(config, "shared_object_id")
            raise MalformedConfigError.of_type("a number", identity, path)
        return shared_objects()

    def _set_state(self, instance: object, config: "dict[str, Any]") -> None:
        for field, method, flag in _STATES:
            state = config.get(field)
            if not state or (flag == "built" and getattr(instance, flag, False)):
                continue
            if not isinstance(state, dict) or not hasattr(instance, method):
                expected = f"a dict, and a {method}() that takes it"
                path = self.tree.path(config, field)
                raise MalformedConfigError.of_type(expected, state, path)
            getattr(instance, method)(dict(state))
            if hasattr(instance, flag):
                setattr(instance, flag, True)


_current: "ContextVar[_Reader | None]" = ContextVar("keras_serializable.reader", default=None)
"""The reader of this thread or task. A class may ask it for parts while it is being restored."""
