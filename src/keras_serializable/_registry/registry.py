"""The registry: objects by key, keys by object, and the order in which a lookup asks."""

from _thread import get_ident

from keras_serializable._keys import check_key, key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextvars import ContextVar
    from typing import Any, Protocol, TypeVar

    T = TypeVar("T")
    Scope = tuple[dict[str, object], "Scope | None"]

    Place = tuple[object, object]  # the module and the class name that a file states

    class Resolver(Protocol):
        """What a registry asks on a miss."""

        def resolve(
            self, key: str, importer: "Importer", place: Place | None = None
        ) -> object | None:
            """Return the object of a key, or of what was defined at a place, or `None`."""
            ...

        def advertised_keys(self, name: str) -> list[str]:
            """Return the advertised keys of any package whose name part is `name`."""
            ...

        def explain(self, key: str, module: str | None = None) -> str:
            """Return why a key was not found, and what to do; `module` is what the file names."""
            ...

    class Neighbour(Protocol):
        """Another registry of the process, of a Keras for instance."""

        objects: dict[str, object]
        names: dict[object, str]

        def accepts(self, obj: object) -> bool:
            """Return whether an object is not made for another registry than this one."""
            ...

        def register(self, key: str, obj: object) -> None:
            """Register an object as the decorator of this neighbour does."""


scopes: "ContextVar[Scope | None] | None" = None
"""What `scope` keeps: the objects of the open scopes, merged, and the state to return to. `None`
until the first scope of the process opens: most never open one, and that is quicker to know."""


class Registry:
    """Registered objects, and the way a name is looked up.

    Args:
        resolver: Returns whom to ask for a name that nothing else answers. A function, so that
            nothing is prepared before the first miss. `None` for a registry that knows only what
            is registered.
        neighbours: Returns the other registries of the process: what they have is found after
            what is registered here, and what is registered here is offered to them.

    Example:
        >>> registry = Registry()
        >>> @registry.register_keras_serializable("my_package")
        ... class MyDense:
        ...     def get_config(self):
        ...         return {}
        >>> registry.get_registered_object("my_package>MyDense") == MyDense
        True
        >>> registry.get_registered_name(MyDense)
        'my_package>MyDense'
    """

    __module__ = "keras_serializable"

    __slots__ = (
        "_discovered",
        "_kept",
        "_make_resolver",
        "_names",
        "_neighbours",
        "_objects",
        "_resolver",
    )

    def __init__(
        self,
        resolver: "Callable[[], Resolver] | None" = None,
        neighbours: "Callable[[], Iterable[Neighbour]]" = tuple,
    ) -> None:
        self._objects: dict[str, object] = {}
        self._names: dict[object, str] = {}
        # thread -> what was registered when discovery began to import something in that thread
        self._kept: dict[int, list[dict[str, object]]] = {}
        # What discovery found and no decorator has registered. It is asked last.
        self._discovered: dict[str, object] = {}
        self.reach_out(resolver, neighbours)

    def reach_out(
        self,
        resolver: "Callable[[], Resolver] | None",
        neighbours: "Callable[[], Iterable[Neighbour]]",
    ) -> None:
        """Set whom to ask beyond what is registered here.

        Args:
            resolver: As for a new registry.
            neighbours: As for a new registry.
        """
        self._make_resolver = resolver
        self._resolver: Resolver | None = None
        self._neighbours = neighbours

    def register_keras_serializable(
        self, package: str = "Custom", name: str | None = None
    ) -> "Callable[[T], T]":
        """Return a decorator that registers a class or function under ``package>name``.

        A key that is taken is taken over: silently by an object of the same module and qualified
        name (a notebook cell run again), else with a `KeyOverrideWarning`.

        Args:
            package: The package part of the key.
            name: The name part of the key; `None` for the object's own ``__name__``.

        Returns:
            The decorator; it returns the object unchanged.

        Raises:
            ValueError: If a class has no ``get_config()``; if the package has a ``>`` in it, which
                ends the package of a key; if package or name has a character that cannot be
                printed.
            TypeError: If the decorator is used without its parentheses, or for anything but
                classes and functions.

        Example:
            >>> @Registry().register_keras_serializable("my_package", "double")
            ... def twice(x):
            ...     return 2 * x
            >>> twice(4)
            8

        Source: ``keras.saving.register_keras_serializable`` of Keras 2.15.
        """
        if not isinstance(package, str):
            raise TypeError(
                f"register_keras_serializable takes a package name, not {package!r}. Write "
                '@register_keras_serializable("package"), or @register_keras_serializable() for '
                "the package 'Custom'."
            )
        if name is not None and not isinstance(name, str):
            raise TypeError(f"the name of a key is a string, not {name!r}")
        check_key(package, name)

        def register(obj: "T") -> "T":
            if isinstance(obj, type) and not hasattr(obj, "get_config"):
                raise ValueError(
                    "Cannot register a class that does not have a get_config() method."
                )
            own_name = getattr(obj, "__name__", None) if name is None else name
            if not callable(obj) or type(obj).__hash__ is None or not isinstance(own_name, str):
                raise TypeError(_not_registrable(obj, own_name))
            self._register(key_of(package, own_name), obj)
            return obj

        return register

    def _register(self, key: str, obj: object) -> None:
        self._names[obj] = key
        former = self._registered(key) or self._discovered.get(key)
        if former is not None and former is not obj:
            if any(objects.get(key) is former for objects in self._kept.get(get_ident(), ())):
                return  # An import that discovery makes replaces nothing of the program's.
            if _origin(former) != _origin(obj):
                _warn_of_override(key, obj, former)
        self._objects[key] = obj
        for neighbour in self._neighbours():
            if neighbour.accepts(obj):
                neighbour.register(key, obj)

    def get_registered_object(
        self,
        name: str | None,
        custom_objects: "Mapping[str, object] | None" = None,
        module_objects: "Mapping[str, object] | None" = None,
    ) -> "Any":
        """Return the object of a name.

        Asked in this order: the open scopes, what is registered, `custom_objects`,
        `module_objects`, and last the installed distributions: the provider of the name, and
        nothing else, is imported.

        Args:
            name: A key (``package>name``), or a bare name.
            custom_objects: The caller's objects by name.
            module_objects: The caller's built-in objects by name.

        Returns:
            The object, or `None` if nobody knows the name. To a type checker it is `Any`, so that
            it can be called, as in Keras.

        Raises:
            ProviderImportError: If the installed provider of the name cannot be imported.
            ProviderContractError: If it does not hold what its entry point promises.
            ProviderConflictError: If several distributions advertise the name differently.

        Example:
            >>> Registry().get_registered_object("pi", custom_objects={"pi": 3})
            3

        Source: ``keras.saving.get_registered_object`` of Keras 2.15.
        """
        if scopes is not None:
            scope = scopes.get()
            if scope is not None and name in scope[0]:
                return scope[0][name]
        if isinstance(name, str):
            found = self._registered(name)
            if found is not None:
                return found
        if custom_objects and name in custom_objects:
            return custom_objects[name]  # type: ignore[index]
        if module_objects and name in module_objects:
            return module_objects[name]  # type: ignore[index]
        if not isinstance(name, str):
            return None
        found = self._discovered.get(name) or self._discover(name)
        if found is not None and self._registered(name) is None:
            found = self._discovered.setdefault(name, found)
        return found

    def _registered(self, key: str) -> object | None:
        """Return what is registered under a key, here or in a neighbour."""
        own = self._objects.get(key)
        for neighbour in self._neighbours():
            # What is registered here was registered in the neighbour too. If the neighbour has
            # another object now, that is the newer one.
            theirs = neighbour.objects.get(key)
            if theirs is not None and (own in (None, theirs) or neighbour.accepts(own)):
                return theirs
        return own

    def supply(
        self, key: str, neighbour: "Neighbour", place: "Place | None" = None
    ) -> object | None:
        """Return what a neighbour would have under `key`, had the program imported the plugin.

        Args:
            key: A key that the neighbour has not registered.
            neighbour: The neighbour.
            place: The module and class name that a file states beside the key.

        Returns:
            The object, or `None` if there is none, or none that is made for this neighbour.

        Raises:
            ProviderImportError: If the installed provider of the key cannot be imported.
            ProviderContractError: If it does not hold what its entry point promises.
            ProviderConflictError: If several distributions advertise the key differently.
        """
        found = self._objects.get(key)
        if found is None or not neighbour.accepts(found):
            found = self._discover(key, place, neighbour)
        return found if found is not None and neighbour.accepts(found) else None

    def _discover(
        self, key: str, place: "Place | None" = None, neighbour: "Neighbour | None" = None
    ) -> object | None:
        resolver = self._get_resolver()
        if resolver is None:
            return None
        return resolver.resolve(key, Importer(self, neighbour), place)

    def _keeping(self, load: "Callable[[], T]") -> "T":
        """Run an import. What is registered stays, whatever the import registers in its place."""
        thread = get_ident()
        outer = self._kept.get(thread)
        registered = [self._objects, *(each.objects for each in self._neighbours())]
        kept = [dict(objects) for objects in registered]
        self._kept[thread] = kept
        try:
            return load()
        finally:
            if outer is None:
                del self._kept[thread]
            else:
                self._kept[thread] = outer
            for objects, former in zip(registered, kept):  # noqa: B905 -- of one length
                for key, obj in former.items():
                    if objects.get(key) is not obj:
                        objects[key] = obj

    def _get_resolver(self) -> "Resolver | None":
        """Return whom to ask on a miss; it is made at the first."""
        if self._resolver is None and self._make_resolver is not None:
            self._resolver = self._make_resolver()
        return self._resolver

    def get_registered_name(self, obj: object) -> str:
        """Return the key of an object. Nothing is imported to find it.

        Args:
            obj: A class or function.

        Returns:
            The key it is registered under, else its ``__name__``. A key that a distribution merely
            advertises is no name: what was looked up before never decides what is written.

        Example:
            >>> Registry().get_registered_name(print)
            'print'

        Source: ``keras.saving.get_registered_name`` of Keras 2.15.
        """
        if obj in self._names:
            return self._names[obj]
        for neighbour in self._neighbours():
            if obj in neighbour.names:
                return neighbour.names[obj]
        return obj.__name__  # type: ignore[attr-defined, no-any-return]

    def own_name(self, obj: object) -> str | None:
        """Return the key under which `obj` is registered here, not in a neighbour."""
        return self._names.get(obj)

    def advertised_keys(self, name: str) -> "list[str]":
        """Return the advertised keys of any package whose name part is `name`."""
        resolver = self._get_resolver()
        return resolver.advertised_keys(name) if resolver else []

    def explain(self, key: str, module: str | None = None) -> str:
        """Return what is known of a key that was not found, and what to do.

        Args:
            key: A key, or a bare name.
            module: The module that the file names beside the key, if it does.
        """
        resolver = self._get_resolver()
        return resolver.explain(key, module) if resolver else f"{key[:200]!r} is not registered"

    def get_custom_objects(self) -> "dict[str, Any]":
        """Return the registered objects by key: the dictionary itself, not a copy.

        Returns:
            The dictionary. What is put into it is registered; scopes do not appear in it.

        Example:
            >>> registry = Registry()
            >>> registry.get_custom_objects()["MyObject"] = print
            >>> registry.get_registered_object("MyObject")
            <built-in function print>

        Source: ``keras.saving.get_custom_objects`` of Keras 2.15.
        """
        return self._objects


class Importer:
    """What a resolver needs of the registry while it imports a provider.

    Args:
        registry: The registry that asks.
        neighbour: The neighbour it asks for, `None` if it asks for itself.
    """

    __slots__ = ("_neighbour", "_registry")

    def __init__(self, registry: Registry, neighbour: "Neighbour | None" = None) -> None:
        self._registry = registry
        self._neighbour = neighbour

    def registered(self, key: str) -> object | None:
        """Return what is registered under a key."""
        if self._neighbour is not None and key in self._neighbour.objects:
            return self._neighbour.objects[key]
        return self._registry._registered(key)  # noqa: SLF001 -- a part of the registry

    def run(self, load: "Callable[[], T]") -> "T":
        """Run an import; what the program had registered before stays registered."""
        return self._registry._keeping(load)  # noqa: SLF001 -- a part of the registry


def _warn_of_override(key: str, obj: object, former: object) -> None:
    # Imported here because they cost more than all of this module, and this is rare.
    import warnings  # noqa: PLC0415

    from keras_serializable._texts import escaped, shown  # noqa: PLC0415
    from keras_serializable.errors import KeyOverrideWarning  # noqa: PLC0415

    warnings.warn(
        f"{shown(key)} now means {escaped(_origin(obj))}; it meant {escaped(_origin(former))}",
        KeyOverrideWarning,
        stacklevel=4,
    )


def _not_registrable(obj: object, name: object) -> str:
    """Return why an object cannot be registered."""
    from keras_serializable._texts import shown  # noqa: PLC0415 -- only when something is wrong

    if not callable(obj):
        return f"only classes and functions can be registered, not {shown(obj)}"
    if not isinstance(name, str):
        return (
            f"{shown(obj)} has no __name__ to make a key of. Write "
            'register_keras_serializable("package", "name").'
        )
    return f"{shown(obj)} has no hash, so its key could not be found again"


def _origin(obj: object) -> str:
    """Return where an object is defined, as module and qualified name."""
    return f"{getattr(obj, '__module__', '')}.{getattr(obj, '__qualname__', repr(obj))}"
