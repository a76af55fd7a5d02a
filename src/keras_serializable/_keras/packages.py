"""The Keras packages of this process, seen through `sys.modules`; none is ever imported here.

Keras 3 and Keras 2.15 are both called ``keras``, tf_keras is Keras 2 under another name, and two
of them can live in one process. Each keeps registered objects of its own: a layer of one is
meaningless to another.
"""

import sys

from keras_serializable._keras_releases import BUILT_IN_MODULES, ROOTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
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


def present() -> "Iterator[Keras]":
    """Yield the Keras packages that this process has imported."""
    for root in ROOTS:
        registration = sys.modules.get(f"{root}.src.saving.object_registration")
        # While it is being imported, the module is there and its objects are not.
        if hasattr(registration, "get_registered_object"):
            yield Keras(root, registration)  # type: ignore[arg-type]
