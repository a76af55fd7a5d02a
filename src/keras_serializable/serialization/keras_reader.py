"""Reading with Keras: its own objects, and the parts of objects whose classes derive from it.

Discovery resolves the keys of a config before Keras gets the config. A module that is not one of
Keras' own is an error, because older releases would import it.
"""

from contextlib import contextmanager

from keras_serializable._keras import configs, packages
from keras_serializable._keras_releases import FUNCTION
from keras_serializable._keys import SEPARATOR
from keras_serializable._registry.registry import lookup_of
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.errors import RestorationError, UnknownObjectError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry
    from keras_serializable.serialization.config_tree import ConfigTree


class KerasReader:
    """Lets a Keras read parts of one config."""

    __slots__ = ("_around", "_custom_objects", "_discovered", "_registry", "_tree", "root")

    def __init__(
        self,
        registry: "Registry",
        custom_objects: "Mapping[str, object]",
        tree: "ConfigTree",
        around: str | None = None,
    ) -> None:
        self._registry = registry
        self._custom_objects = custom_objects  # the caller's objects and the open scopes' objects
        self._tree = tree
        # key -> discovered object. It is not registered in Keras.
        self._discovered: dict[str, object] = {}
        self._around = around  # the Keras that reads the config around this one, if any
        self.root: str | None = None  # the Keras that is reading now

    def read(self, config: "dict[str, Any]", name: str) -> object:
        """Return the object that Keras makes of a config; `name` is its name in errors."""
        root = self._meant_by(config.get("module"))
        try:
            configs.import_keras(root)
        except ImportError as error:
            raise UnknownObjectError.of_keras(name, error, self._tree.path(config)) from error
        with self.reading(root, config):
            try:
                return configs.read(root, config, self._known())
            except (KerasSerializableError, RecursionError):
                raise
            except Exception as error:
                raise RestorationError.of_keras(error, self._tree.path(config)) from error

    @contextmanager
    def reading(self, root: str, config: "dict[str, Any]") -> "Iterator[None]":
        """Prepare a Keras to read `config` or a part of it inside this ``with`` block."""
        if self.root is not None:  # Nested: the outer block has already discovered the objects.
            yield
            return
        self._discover(root, config)
        self.root = root
        try:
            with configs.reading(root, self._known()):
                yield
        finally:
            self.root = None

    def _meant_by(self, module: object) -> str:
        """Return the Keras that the module of a config means."""
        reading = self.root or self._around
        if reading is not None and packages.is_own(reading, module):
            return reading
        return configs.meant_by(module)

    def _known(self) -> "dict[str, object]":
        return {**self._discovered, **self._custom_objects}

    def _discover(self, root: str, config: "dict[str, Any]") -> None:
        """Discover the objects of those keys of a config that a Keras has not registered."""
        for keras in packages.present():
            if keras.root != root:
                continue
            for part in self._tree.objects(config):
                kind = part["class_name"]
                is_function = isinstance(kind, str) and kind == FUNCTION
                name = part["config"] if is_function else part.get("registered_name", kind)
                if not isinstance(name, str) or name not in keras.objects:
                    self._discover_one(name, part, keras)

    def _discover_one(self, name: object, config: "dict[str, Any]", keras: packages.Keras) -> None:
        module = config.get("module")
        is_foreign = not packages.is_own(keras.root, module)
        if isinstance(name, str) and (is_foreign or SEPARATOR in name):
            if name in self._custom_objects:
                return
            found = lookup_of(self._registry).supply(
                name, keras, (module, config.get("class_name"))
            )
            if found is not None:
                self._discovered[name] = found
                return
        if is_foreign:  # Keras up to 3.8 would import the module.
            name = name or config.get("class_name")
            raise UnknownObjectError.of_module(name, module, self._tree.path(config))
