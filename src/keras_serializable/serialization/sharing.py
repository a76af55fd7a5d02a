"""Sharing: objects that occur in several places of a config and are to stay one object."""

import sys
from contextvars import ContextVar

from keras_serializable._keras_releases import ROOTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


class _Shared:
    """What one scope has seen, in dictionaries as Keras has them."""

    __slots__ = ("configs", "kept", "lent", "objects")

    def __init__(self) -> None:
        # Written: the first config of an object by the object's id.
        self.configs: dict[int, dict[str, Any]] = {}
        # An id is used again when its object is gone.
        self.kept: list[object] = []
        # Read: an object by its `shared_object_id`.
        self.objects: dict[int | str, object] = {}
        # What each Keras had before, by its module of states and the name.
        self.lent: list[tuple[ModuleType, str, Any]] = []

    def lend(self) -> None:
        """Let every Keras of the process share with us: its models write and read their layers."""
        for root in ROOTS:
            state = state_of(root)
            if state is None:
                continue
            for name, ours in (
                ("shared_objects/id_to_config_map", self.configs),
                ("shared_objects/id_to_obj_map", self.objects),
            ):
                self.lent.append((state, name, state.get_global_attribute(name)))
                state.set_global_attribute(name, ours)

    def take_back(self) -> None:
        """Let every Keras share as before."""
        for state, name, former in self.lent:
            state.set_global_attribute(name, former)


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
        shared = _Shared()
        shared.lend()
        _scope.set((shared, _scope.get()))
        return self

    def __exit__(self, *exception: object) -> None:
        shared, outer = _scope.get()
        shared.take_back()
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


def state_of(root: str) -> "ModuleType | None":
    """Return the module in which a Keras 3 keeps the state of its scopes; Keras 2 has none."""
    return sys.modules.get(f"{root}.src.backend.common.global_state")
