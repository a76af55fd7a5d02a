"""The names in a config, and the objects that they mean.

One name may mean a class, a function or plain text: its field in the config decides.
"""

from keras_serializable._keras import packages
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
"""Stands for an object of Keras. Only Keras can find it."""


class NameLookup:
    """Finds objects by name, in the order of `Registry.get_registered_object`."""

    __slots__ = ("_missing", "custom_objects", "registry")

    def __init__(self, registry: "Registry", custom_objects: "Mapping[str, object]") -> None:
        self.registry = registry
        self.custom_objects: dict[str, object] = {}
        # The caller's objects whose names are not registered. `deserialize` opens a scope with
        # them, and a scope would hide registered objects.
        self.custom_objects = {
            name: obj for name, obj in custom_objects.items() if self.registered(name) is None
        }
        self._missing: set[str] = set()

    def registered(self, name: str) -> object | None:
        """Return the object of a name without discovery, `None` if there is none."""
        # An entry in `module_objects` ends the lookup before discovery.
        found: object | None = self.registry.get_registered_object(
            name, self.custom_objects, {name: None}
        )
        return found

    def find(self, name: str) -> object | None:
        """Return the object of a name, `None` if there is none."""
        found: object | None = self.registry.get_registered_object(name, self.custom_objects)
        return found

    def text(self, text: str) -> object:
        """Return the object that a string names, else the string: old files store functions so."""
        # Most strings are plain text. So discovery is asked only for a string with a package.
        found = self.registered(text)
        if found is None and SEPARATOR in text and text not in self._missing:
            try:
                found = self.find(text)
            except KerasSerializableError:
                found = None  # The string may be plain text, so the failure is no error here.
            if found is None:
                self._missing.add(text)
        return text if found is None else found

    def class_(self, key: str | None, module: object) -> object | None:
        """Return the class of a config, or `OF_KERAS`."""
        is_of_keras = packages.root_of(module) is not None
        if key is None:
            found = None
        elif SEPARATOR in key or not is_of_keras:
            found = self.registry.get_registered_object(key, self.custom_objects)
        else:
            # A plugin may advertise a bare key. It does not replace a class of Keras.
            found = self.registered(key)
        if found is None and is_of_keras:
            return OF_KERAS
        return found

    def function(self, name: str, module: object) -> object | None:
        """Return the function of a config, or `OF_KERAS`."""
        found = self.registered(name)
        if found is not None:
            return found
        # Keras writes the module "builtins" for every function.
        if packages.root_of(module) or (module == "builtins" and name in BUILT_IN_FUNCTIONS):
            return OF_KERAS
        found = self.find(name)
        if found is None and SEPARATOR not in name:
            found = self._function_without_package(name)
        return found

    def _function_without_package(self, name: str) -> object | None:
        # Later releases of Keras take the first registered key that ends in the name. Here the
        # name has to fit one key only.
        ending = f"{SEPARATOR}{name}"
        known: dict[str, object] = dict(self.custom_objects)
        for keras in packages.present():
            # The registry finds the objects of a Keras only if this Keras is its neighbour.
            shared = keras.objects.copy().items()
            known.update((key, obj) for key, obj in shared if self.registered(key) is obj)
        known.update(self.registry.get_custom_objects())
        known.update(scoped_objects())
        found = {id(obj): obj for key, obj in known.items() if key.endswith(ending)}
        if not found:
            key = packages.advertised_key(name, lookup_of(self.registry))
            return None if key is None else self.find(key)
        return found.popitem()[1] if len(found) == 1 else None
