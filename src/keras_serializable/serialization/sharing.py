"""Sharing: objects that occur in several places of a config and are to stay one object."""

from contextvars import ContextVar

from keras_serializable._keras import configs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Shared:
    """What one scope has seen, in dictionaries as Keras has them."""

    __slots__ = ("configs", "former", "kept", "objects")

    def __init__(self) -> None:
        # Written: id of an object -> its first config.
        self.configs: dict[int, dict[str, Any]] = {}
        # The written objects. Without them a new object could get the id of one that is gone.
        self.kept: list[object] = []
        # Read: `shared_object_id` -> the object.
        self.objects: dict[int | str, object] = {}
        # Keras' models write and read the layers inside them, and share with us too.
        self.former = configs.share(self.configs, self.objects)


_scope: "ContextVar[Any]" = ContextVar("keras_serializable.sharing", default=None)


class ObjectSharingScope:
    """Inside this ``with`` block an object that occurs twice is written, and read, as one.

    Both configs of such an object carry the same ``shared_object_id``. A scope belongs to the
    thread or asyncio task that entered it; a nested one starts anew.

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
    """Remember the config of an object; mark it and the first one if it is the second."""
    scope = _scope.get()
    if scope is not None:
        scope[0].kept.append(obj)
        first = scope[0].configs.setdefault(id(obj), config)
        if first is not config:
            config["shared_object_id"] = first["shared_object_id"] = id(obj)


def shared_objects() -> "dict[int | str, object] | None":
    """Return the objects read so far in the open scope, `None` where none is open."""
    scope = _scope.get()
    return None if scope is None else scope[0].objects
