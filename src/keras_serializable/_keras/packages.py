"""The Keras packages of this process, seen through `sys.modules`; none is ever imported here.

Keras 3 and Keras 2.15 are both called ``keras``, tf_keras is Keras 2 under another name, and two
of them can live in one process. Each keeps registered objects of its own: a layer of one is
meaningless to another.
"""

import sys

from keras_serializable._keras_releases import (
    BUILT_IN_MODULES,
    BUILT_INS,
    CUSTOM_NAMES,
    CUSTOM_OBJECTS,
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
    """The registered objects of one imported Keras, known by its module `REGISTRATION`."""

    __slots__ = ("names", "objects", "objects_name", "root")

    def __init__(self, root: str, registration: "ModuleType") -> None:
        self.root = root
        # The first name of each pair is that of Keras 3, the second that of Keras 2.
        release = 0 if hasattr(registration, CUSTOM_OBJECTS[0]) else 1
        self.objects_name = CUSTOM_OBJECTS[release]
        self.objects: dict[str, object] = getattr(registration, self.objects_name)
        self.names: dict[object, str] = getattr(registration, CUSTOM_NAMES[release])

    def accepts(self, obj: object) -> bool:
        """Return whether a class, or the class of an instance, is not made for another Keras."""
        # keras.config.set_backend() imports Keras anew. The classes of before are then of another
        # Keras, though they have the names of the new ones.
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
        """Register a class or function as this Keras' own decorator does."""
        self.objects[key] = obj
        self.names[obj] = key


_seen: "dict[str, Keras]" = {}
"""Each Keras that `present` returned last. Every lookup asks for them, and making them anew would
take a third of its time: 0.4 of 1.2 us."""


def present() -> "list[Keras]":
    """Return the Keras packages that this process has imported."""
    found = []
    for root, name in _REGISTRATIONS:
        registration = sys.modules.get(name)
        if registration is None:
            continue
        keras = _seen.get(root)
        # A module that is loaded again has other dictionaries, and so has another module.
        if keras is None or getattr(registration, keras.objects_name, None) is not keras.objects:
            # While it is being imported, the module is there and its objects are not.
            if not hasattr(registration, "get_registered_object"):
                continue
            keras = _seen[root] = Keras(root, registration)
        found.append(keras)
    return found


def root_of(module: object) -> str | None:
    """Return the Keras that a module's name belongs to, `None` if it belongs to none."""
    root = module.partition(".")[0] if isinstance(module, str) else ""
    return root if root in ROOTS else None


def bases_of_keras(cls: type) -> "Iterator[tuple[type, str]]":
    """Yield the classes of Keras that a class is or derives from, each with its Keras."""
    for base in cls.__mro__:
        root = root_of(base.__module__)
        if root is not None:
            yield base, root


def has_built_in(root: str, name: str) -> bool:
    """Return whether a Keras has an object of its own that files name without a package."""
    modules = (sys.modules.get(f"{root}.{part}") for part in BUILT_IN_MODULES)
    return any(
        hasattr(module, name) or name in getattr(module, BUILT_INS, ()) for module in modules
    )


def is_built_in(name: str) -> bool:
    """Return whether any Keras of this process has an object of its own under a bare name."""
    return any(has_built_in(root, name) for root in ROOTS)


def advertised_key(name: str, lookup: "RegistryLookup") -> str | None:
    """Return the key of a function that a file names without its package."""
    # Keras up to 3.6 writes such files. Later releases of Keras take any registered key that ends
    # in the name. An advertised key is taken only if no other one ends in it.
    keys = lookup.advertised_keys(name)
    return keys[0] if len(keys) == 1 else None


def _is_current(cls: type) -> bool | None:
    """Return whether the module of a class holds this very class, `None` where it holds none."""
    module = sys.modules.get(cls.__module__)
    held = None if module is None else vars(module).get(cls.__qualname__)
    return None if module is not None and held is None else held is cls
