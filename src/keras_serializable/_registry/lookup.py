"""What a registry asks on a miss, and what Keras and serialization ask a registry."""

from keras_serializable._registry.registered import Receiver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from keras_serializable._registry.registered import Neighbour, RegisteredObjects

    Place = tuple[object, object]  # the module and the class name that a file states

    class Resolver(Protocol):
        """What a registry asks on a miss."""

        def resolve(
            self, key: str, receiver: Receiver, place: Place | None = None
        ) -> object | None:
            """Return the object of a key, or of what was defined at a place, or `None`."""
            ...

        def advertised_keys(self, name: str) -> list[str]:
            """Return the advertised keys of any package whose name part is `name`."""
            ...

        def explain(self, key: str, module: str | None = None) -> str:
            """Return why a key was not found, and what to do; `module` is what the file names."""
            ...


class RegistryLookup:
    """The part of a registry that users do not see: `lookup_of` returns it.

    `Registry` itself asks it on a miss, the bridge and serialization ask it for a Keras and for
    the names in a config.

    Args:
        registered: What is registered.
        resolver: Returns whom to ask on a miss, `None` for nobody. It is called at the first miss.
    """

    __slots__ = ("_make_resolver", "_registered", "_resolver")

    def __init__(
        self, registered: "RegisteredObjects", resolver: "Callable[[], Resolver] | None"
    ) -> None:
        self._registered = registered
        self._make_resolver = resolver
        self._resolver: Resolver | None = None

    def discover(self, name: str) -> object | None:
        """Return the object of a name that nothing else answers; its provider is imported."""
        discovered = self._registered.discovered
        found = discovered.get(name) or self._resolve(name)
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
        if resolver is not None:
            return resolver.explain(key, module)
        from keras_serializable._texts import shown  # noqa: PLC0415 -- 0.1 ms at start-up

        return f"{shown(key)} is not registered"

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
