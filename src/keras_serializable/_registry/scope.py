"""Scopes: objects known by name inside a ``with`` block."""

from keras_serializable._registry import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextvars import ContextVar


class CustomObjectScope:
    """Makes objects known by name inside a ``with`` block, before everything registered.

    Nested scopes add up, the inner one first. A scope belongs to the thread or asyncio task that
    entered it.

    Args:
        *custom_objects: Dictionaries of names and objects; a later one goes before an earlier.

    Example:
        >>> import keras_serializable
        >>> with CustomObjectScope({"relu6": min}):
        ...     keras_serializable.get_registered_object("relu6")
        <built-in function min>

    Source: ``keras.saving.custom_object_scope`` of Keras 2.15.
    """

    __module__ = "keras_serializable"

    __slots__ = ("_custom_objects",)

    def __init__(self, *custom_objects: "Mapping[str, object] | None") -> None:
        self._custom_objects = custom_objects

    def __enter__(self) -> "CustomObjectScope":
        current = registry.scopes or _first_scope()
        outer = current.get()
        merged = dict(outer[0]) if outer else {}
        for custom_objects in self._custom_objects:
            merged.update(custom_objects or {})
        # The outer scope is kept in the context, not in this object: so one object can be
        # entered again, and by several threads at once.
        current.set((merged, outer))
        return self

    def __exit__(self, *exception: object) -> None:
        if registry.scopes is not None:
            scope = registry.scopes.get()
            if scope is not None:
                registry.scopes.set(scope[1])


custom_object_scope = CustomObjectScope

_made: "list[ContextVar[registry.Scope | None]]" = []


def _first_scope() -> "ContextVar[registry.Scope | None]":
    # 0.4 ms, which programs without a scope save.
    from contextvars import ContextVar  # noqa: PLC0415

    # Threads may be here at once: all take the first variable. list.append() is atomic.
    _made.append(ContextVar("keras_serializable._registry.scope", default=None))
    registry.scopes = _made[0]
    return _made[0]


_NOTHING: "Mapping[str, object]" = {}


def scoped_objects() -> "Mapping[str, object]":
    """Return the objects of the scopes that are open here, empty where none is.

    Example:
        >>> scoped_objects()
        {}
    """
    scopes = registry.scopes
    if scopes is None:
        return _NOTHING
    scope = scopes.get()
    return scope[0] if scope else _NOTHING
