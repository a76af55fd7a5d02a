"""The Keras packages of this process, seen through `sys.modules`; none is ever imported here.

Keras 3 and Keras 2.15 are both called ``keras``, tf_keras is Keras 2 under another name, and two
of them can live in one process. Each keeps registered objects of its own: a layer of one is
meaningless to another.
"""

import sys

from keras_serializable._keras_releases import BUILT_IN_MODULES, ROOTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


class Keras:
    """The registered objects of one imported Keras.

    Args:
        root: Its import name.
        registration: Its module ``object_registration``.
    """

    __slots__ = ("names", "objects", "root")

    def __init__(self, root: str, registration: "ModuleType") -> None:
        self.root = root
        # Keras 3 dropped the underscore that Keras 2 has.
        prefix = "" if hasattr(registration, "GLOBAL_CUSTOM_OBJECTS") else "_"
        self.objects: dict[str, object] = getattr(registration, f"{prefix}GLOBAL_CUSTOM_OBJECTS")
        self.names: dict[object, str] = getattr(registration, f"{prefix}GLOBAL_CUSTOM_NAMES")

    def accepts(self, obj: object) -> bool:
        """Return whether `obj` is not made for another Keras: one of its layers, say.

        ``keras.config.set_backend()`` imports Keras anew: the classes of before have the names of
        the new ones, and are of another Keras.

        Args:
            obj: A class, or an instance of one: only a class shows which Keras it was made for.

        Returns:
            `False` if it derives from a class of another Keras and from none of this one.
        """
        cls = obj if isinstance(obj, type) else type(obj)
        is_stale = is_foreign = is_own = False
        for base in cls.__mro__:
            root = base.__module__.partition(".")[0]
            if root == self.root:
                is_own = True
                is_current = _is_current(base)
                if is_current:
                    return True
                is_stale = is_stale or is_current is False
            elif root in ROOTS:
                is_foreign = True
        return not is_stale and (is_own or not is_foreign)

    def register(self, key: str, obj: object) -> None:
        """Register `obj` in this Keras as its own decorator does.

        Args:
            key: The key. An object that has it already loses it.
            obj: The class or function.
        """
        self.objects[key] = obj
        self.names[obj] = key


def has_built_in(root: str, name: str) -> bool:
    """Return whether a Keras has an object of its own that files name without a package."""
    modules = (sys.modules.get(f"{root}.{part}") for part in BUILT_IN_MODULES)
    return any(
        hasattr(module, name) or name in getattr(module, "ALL_OBJECTS_DICT", ())
        for module in modules
    )


def is_built_in(name: str) -> bool:
    """Return whether any Keras of this process has an object of its own under a bare name."""
    return any(has_built_in(root, name) for root in ROOTS)


def _is_current(cls: type) -> bool | None:
    """Return whether the module of a class holds this very class, `None` where it holds none."""
    module = sys.modules.get(cls.__module__)
    held = None if module is None else vars(module).get(cls.__qualname__)
    return None if module is not None and held is None else held is cls


class _Present:
    """The Keras packages that were imported at the last look.

    Attributes:
        modules: For each Keras the name of its module ``object_registration``, the module, and its
            lookup function. Both are `None` while the module is not imported to its end.
        kerases: The packages.
    """

    __slots__ = ("kerases", "modules")

    def __init__(self) -> None:
        kerases: list[Keras] = []
        self.modules: list[tuple[str, ModuleType | None, object]] = []
        for root in ROOTS:
            name = f"{root}.src.saving.object_registration"
            module = sys.modules.get(name)
            lookup = getattr(module, "get_registered_object", None)
            if module is None or lookup is None:
                self.modules.append((name, None, None))
            else:
                self.modules.append((name, module, lookup))
                kerases.append(Keras(root, module))
        self.kerases = tuple(kerases)

    def is_current(self) -> bool:
        """Return whether none was imported, removed or reloaded since."""
        modules = sys.modules
        for name, module, lookup in self.modules:
            if modules.get(name) is not module:
                return False
            if module is not None and module.get_registered_object is not lookup:
                return False
        return True


_last: "_Present | None" = None


def present() -> "tuple[Keras, ...]":
    """Return the Keras packages that this process has imported."""
    global _last  # noqa: PLW0603 -- every lookup asks: 0.2 us, and 1.7 us if all were made anew
    # Threads may do this at once: each makes a whole value, and the last one stays.
    last = _last
    if last is None or not last.is_current():
        _last = last = _Present()
    return last.kerases
