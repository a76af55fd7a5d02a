"""Sharing: an object in several places of a config stays one object."""

from contextvars import ContextVar

from keras_serializable._keras import configs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Shared:
    """The objects of one scope, in dictionaries of the shape that Keras uses."""

    __slots__ = ("configs", "former", "kept", "objects")

    def __init__(self) -> None:
        # For writing: id of an object -> its first config.
        self.configs: dict[int, dict[str, Any]] = {}
        # Keeps written objects alive, because a new object could get the id of a deleted one.
        self.kept: list[object] = []
        # For reading: `shared_object_id` -> object.
        self.objects: dict[int | str, object] = {}
        # A model of Keras writes and reads its layers by itself. It has to use our dictionaries.
        self.former = configs.share(self.configs, self.objects)


_scope: "ContextVar[Any]" = ContextVar("keras_serializable.sharing", default=None)


class ObjectSharingScope:
    """Writes and reads an object in several places as one object, inside a ``with`` block.

    All configs of such an object have one ``shared_object_id``. A scope belongs to the thread or
    asyncio task that entered it. A nested scope shares nothing with the outer one.

    Example:
        >>> from keras_serializable import register_keras_serializable
        >>> from keras_serializable import serialize_keras_object, deserialize_keras_object
        >>> @register_keras_serializable("doc")
        ... class Part:
        ...     def get_config(self):
        ...         return {}
        >>> part = Part()
        >>> with ObjectSharingScope():
        ...     config = serialize_keras_object([part, part])
        >>> with ObjectSharingScope():
        ...     one, other = deserialize_keras_object(config)
        >>> one is other
        True

    Source: ``keras.src.saving.serialization_lib.ObjectSharingScope`` of Keras 3.
    """

    __slots__ = ()

    def __enter__(self) -> "ObjectSharingScope":
        _scope.set((_Shared(), _scope.get()))
        return self

    def __exit__(self, *exception: object) -> None:
        shared, outer = _scope.get()
        configs.unshare(shared.former)
        _scope.set(outer)


def record_written(obj: object, config: "dict[str, Any]") -> None:
    """Record the config of an object; a second config of it and its first get one id."""
    scope = _scope.get()
    if scope is not None:
        scope[0].kept.append(obj)
        first = scope[0].configs.setdefault(id(obj), config)
        if first is not config:
            config["shared_object_id"] = first["shared_object_id"] = id(obj)


def shared_objects() -> "dict[int | str, object] | None":
    """Return the objects that the open scope has read, `None` if no scope is open."""
    scope = _scope.get()
    return None if scope is None else scope[0].objects
