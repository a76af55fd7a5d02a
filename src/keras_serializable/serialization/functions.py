"""Functions: they are written by name, so only those that their name leads back to can be.

`check_round_trip` also needs to know what stood behind each name: of two functions or classes with
one name the config is the same.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from types import BuiltinMethodType, FunctionType, MethodType

from keras_serializable._keras_releases import ROOTS
from keras_serializable._keys import SEPARATOR
from keras_serializable._texts import escaped, shown
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.errors import NotSerializableError
from keras_serializable.serialization.handover import FUNCTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    from keras_serializable._registry.registry import Registry

    Label: TypeAlias = tuple[str, str | None]  # `class_name`, and the name or `registered_name`

_DECORATE = "Decorate it with @register_keras_serializable()."
_WRAP = (
    "Write a function with def that calls it, and decorate that function with "
    "@register_keras_serializable()."
)


class Witness:
    """What one round trip knows of the names that are written during it.

    Args:
        custom_objects: The caller's objects by name, which will be there when it is read.

    Attributes:
        seen: The functions and classes that were written, by label and id.
    """

    __slots__ = ("custom_objects", "seen")

    def __init__(self, custom_objects: "Mapping[str, object] | None") -> None:
        self.custom_objects = custom_objects
        self.seen: dict[tuple[Label, int], object] = {}


_witness: "ContextVar[Witness | None]" = ContextVar("keras_serializable.witness", default=None)


@contextmanager
def watch(custom_objects: "Mapping[str, object] | None") -> "Iterator[Witness]":
    """Let a witness see what is written inside this ``with`` block, also by a get_config()."""
    witness = Witness(custom_objects)
    token = _witness.set(witness)
    try:
        yield witness
    finally:
        _witness.reset(token)


def record(class_name: str, name: str | None, obj: object) -> None:
    """Tell the witness, if there is one, which function or class was written."""
    witness = _witness.get()
    if witness is not None:
        witness.seen[(class_name, name), id(obj)] = obj


def check(function: object, name: str, registry: "Registry") -> None:
    """Check that a function's name leads back to it, as far as anybody can know now.

    A plain function that nothing knows passes, as in Keras: the reader may have it in its
    custom_objects.

    Args:
        function: The function, or another object with a name that can be called.
        name: The name that is written for it.
        registry: Who will be asked for the name.

    Raises:
        NotSerializableError: If another object would come back, or none.
    """
    found = _find(function, name, registry)
    is_plain = isinstance(function, FunctionType)
    remedy = _DECORATE if is_plain else _WRAP
    start = (
        f"the {escaped(type(function).__name__)} {origin(function)} would be stored by its name, "
        f"{shown(name)}, and "
    )
    if found is not None:
        if not is_same(found, function):
            raise NotSerializableError(f"{start}come back as {origin(found)}", remedy)
    elif name in FUNCTIONS and not (is_plain and _is_of_keras(function)):
        raise NotSerializableError(f"{start}come back as Keras' own function of that name", remedy)
    elif not is_plain and SEPARATOR not in name:
        raise NotSerializableError(f"{start}nothing knows it by that name", remedy)


def _find(function: object, name: str, registry: "Registry") -> object | None:
    witness = _witness.get()
    custom_objects = None if witness is None else witness.custom_objects
    # A module object under the name ends the lookup just before discovery.
    found: object | None = registry.get_registered_object(name, custom_objects, {name: None})
    if found is None and not isinstance(function, FunctionType):
        try:
            found = registry.get_registered_object(name, custom_objects)
        except KerasSerializableError:  # a provider that fails does not lead back to it
            return None
    return found


def _is_of_keras(function: object) -> bool:
    return str(getattr(function, "__module__", "")).partition(".")[0] in ROOTS


def is_same(found: object, obj: object) -> bool:
    """Return whether what a name means counts as the object that was written under it.

    A function or class that was defined again, by a notebook cell for instance, does; one that is
    local to a function does not, because each call makes another.
    """
    if found is obj:
        return True
    if isinstance(obj, (MethodType, BuiltinMethodType)):
        return bool(found == obj)  # each access makes a new one
    return (
        type(found) is type(obj)
        and isinstance(obj, (FunctionType, type))
        and "<locals>" not in obj.__qualname__
        and origin(found) == origin(obj)
    )


def origin(obj: object) -> str:
    """Return where a function or class is defined, as module and qualified name."""
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    module = getattr(obj, "__module__", None)
    if not isinstance(name, str):
        return shown(obj)
    return escaped(f"{module}.{name}" if isinstance(module, str) else name)
