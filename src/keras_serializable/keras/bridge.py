"""The bridge between the registry and one Keras: what each intercepted function does."""

import sys
from functools import partial

from keras_serializable import keys
from keras_serializable.errors import KerasSerializableError
from keras_serializable.keras import bodies, notes
from keras_serializable.keras.interception import Interception, function_of
from keras_serializable.kerases import Keras
from keras_serializable.scope import scoped_objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType
    from typing import Any

    from keras_serializable.registry import Registry

    Objects = Mapping[str, object] | None

REGISTRATION = "src.saving.object_registration"
SERIALIZATION = "src.saving.serialization_lib"
LEGACY_SERIALIZATIONS = ("src.legacy.saving.serialization", "src.saving.legacy.serialization")
"""Where Keras 3 and Keras 2 keep the serialization of ``.h5`` files and old JSON."""

GETTERS = tuple(
    f"src.{kind}"
    for kind in (
        "activations",
        "constraints",
        "initializers",
        "losses",
        "metrics",
        "optimizers",
        "regularizers",
    )
)
"""Where ``get`` turns an identifier into an object of one kind, or raises."""

MODULES = (REGISTRATION, SERIALIZATION, *LEGACY_SERIALIZATIONS, *GETTERS)
"""The modules of a Keras that hold the functions to intercept, in the order of `intercept`."""

_BUILT_INS = (*GETTERS, "src.layers", "src.models", "src.optimizers.schedules")
"""The modules of a Keras whose objects a config may name without a package."""


class Bridge:
    """Answers the lookups of one Keras that it cannot answer itself.

    Keras looks keys up in two ways. It calls ``get_registered_object``; that is intercepted and
    asks the registry after a miss. And it tests membership in a copy of its registered objects,
    made at the start of each ``deserialize_keras_object``; so the names that this one call is
    going to test are supplied just before. Nested calls come by here themselves: each name is
    looked at once, and the whole stays linear in the size of the config.

    Args:
        root: The import name of the Keras, ``keras`` or ``tf_keras``.
        registry: The registry to ask.
    """

    # Set when `REGISTRATION` is intercepted, which is the first.
    _find: "Callable[..., object | None]"
    _name: "Callable[..., str]"
    _keras: Keras

    def __init__(self, root: str, registry: "Registry") -> None:
        self.root = root
        self._registry = registry
        self._interceptions: list[Interception] = []

    def intercept(self, module: "ModuleType") -> None:
        """Intercept the functions of one of `MODULES`, or none of them if one does not fit.

        Args:
            module: The module, imported. The first has to be `REGISTRATION`.

        Raises:
            MisfitError: If a function is not there, or takes other parameters than those known.
        """
        part = module.__name__.partition(".")[2]
        interceptions: list[Interception] = []

        def prepare(name: str, body: "Callable[..., object]") -> "Callable[..., Any]":
            interceptions.append(Interception(function_of(module, name), partial(body, self)))
            return interceptions[-1].original

        if part == REGISTRATION:
            find = prepare("get_registered_object", bodies.get_registered_object)
            name = prepare("get_registered_name", bodies.get_registered_name)
            self._keras, self._find, self._name = Keras(self.root, module), find, name
        elif part == SERIALIZATION:
            prepare("deserialize_keras_object", bodies.deserialize_keras_object)
        elif part in LEGACY_SERIALIZATIONS:
            prepare("deserialize_keras_object", bodies.legacy_deserialize_keras_object)
        else:
            prepare("get", bodies.get)

        # Everything fits. `undo` knows of an interception before it begins.
        self._interceptions += interceptions
        for interception in interceptions:
            interception.begin()

    def undo(self) -> None:
        """Give Keras its own functions back; any thread may do so, and more than once."""
        for interception in tuple(self._interceptions):
            interception.end()

    def get_registered_object(
        self, name: object, custom_objects: "Objects", module_objects: "Objects"
    ) -> object | None:
        """Return what Keras finds, else what the registry supplies."""
        found = self._find(name, custom_objects, module_objects)
        if found is None and isinstance(name, str):
            found = self._supply(name)
            if found is None:
                notes.remember_miss(name)
        return found

    def get_registered_name(self, obj: object) -> str:
        """Return the key Keras knows, else the one that our decorator registered."""
        if obj not in self._keras.names:
            key = self._registry.own_name(obj)
            if key is not None:
                return key
        return self._name(obj)

    def prepare(
        self, config: object, custom_objects: "Objects", module_objects: "Objects"
    ) -> "Objects":
        """Supply what this call of ``deserialize_keras_object`` will look for in its copy.

        Args:
            config: The config.
            custom_objects: The caller's objects.
            module_objects: The built-in objects of one kind, `None` where any kind may come.

        Returns:
            The caller's objects and those of our open scopes.
        """
        custom_objects = _with_scope(custom_objects)
        if isinstance(config, str):
            # A plain string may be anything: only with '>', or where an object of one kind is
            # expected, does it ask for a key.
            if module_objects is not None:
                self._offer(config, custom_objects, module_objects)
            elif keys.SEPARATOR in config:
                try:
                    self._offer(config, custom_objects, None)
                except KerasSerializableError:  # it may be mere data; if not, the note will tell
                    notes.remember_miss(config)
        elif isinstance(config, dict):
            if module_objects is not None:
                for name in _names_asked_for(config):
                    self._offer(name, custom_objects, module_objects)
            if config.get("class_name") == "function" and config.get("module") == "builtins":
                self._offer_function(config.get("config"), custom_objects, module_objects)
        return custom_objects

    def prepare_legacy(
        self, identifier: object, custom_objects: "Objects", module_objects: "Objects"
    ) -> "Objects":
        """Do the same for the deserialization of ``.h5`` files and old JSON."""
        custom_objects = _with_scope(custom_objects)
        if isinstance(identifier, str):
            self._offer(identifier, custom_objects, module_objects)
        return custom_objects

    def explain(self, error: Exception) -> None:
        """Add to an error of Keras what is known of the key that it did not find."""
        notes.add_note(error, self._registry)

    def _offer(self, name: str, custom_objects: "Objects", module_objects: "Objects") -> None:
        if self._find(name, custom_objects, module_objects) is None and self._supply(name) is None:
            notes.remember_miss(name)

    def _offer_function(
        self, name: object, custom_objects: "Objects", module_objects: "Objects"
    ) -> None:
        # Up to 3.6 Keras stored a function without its package. It therefore takes any registered
        # key that ends in the name; so do we, where just one advertised key does.
        if (
            isinstance(name, str)
            and keys.SEPARATOR not in name
            and self._find(name, custom_objects, module_objects) is None
            and not self._is_built_in(name)
        ):
            candidates = self._registry.advertised_keys(name)
            if len(candidates) == 1:
                self._offer(candidates[0], custom_objects, module_objects)

    def _supply(self, name: str) -> object | None:
        scope = scoped_objects()
        if name in scope:
            return scope[name]
        if keys.SEPARATOR not in name and self._is_built_in(name):
            return None  # a bare key of a plugin never takes the place of Keras' own
        return self._registry.supply(name, self._keras)

    def _is_built_in(self, name: str) -> bool:
        """Return whether Keras has an object of its own under a bare name."""
        modules = (sys.modules.get(f"{self.root}.{part}") for part in _BUILT_INS)
        return any(
            hasattr(module, name) or name in getattr(module, "ALL_OBJECTS_DICT", ())
            for module in modules
        )


def _names_asked_for(config: "dict[object, object]") -> "Iterator[str]":
    """Yield the names that decide what a config of one kind of object means.

    Keras tests ``class_name`` too where there is a ``registered_name``, but makes the object of the
    latter; to look the former up would import a plugin that nobody asked for.
    """
    registered_name, arguments = config.get("registered_name"), config.get("config")
    if isinstance(arguments, str):
        yield arguments
    elif isinstance(registered_name, str):
        yield registered_name
    elif isinstance(config.get("class_name"), str):
        yield config["class_name"]  # type: ignore[misc]


def _with_scope(custom_objects: "Objects") -> "Objects":
    scope = scoped_objects()
    return {**(custom_objects or {}), **scope} if scope else custom_objects
