"""Lookup: the objects of the names in one config. What a name means depends on where it stands."""

from keras_serializable._keras import packages
from keras_serializable._keys import SEPARATOR
from keras_serializable._registry.registry import lookup_of
from keras_serializable._registry.scope import scoped_objects
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.handover import FUNCTIONS, is_keras_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_serializable._registry.registry import Registry

OF_KERAS = object()
"""In place of an object: Keras' own, and only Keras can find it."""


class Lookup:
    """Finds objects by name, in the order of `Registry.get_registered_object`.

    Args:
        registry: The registry.
        custom_objects: The caller's objects by name.

    Attributes:
        registry: The same.
        custom_objects: Of the caller's objects those that nothing registered goes before.
    """

    __slots__ = ("_missing", "custom_objects", "registry")

    def __init__(self, registry: "Registry", custom_objects: "Mapping[str, object]") -> None:
        self.registry = registry
        self.custom_objects: dict[str, object] = {}
        self.custom_objects = {
            name: obj for name, obj in custom_objects.items() if self.registered(name) is None
        }
        self._missing: set[str] = set()

    def registered(self, name: str) -> object | None:
        """Return what is known under a name already; nothing is discovered."""
        # A module object under the name ends the lookup just before discovery.
        found: object | None = self.registry.get_registered_object(
            name, self.custom_objects, {name: None}
        )
        return found

    def find(self, name: str) -> object | None:
        """Return what is known under a name, or discovered."""
        found: object | None = self.registry.get_registered_object(name, self.custom_objects)
        return found

    def text(self, text: str) -> object:
        """Return what a string stands for: itself, or an object.

        In older files a function is a string, its key. But any string may be just text, so only a
        whole key is worth a look at what is installed.
        """
        found = self.registered(text)
        if found is None and SEPARATOR in text and text not in self._missing:
            try:
                found = self.find(text)
            except KerasSerializableError:
                found = None  # a provider that fails does not spoil what may be mere data
            if found is None:
                self._missing.add(text)
        return text if found is None else found

    def class_(self, key: str | None, module: object) -> object | None:
        """Return the class of a config, or `OF_KERAS`.

        Args:
            key: Its ``registered_name``, or ``class_name`` where it has none.
            module: Its ``module``.
        """
        if key is None:
            found = None
        elif SEPARATOR in key or not is_keras_module(module):
            found = self.registry.get_registered_object(key, self.custom_objects)
        else:
            # A bare key that a plugin advertises never takes the place of a class of Keras.
            found = self.registered(key)
        if found is None and is_keras_module(module):
            return OF_KERAS
        return found

    def function(self, name: str, module: object) -> object | None:
        """Return the function of a config, or `OF_KERAS`.

        Args:
            name: Its name.
            module: Its ``module``; "builtins" says no more than that it is a function.
        """
        found = self.registered(name)
        if found is not None:
            return found
        if is_keras_module(module) or (module == "builtins" and name in FUNCTIONS):
            return OF_KERAS
        found = self.find(name)
        if found is None and SEPARATOR not in name:
            found = self._function_without_package(name)
        return found

    def _function_without_package(self, name: str) -> object | None:
        # Keras up to 3.6 stored a function without its package. Later ones take the first
        # registered key that ends in its name; here it has to be the only one.
        ending = f"{SEPARATOR}{name}"
        known: dict[str, object] = dict(self.custom_objects)
        for keras in packages.present():
            # Only a registry that has a Keras for a neighbour finds what is registered there.
            shared = keras.objects.items()
            known.update((key, obj) for key, obj in shared if self.registered(key) is obj)
        known.update(self.registry.get_custom_objects())
        known.update(scoped_objects())
        found = {id(obj): obj for key, obj in known.items() if key.endswith(ending)}
        if not found:
            advertised = lookup_of(self.registry).advertised_keys(name)
            return self.find(advertised[0]) if len(advertised) == 1 else None
        return found.popitem()[1] if len(found) == 1 else None
