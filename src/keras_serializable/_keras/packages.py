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

    from keras_serializable._registry.lookup import RegistryLookup

_REGISTRATIONS = tuple((root, f"{root}.{REGISTRATION}") for root in ROOTS)


class Keras:
    """The registered objects of one imported Keras.

    Args:
        root: Its import name.
        registration: Its module `REGISTRATION`.
    """

    __slots__ = ("names", "objects", "root")

    def __init__(self, root: str, registration: "ModuleType") -> None:
        self.root = root
        # The first name of each pair is that of Keras 3, the second that of Keras 2.
        release = 0 if hasattr(registration, CUSTOM_OBJECTS[0]) else 1
        self.objects: dict[str, object] = getattr(registration, CUSTOM_OBJECTS[release])
        self.names: dict[object, str] = getattr(registration, CUSTOM_NAMES[release])

    def accepts(self, obj: object) -> bool:
        """Return whether a class, or the class of an instance, is not made for another Keras.

        ``keras.config.set_backend()`` imports Keras anew. The classes of before are then of another
        Keras, though they have the names of the new ones.
        """
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


class _Present:
    """The Keras packages that were imported at the last look.

    Attributes:
        modules: For each Keras the name of its module `REGISTRATION`, the module, and its lookup
            function. Both are `None` while the module is not imported to its end.
        kerases: The packages.
    """

    __slots__ = ("kerases", "modules")

    def __init__(self) -> None:
        kerases: list[Keras] = []
        self.modules: list[tuple[str, ModuleType | None, object]] = []
        for root, name in _REGISTRATIONS:
            registration = sys.modules.get(name)
            lookup = getattr(registration, "get_registered_object", None)
            if registration is None or lookup is None:
                self.modules.append((name, None, None))
            else:
                self.modules.append((name, registration, lookup))
                kerases.append(Keras(root, registration))
        self.kerases = tuple(kerases)

    def is_current(self) -> bool:
        """Return whether no Keras was imported, removed or reloaded since."""
        modules = sys.modules
        for name, module, lookup in self.modules:
            if modules.get(name) is not module:
                return False
            if module is not None and module.get_registered_object is not lookup:
                return False
        return True


_last: _Present | None = None


def present() -> tuple[Keras, ...]:
    """Return the Keras packages that this process has imported."""
    global _last  # noqa: PLW0603 -- every lookup asks: 0.2 us, and 1.7 us if all were made anew
    # Threads may do this at once: each makes a whole value, and the last one stays.
    last = _last
    if last is None or not last.is_current():
        _last = last = _Present()
    return last.kerases


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
    """Return the key of a function that a file names without its package.

    Keras up to 3.6 stores functions so. Later releases take a registered key that ends in the name;
    an advertised key is taken if no other one ends in it.
    """
    keys = lookup.advertised_keys(name)
    return keys[0] if len(keys) == 1 else None


def _is_current(cls: type) -> bool | None:
    """Return whether the module of a class holds this very class, `None` where it holds none."""
    module = sys.modules.get(cls.__module__)
    held = None if module is None else vars(module).get(cls.__qualname__)
    return None if module is not None and held is None else held is cls
