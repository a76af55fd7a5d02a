"""What is registered, what happens to a key that is taken, and what is asked for other keys."""

from _thread import get_ident

from keras_serializable._texts import origin, shown

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

    Place = tuple[object, object]  # the module and the class name that a file states

    class Resolver(Protocol):
        """What a registry asks on a miss."""

        def resolve(
            self, key: str, receiver: "Receiver", place: Place | None = None
        ) -> object | None:
            """Return the object of a key, or of what was defined at a place, or `None`."""
            ...

        def advertised_keys(self, name: str) -> list[str]:
            """Return the advertised keys of any package whose name part is `name`."""
            ...

        def explain(self, key: str, module: str | None = None) -> str:
            """Return why a key was not found, and what to do; `module` is what the file names."""
            ...


class RegisteredObjects:
    """The objects of one registry. It also finds and fills those of its neighbours."""

    __slots__ = ("_before_import", "_neighbours", "discovered", "names", "objects")

    def __init__(self, neighbours: "Callable[[], Iterable[Neighbour]]") -> None:
        self.objects: dict[str, object] = {}  # by key
        self.names: dict[object, str] = {}  # the keys by object
        # The objects that were found under keys that no decorator has registered.
        self.discovered: dict[str, object] = {}
        self._neighbours = neighbours
        # thread -> the dictionaries of this registry and of its neighbours, each with a copy from
        # the time when discovery began an import in this thread
        self._before_import: dict[int, list[tuple[dict[str, object], dict[str, object]]]] = {}

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
        """Register an object. It replaces the former object of its key, as `Registry` describes."""
        self.names[obj] = key
        former = self.find(key) or self.discovered.get(key)
        if former is not None and former is not obj:
            before_import = self._before_import.get(get_ident(), ())
            if any(copy.get(key) is former for _, copy in before_import):
                return  # An import that discovery makes replaces no object of the program.
            if origin(former) != origin(obj):
                _warn_of_override(key, obj, former)
        self.objects[key] = obj
        for neighbour in self._neighbours():
            if neighbour.accepts(obj):
                neighbour.register(key, obj)
        # Another thread may be importing. The objects that it puts back must include this one.
        for thread, before_import in self._before_import.copy().items():
            if thread != get_ident():
                for objects, copy in before_import:
                    if objects.get(key) is obj:
                        copy[key] = obj

    def keeping(self, load: "Callable[[], T]") -> "T":
        """Run an import, and then put back the registered objects that it has replaced."""
        thread = get_ident()
        outer = self._before_import.get(thread)
        registered = [self.objects, *(each.objects for each in self._neighbours())]
        before_import = [(objects, objects.copy()) for objects in registered]
        self._before_import[thread] = before_import
        try:
            return load()
        finally:
            if outer is None:
                del self._before_import[thread]
            else:
                self._before_import[thread] = outer
            for objects, copy in before_import:
                for key, obj in copy.copy().items():
                    if objects.get(key) is not obj:
                        objects[key] = obj


class Receiver:
    """What an imported provider registers its objects in: the registry, or one neighbour."""

    __slots__ = ("_neighbour", "_registered")

    def __init__(self, registered: RegisteredObjects, neighbour: "Neighbour | None" = None) -> None:
        self._registered = registered
        self._neighbour = neighbour  # the Keras that looks a key up, `None` for the registry itself

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
        """Run an import. Objects that were registered before it stay registered."""
        return self._registered.keeping(load)


class RegistryLookup:
    """What `Registry` asks on a miss, and what Keras and serialization ask a registry."""

    __slots__ = ("_make_resolver", "_registered", "_resolver")

    def __init__(
        self, registered: "RegisteredObjects", resolver: "Callable[[], Resolver] | None"
    ) -> None:
        self._registered = registered
        self._make_resolver = resolver  # called at the first miss; `None` for nobody to ask
        self._resolver: Resolver | None = None

    def discover(self, name: str) -> object | None:
        """Return the object of a name that nothing else answers; its provider is imported."""
        discovered = self._registered.discovered
        found = discovered.get(name)
        if found is None:
            found = self._resolve(name)
            if found is not None and self._registered.find(name) is None:
                # No decorator has registered it, so it is asked last at the next lookup, too.
                found = discovered.setdefault(name, found)
        return found

    def supply(
        self, key: str, neighbour: "Neighbour", place: "Place | None" = None
    ) -> object | None:
        """Return what a neighbour would have under a key, had the program imported the plugin."""
        found = self._registered.objects.get(key)
        if found is None or not neighbour.accepts(found):
            found = self._resolve(key, place, neighbour)
        return found if found is not None and neighbour.accepts(found) else None

    def own_name(self, obj: object) -> str | None:
        """Return the key under which `obj` is registered here, not in a neighbour."""
        return self._registered.names.get(obj)

    def advertised_keys(self, name: str) -> "list[str]":
        """Return the advertised keys of any package whose name part is `name`."""
        resolver = self._get_resolver()
        return resolver.advertised_keys(name) if resolver else []

    def explain(self, key: str, module: str | None = None) -> str:
        """Return why a key was not found, and what to do; `module` is what the file names."""
        resolver = self._get_resolver()
        return resolver.explain(key, module) if resolver else f"{shown(key)} is not registered"

    def _resolve(
        self, key: str, place: "Place | None" = None, neighbour: "Neighbour | None" = None
    ) -> object | None:
        resolver = self._get_resolver()
        if resolver is None:
            return None
        return resolver.resolve(key, Receiver(self._registered, neighbour), place)

    def _get_resolver(self) -> "Resolver | None":
        if self._resolver is None and self._make_resolver is not None:
            self._resolver = self._make_resolver()
        return self._resolver


def has_config(obj: object) -> bool:
    """Return whether Keras would register an object: a class needs ``get_config()``."""
    return not isinstance(obj, type) or hasattr(obj, "get_config")


def has_hash(obj: object) -> bool:
    """Return whether the key of an object could be found again."""
    return type(obj).__hash__ is not None


def _warn_of_override(key: str, obj: object, former: object) -> None:
    # 1 ms, which programs without such a warning save.
    import warnings  # noqa: PLC0415

    from keras_serializable.errors import KeyOverrideWarning  # noqa: PLC0415

    warning = KeyOverrideWarning.of_places(key, origin(obj), origin(former))
    warnings.warn(warning, stacklevel=4)
