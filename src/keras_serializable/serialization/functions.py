"""Functions are written by name. So only those can be written that their name leads back to.

Two functions or classes of one name have equal configs. So `check_round_trip` has to know which
objects were written.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from types import BuiltinMethodType, FunctionType, MethodType

from keras_serializable._keras.packages import root_of
from keras_serializable._keras_releases import BUILT_IN_FUNCTIONS
from keras_serializable._keys import SEPARATOR
from keras_serializable._texts import escaped, shown
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.errors import NotSerializableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    from keras_serializable._registry.registry import Registry

    Label: TypeAlias = tuple[str, str | None]  # `class_name`, and the name or `registered_name`


class Witness:
    """The functions and classes that are written during one round trip."""

    __slots__ = ("custom_objects", "seen")

    def __init__(self, custom_objects: "Mapping[str, object] | None") -> None:
        self.custom_objects = custom_objects  # the caller's, which the reader will have too
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
    """Check that another callable would not come back for a function's name, or none."""
    found = _find(function, name, registry)
    is_plain = isinstance(function, FunctionType)
    if found is not None:
        if is_same(found, function):
            return
        outcome = f"come back as {origin(found)}"
    elif name in BUILT_IN_FUNCTIONS and not (is_plain and _is_of_keras(function)):
        outcome = "come back as Keras' own function of that name"
    elif not is_plain and SEPARATOR not in name:
        outcome = "nothing knows it by that name"
    else:
        return  # The reader may have a plain function in its custom_objects. Keras accepts it too.
    title = f"{escaped(type(function).__name__)} {origin(function)}"
    raise NotSerializableError.of_name(title, name, outcome, is_plain=is_plain)


def _find(function: object, name: str, registry: "Registry") -> object | None:
    witness = _witness.get()
    custom_objects = None if witness is None else witness.custom_objects
    # An entry in `module_objects`, which are asked last, ends the lookup before discovery.
    found: object | None = registry.get_registered_object(name, custom_objects, {name: None})
    if found is None and not isinstance(function, FunctionType):
        try:
            found = registry.get_registered_object(name, custom_objects)
        except KerasSerializableError:  # The provider failed: the name does not lead back.
            return None
    return found


def _is_of_keras(function: object) -> bool:
    return root_of(getattr(function, "__module__", None)) is not None


def is_same(found: object, obj: object) -> bool:
    """Return whether two objects are one, or one definition that was run twice."""
    if found is obj:
        return True
    if isinstance(obj, (MethodType, BuiltinMethodType)):
        return bool(found == obj)  # each access makes a new one
    return (
        type(found) is type(obj)
        and isinstance(obj, (FunctionType, type))
        and "<locals>" not in obj.__qualname__  # each call of the outer function makes another
        and origin(found) == origin(obj)
    )


def origin(obj: object) -> str:
    """Return where a function or class is defined, as module and qualified name."""
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    module = getattr(obj, "__module__", None)
    if not isinstance(name, str):
        return shown(obj)
    return escaped(f"{module}.{name}" if isinstance(module, str) else name)
