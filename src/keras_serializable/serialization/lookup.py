"""Lookup: the objects of the names in one config. What a name means depends on where it stands."""

from keras_serializable._keras import packages
from keras_serializable._keras.configs import is_keras_3
from keras_serializable._keras_releases import BUILT_IN_FUNCTIONS
from keras_serializable._keys import SEPARATOR
from keras_serializable._registry.registry import lookup_of
from keras_serializable._registry.scope import scoped_objects
from keras_serializable.errors import KerasSerializableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_serializable._registry.registry import Registry

OF_KERAS = object()
"""Stands for an object of Keras' own, which only Keras can find."""


class Lookup:
    """Finds objects by name, in the order of `Registry.get_registered_object`."""

    __slots__ = ("_missing", "custom_objects", "registry")

    def __init__(self, registry: "Registry", custom_objects: "Mapping[str, object]") -> None:
        self.registry = registry
        self.custom_objects: dict[str, object] = {}
        # Those of the caller's objects whose names are not registered.
        self.custom_objects = {
            name: obj for name, obj in custom_objects.items() if self.registered(name) is None
        }
        self._missing: set[str] = set()

    def registered(self, name: str) -> object | None:
        """Return what is known under a name already; nothing is discovered."""
        # An entry in `module_objects`, which are asked last, ends the lookup before discovery.
        found: object | None = self.registry.get_registered_object(
            name, self.custom_objects, {name: None}
        )
        return found

    def find(self, name: str) -> object | None:
        """Return what is known under a name, or discovered."""
        found: object | None = self.registry.get_registered_object(name, self.custom_objects)
        return found

    def text(self, text: str) -> object:
        """Return what a string stands for: itself, or a function, which older files name by key."""
        # Any string may be mere text. So only one with a package is looked for among the plugins.
        found = self.registered(text)
        if found is None and SEPARATOR in text and text not in self._missing:
            try:
                found = self.find(text)
            except KerasSerializableError:
                found = None  # the text may be mere data: the provider's failure is no error here
            if found is None:
                self._missing.add(text)
        return text if found is None else found

    def class_(self, key: str | None, module: object) -> object | None:
        """Return the class of a config, or `OF_KERAS`."""
        if key is None:
            found = None
        elif SEPARATOR in key or not is_keras_3(module):
            found = self.registry.get_registered_object(key, self.custom_objects)
        else:
            # A bare key that a plugin advertises never takes the place of a class of Keras.
            found = self.registered(key)
        if found is None and is_keras_3(module):
            return OF_KERAS
        return found

    def function(self, name: str, module: object) -> object | None:
        """Return the function of a config, or `OF_KERAS`."""
        found = self.registered(name)
        if found is not None:
            return found
        # Keras 3 writes the module "builtins" for every function.
        if is_keras_3(module) or (module == "builtins" and name in BUILT_IN_FUNCTIONS):
            return OF_KERAS
        found = self.find(name)
        if found is None and SEPARATOR not in name:
            found = self._function_without_package(name)
        return found

    def _function_without_package(self, name: str) -> object | None:
        # Later releases of Keras take the first registered key that ends in the name. Here it has
        # to be the only one.
        ending = f"{SEPARATOR}{name}"
        known: dict[str, object] = dict(self.custom_objects)
        for keras in packages.present():
            # A registry finds what is registered in a Keras only if that is its neighbour.
            shared = keras.objects.copy().items()
            known.update((key, obj) for key, obj in shared if self.registered(key) is obj)
        known.update(self.registry.get_custom_objects())
        known.update(scoped_objects())
        found = {id(obj): obj for key, obj in known.items() if key.endswith(ending)}
        if not found:
            key = packages.advertised_key(name, lookup_of(self.registry))
            return None if key is None else self.find(key)
        return found.popitem()[1] if len(found) == 1 else None
