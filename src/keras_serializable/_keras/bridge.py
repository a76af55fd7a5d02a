"""The bridge between the registry and one Keras: it answers the lookups of this Keras."""

import sys
from functools import partial

from keras_serializable._keras import notes, replacements
from keras_serializable._keras.code_swap import Interception, function_of
from keras_serializable._keras.packages import Keras, advertised_key, has_built_in
from keras_serializable._keras.stamps import stamp_saved
from keras_serializable._keras_releases import (
    ANSWERED,
    EXPLAINED,
    FUNCTION,
    LAYERS,
    REGISTRATION,
    SAVES,
    SAVING,
    SERIALIZATION,
)
from keras_serializable._keys import SCRIPT, SEPARATOR, is_of_script, means_script, stated_module
from keras_serializable._registry.registry import lookup_of
from keras_serializable._registry.scope import scoped_objects
from keras_serializable.errors import KerasSerializableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType, ModuleType

    from keras_serializable._keras.stamps import State
    from keras_serializable._registry.registry import Registry

    Objects = Mapping[str, object] | None
    Place = tuple[object, object]  # the module and the class name that a file states

_REPLACEMENTS: "dict[str, Callable[..., object]]" = {
    "get_registered_object": replacements.get_registered_object,
    "get_registered_name": replacements.get_registered_name,
    "_retrieve_class_or_fn": replacements.retrieve,
    "deserialize": replacements.deserialize,
}
"""function of `ANSWERED` -> its replacement."""

_ON_FAILURE = (replacements.retrieve, replacements.explained)
"""The replacements that run only after Keras' own function has failed."""


class Bridge:
    """Answers the lookups of one Keras that this Keras cannot answer itself."""

    # Keras finds the class or function of a config with `_retrieve_class_or_fn`, or with the
    # `deserialize` of its kind. Keras tries first. If it fails, the registry is asked. Then Keras
    # tries again, with the found object among its `custom_objects`.

    # `attach` sets both attributes with the first module, `REGISTRATION`.
    _find: "Callable[..., object | None]"
    _keras: Keras

    def __init__(
        self, root: str, registry: "Registry", stamp: "Callable[[str], object] | None" = None
    ) -> None:
        self.root = root
        self._stamp = stamp  # what stamps a saved file, or `None`
        self.modules: dict[str, ModuleType] = {}  # name -> attached module
        self._lookup = lookup_of(registry)
        self._interceptions: list[Interception] = []
        self._retrieve: CodeType | None = None  # Keras' own code of `_retrieve_class_or_fn`

    def attach(self, module: "ModuleType") -> None:
        """Intercept the functions of one imported module, or none of them if one does not fit."""
        part = module.__name__.partition(".")[2]
        bodies = {name: body for name, body in _REPLACEMENTS.items() if part in ANSWERED[name]}
        if part in LAYERS and not _defines(vars(module), "deserialize"):
            bodies = {}  # Keras 2 defines the function in the other module of `LAYERS`.
        bodies.update(
            (name, replacements.explained) for name, modules in EXPLAINED.items() if part in modules
        )
        if part == SAVING and self._stamp is not None:
            bodies[SAVES] = replacements.save_model
        made = {
            name: Interception(
                function_of(module, name), partial(body, self), on_failure=body in _ON_FAILURE
            )
            for name, body in bodies.items()
        }
        if part == REGISTRATION:
            self._find = made["get_registered_object"].original
            self._keras = Keras(self.root, module)
        elif part == SERIALIZATION:
            self._retrieve = made["_retrieve_class_or_fn"].original.__code__
        # All functions fit. They are stored first: another thread may call `detach` at any time.
        self._interceptions += made.values()
        for interception in made.values():
            interception.attach()
        self.modules[module.__name__] = module

    def detach(self) -> None:
        """Undo all interceptions; any thread may call this, also several times."""
        for interception in tuple(self._interceptions):
            interception.detach()

    def supply_unregistered(self, name: str) -> object | None:
        """Return the object of a name that Keras has not registered."""
        if self._is_asked_by_retrieve():
            return None
        found = place = None
        if SEPARATOR in name or not has_built_in(self.root, name):
            place = _place_of(name, None)
            found = self._lookup.supply(name, self._keras, place)
        if found is None:
            _remember_miss(name, place)
        return found

    def registered_name(self, obj: object) -> str | None:
        """Return the key from our decorator, `None` if Keras has a key for the object."""
        return None if obj in self._keras.names else self._lookup.own_name(obj)

    def supply_retrieved(
        self,
        name: object,
        registered_name: object,
        config: object,
        obj_type: object,
        custom_objects: "Objects",
    ) -> "dict[str, object]":
        """Return name and object of a lookup by ``_retrieve_class_or_fn``, empty if not found."""
        module = stated_module(config) if isinstance(config, dict) else None
        if obj_type == FUNCTION:
            return self._supply_function(name, module, custom_objects)
        return self._supply(registered_name, (module, name), custom_objects)

    def prepare(self, config: object, custom_objects: "Objects") -> "Objects":
        """Return the objects of the caller, of open scopes, and of the plugin's key in a config."""
        scope = scoped_objects()
        if scope:
            custom_objects = {**(custom_objects or {}), **scope}
        if isinstance(config, dict):
            key = config.get("registered_name")
            # If the key is not registered, the `deserialize` of a kind looks for the class name.
            # Keras may have an object of this name. So the plugin's object is found first.
            if isinstance(key, str) and SEPARATOR in key:
                try:
                    found = self.supply_named(config, custom_objects)
                except KerasSerializableError:
                    return custom_objects  # If Keras fails too, this error is raised again.
                if found:
                    return {**(custom_objects or {}), **found}
        return custom_objects

    def supply_named(self, config: object, custom_objects: "Objects") -> "dict[str, object]":
        """Return name and object of a config of one kind, empty if the object is not found."""
        if isinstance(config, str):
            return self._supply_function(config, None, custom_objects)
        if not isinstance(config, dict):
            return {}
        if isinstance(config.get("config"), str):
            return self._supply_function(config["config"], config.get("module"), custom_objects)
        class_name = config.get("class_name")
        key = config.get("registered_name", class_name)  # `None` for Keras' own objects
        return self._supply(key, (stated_module(config), class_name), custom_objects)

    def stamp_saved(self, filepath: object, former: "State | None") -> None:
        """Stamp a file that Keras has just saved, where that is asked for."""
        if self._stamp is not None:
            stamp_saved(self._stamp, filepath, former)

    def explain(self, error: Exception) -> None:
        """Add a note about the missing key to an error of Keras."""
        notes.add_note(error, self._lookup)

    def _supply_function(
        self, name: object, module: object, custom_objects: "Objects"
    ) -> "dict[str, object]":
        if not isinstance(name, str):
            return {}
        found = self._supply(name, (module, name), custom_objects)
        is_known = has_built_in(self.root, name) or is_of_script(name)
        if not found and SEPARATOR not in name and not is_known:
            key = advertised_key(name, self._lookup)
            if key is not None:
                return self._supply(key, None, custom_objects)
        return found

    def _supply(
        self, key: object, place: "Place | None", custom_objects: "Objects"
    ) -> "dict[str, object]":
        """Return key and object if Keras does not know the key, empty if it does or nobody does."""
        if not isinstance(key, str) or self._find(key, custom_objects) is not None:
            return {}
        place = _place_of(key, place)
        found = self._lookup.supply(key, self._keras, place)
        if found is not None:
            return {key: found}
        if SEPARATOR in key or not has_built_in(self.root, key):
            _remember_miss(key, place)
        return {}

    def _is_asked_by_retrieve(self) -> bool:
        # `_retrieve_class_or_fn` tries Keras' own objects next, and asks the registry later. Its
        # frame is the fourth caller of this method: supply_unregistered(), the replacement of
        # get_registered_object(), Keras' function with its new code, `_retrieve_class_or_fn`.
        frame = sys._getframe(4)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- inspect is slow
        return frame.f_code is self._retrieve


def _place_of(key: str, place: "Place | None") -> "Place | None":
    """Return the place that a file states; if it states none, the script that defines the name."""
    return (SCRIPT, key) if means_script(key, place and place[0]) else place


def _remember_miss(key: str, place: "Place | None") -> None:
    module = place and place[0]
    notes.remember_miss(key, module if isinstance(module, str) else None)


def _defines(namespace: "dict[str, object]", name: str) -> bool:
    return getattr(namespace.get(name), "__globals__", None) is namespace
