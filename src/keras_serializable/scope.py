"""Scopes: objects known by name inside a ``with`` block."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextvars import ContextVar

    _Scope = tuple[dict[str, object], "_Scope | None"]


class CustomObjectScope:
    """Makes objects known by name inside a ``with`` block, before everything registered.

    Nested scopes add up, the inner one first. A scope belongs to the thread or asyncio task that
    entered it.

    Args:
        *custom_objects: Dictionaries of names and objects; a later one goes before an earlier.

    Example:
        >>> with CustomObjectScope({"relu6": min}):
        ...     scoped_objects()["relu6"]
        <built-in function min>

    Source: ``keras.saving.custom_object_scope`` of Keras 2.15.
    """

    __slots__ = ("_custom_objects",)

    def __init__(self, *custom_objects: "Mapping[str, object] | None") -> None:
        self._custom_objects = custom_objects

    def __enter__(self) -> "CustomObjectScope":
        if not opened:
            # Imported here because that takes a third of importing all of this package. Of threads
            # that are here at once the first decides.
            from contextvars import ContextVar  # noqa: PLC0415

            opened.append(ContextVar("keras_serializable.scope", default=None))
        current = opened[0]
        outer = current.get()
        merged = dict(outer[0]) if outer else {}
        for custom_objects in self._custom_objects:
            merged.update(custom_objects or {})
        # The way back is kept in the context, not in this object: so the same object can be
        # entered again, and by several threads at once.
        current.set((merged, outer))
        return self

    def __exit__(self, *exception: object) -> None:
        scope = opened[0].get() if opened else None
        if scope is not None:
            opened[0].set(scope[1])


opened: "list[ContextVar[_Scope | None]]" = []
"""None before the first scope was opened, then one: the objects of the open scopes, merged, and
the state to return to. Most programs never open one, and to know that is quicker than to look."""


def scoped_objects() -> "Mapping[str, object]":
    """Return the objects of the scopes that are open here, empty where none is.

    Example:
        >>> scoped_objects()
        {}
    """
    scope = opened[0].get() if opened else None
    return scope[0] if scope else {}
