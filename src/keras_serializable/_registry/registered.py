"""What is registered: objects by key, keys by object, and what happens to a key that is taken."""

from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol, TypeVar

    T = TypeVar("T")

    class Neighbour(Protocol):
        """The registered objects of another registry of the process: of a Keras."""

        objects: dict[str, object]
        names: dict[object, str]
        root: str

        def accepts(self, obj: object) -> bool:
            """Return `False` for an object that is made for another registry."""
            ...

        def register(self, key: str, obj: object) -> None:
            """Register an object as the decorator of this neighbour does."""


class RegisteredObjects:
    """The objects of one registry, and those of its neighbours.

    Args:
        neighbours: Returns the neighbours. Their objects are found here, and what is registered
            here is registered in them.

    Attributes:
        objects: The objects of this registry by key.
        names: The keys by object.
        discovered: The objects that were discovered under a key that no decorator has registered.
    """

    __slots__ = ("_before_import", "_neighbours", "discovered", "names", "objects")

    def __init__(self, neighbours: "Callable[[], Iterable[Neighbour]]") -> None:
        self.objects: dict[str, object] = {}
        self.names: dict[object, str] = {}
        self.discovered: dict[str, object] = {}
        self._neighbours = neighbours
        # thread -> what was registered when discovery began an import in this thread: the objects
        # of this registry, and of each neighbour
        self._before_import: dict[int, list[dict[str, object]]] = {}

    def find(self, key: str) -> object | None:
        """Return what is registered under a key, here or in a neighbour."""
        own = self.objects.get(key)
        for neighbour in self._neighbours():
            # What is registered here was registered in the neighbour too. If the neighbour has
            # another object now, that one is newer.
            theirs = neighbour.objects.get(key)
            if theirs is not None and (own is None or own is theirs or neighbour.accepts(own)):
                return theirs
        return own

    def name_of(self, obj: object) -> str | None:
        """Return the key under which an object is registered, here or in a neighbour."""
        if obj in self.names:
            return self.names[obj]
        for neighbour in self._neighbours():
            if obj in neighbour.names:
                return neighbour.names[obj]
        return None

    def add(self, key: str, obj: object) -> None:
        """Register an object; it takes over a key that is taken, as `Registry` describes."""
        self.names[obj] = key
        former = self.find(key) or self.discovered.get(key)
        if former is not None and former is not obj:
            before_import = self._before_import.get(get_ident(), ())
            if any(objects.get(key) is former for objects in before_import):
                return  # An import that discovery makes replaces no object of the program.
            if _origin(former) != _origin(obj):
                _warn_of_override(key, obj, former)
        self.objects[key] = obj
        for neighbour in self._neighbours():
            if neighbour.accepts(obj):
                neighbour.register(key, obj)

    def keeping(self, load: "Callable[[], T]") -> "T":
        """Run an import, and afterwards undo what it registered in place of registered objects."""
        thread = get_ident()
        outer = self._before_import.get(thread)
        registered = [self.objects, *(each.objects for each in self._neighbours())]
        before_import = [dict(objects) for objects in registered]
        self._before_import[thread] = before_import
        try:
            return load()
        finally:
            if outer is None:
                del self._before_import[thread]
            else:
                self._before_import[thread] = outer
            for objects, former in zip(registered, before_import):  # noqa: B905 -- of one length
                for key, obj in former.items():
                    if objects.get(key) is not obj:
                        objects[key] = obj


class Receiver:
    """What an imported provider registers its objects in: the registry, or a neighbour beside it.

    Args:
        registered: The objects of the registry.
        neighbour: The neighbour for which a key is looked up, `None` where the registry looks it
            up for itself.
    """

    __slots__ = ("_neighbour", "_registered")

    def __init__(self, registered: RegisteredObjects, neighbour: "Neighbour | None" = None) -> None:
        self._registered = registered
        self._neighbour = neighbour

    @property
    def root(self) -> str | None:
        """The name of the neighbour, ``keras`` or ``tf_keras``; `None` for the registry itself."""
        return None if self._neighbour is None else self._neighbour.root

    def registered(self, key: str) -> object | None:
        """Return what is registered under a key, first in the neighbour."""
        if self._neighbour is not None and key in self._neighbour.objects:
            return self._neighbour.objects[key]
        return self._registered.find(key)

    def keeping(self, load: "Callable[[], T]") -> "T":
        """Run an import; what was registered before stays registered."""
        return self._registered.keeping(load)


def has_config(obj: object) -> bool:
    """Return whether Keras would register an object: classes need ``get_config()``."""
    return not isinstance(obj, type) or hasattr(obj, "get_config")


def has_hash(obj: object) -> bool:
    """Return whether the key of an object could be found again."""
    return type(obj).__hash__ is not None


def _warn_of_override(key: str, obj: object, former: object) -> None:
    # 2 ms, which programs without such a warning save.
    import warnings  # noqa: PLC0415

    from keras_serializable.errors import KeyOverrideWarning  # noqa: PLC0415

    warning = KeyOverrideWarning.of_places(key, _origin(obj), _origin(former))
    warnings.warn(warning, stacklevel=4)


def _origin(obj: object) -> str:
    """Return where an object is defined, as module and qualified name."""
    return f"{getattr(obj, '__module__', '')}.{getattr(obj, '__qualname__', repr(obj))}"
