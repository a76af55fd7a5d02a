"""The Keras packages of this process, found in `sys.modules`. This module imports none of them.

Keras 3 and Keras 2.15 both have the name ``keras``. tf_keras is Keras 2 under another name. One
process may have ``keras`` and ``tf_keras``. Each has its own registered objects, and a layer of one
does not work in the other.
"""

import sys

from keras_serializable._keras_releases import (
    BUILT_IN_MODULES,
    BUILT_INS,
    CUSTOM_NAMES,
    CUSTOM_OBJECTS,
    KERAS_3,
    REGISTRATION,
    ROOTS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from keras_serializable._registry.registered import RegistryLookup

_REGISTRATIONS = tuple((root, f"{root}.{REGISTRATION}") for root in ROOTS)


class Keras:
    """The registered objects of one imported Keras, identified by its module `REGISTRATION`."""

    __slots__ = ("names", "objects", "objects_name", "root")

    def __init__(self, root: str, registration: "ModuleType") -> None:
        self.root = root
        # In each pair the first name belongs to Keras 3, the second to Keras 2.
        release = 0 if hasattr(registration, CUSTOM_OBJECTS[0]) else 1
        self.objects_name = CUSTOM_OBJECTS[release]
        self.objects: dict[str, object] = getattr(registration, self.objects_name)
        self.names: dict[object, str] = getattr(registration, CUSTOM_NAMES[release])

    def accepts(self, obj: object) -> bool:
        """Return whether an object works in this Keras: its class derives from it, or from none."""
        # keras.config.set_backend() imports Keras again. The old classes then belong to another
        # Keras, but their modules and names are equal to those of the new classes.
        is_stale = is_foreign = is_own = False
        for base, root in bases_of_keras(obj if isinstance(obj, type) else type(obj)):
            if root != self.root:
                is_foreign = True
                continue
            is_own = True
            is_current = _is_current(base)
            if is_current:
                return True
            is_stale = is_stale or is_current is False
        return not is_stale and (is_own or not is_foreign)

    def register(self, key: str, obj: object) -> None:
        """Register a class or function as the decorator of this Keras does."""
        self.objects[key] = obj
        self.names[obj] = key


_seen: "dict[str, Keras]" = {}
"""The Kerases of the last `present` call.

Every lookup needs them. To make them again would take a third of its time: 0.4 of 1.2 us.
"""


def present() -> "list[Keras]":
    """Return the Keras packages that this process has imported."""
    found = []
    for root, name in _REGISTRATIONS:
        registration = sys.modules.get(name)
        if registration is None:
            continue
        keras = _seen.get(root)
        # A reloaded module has new dictionaries, and so has a new module of this name.
        if keras is None or getattr(registration, keras.objects_name, None) is not keras.objects:
            # During its import the module exists, but not its objects.
            if not hasattr(registration, "get_registered_object"):
                continue
            keras = _seen[root] = Keras(root, registration)
        found.append(keras)
    return found


def root_of(module: object) -> str | None:
    """Return the Keras that a module's name belongs to, `None` if it belongs to none."""
    root = module.partition(".")[0] if isinstance(module, str) else ""
    return root if root in ROOTS else None


def is_own(root: str, module: object) -> bool:
    """Return whether a Keras that reads the ``module`` of a config looks among its own objects."""
    # tf_keras writes `keras.layers` for its own layers, and reads it as `tf_keras.layers`.
    return module in (None, "builtins") or root_of(module) in (root, KERAS_3)


def bases_of_keras(cls: type) -> "Iterator[tuple[type, str]]":
    """Yield a class and its bases, if they belong to a Keras, each with this Keras."""
    for base in cls.__mro__:
        root = root_of(base.__module__)
        if root is not None:
            yield base, root


def has_built_in(root: str, name: str) -> bool:
    """Return whether a Keras has an own object of a bare name."""
    modules = (sys.modules.get(f"{root}.{part}") for part in BUILT_IN_MODULES)
    return any(
        hasattr(module, name) or name in getattr(module, BUILT_INS, ()) for module in modules
    )


def is_built_in(name: str) -> bool:
    """Return whether any Keras of this process has an own object of a bare name."""
    return any(has_built_in(root, name) for root in ROOTS)


def advertised_key(name: str, lookup: "RegistryLookup") -> str | None:
    """Return the key of a function that a file names without its package."""
    # Keras up to 3.6 writes such files. Later releases use any registered key that ends with the
    # name. Here an advertised key counts only if no other advertised key ends with the name.
    keys = lookup.advertised_keys(name)
    return keys[0] if len(keys) == 1 else None


def _is_current(cls: type) -> bool | None:
    """Return whether the module of a class holds this class or another one, `None` for none."""
    module = sys.modules.get(cls.__module__)
    held = None if module is None else vars(module).get(cls.__qualname__)
    return None if module is not None and held is None else held is cls
