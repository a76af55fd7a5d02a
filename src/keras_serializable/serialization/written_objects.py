"""Written objects: the functions and classes that are written during a round trip.

Two functions or classes of one name have equal configs. So `check_round_trip` compares the objects
too.
"""

from contextlib import contextmanager
from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    Label: TypeAlias = tuple[str, str | None]  # `class_name`, and the name or `registered_name`


class WrittenObjects:
    """The functions and classes that are written during one half of a round trip."""

    __slots__ = ("by_label", "custom_objects")

    def __init__(self, custom_objects: "Mapping[str, object] | None") -> None:
        # The reader of the round trip gets these objects of the caller too.
        self.custom_objects = custom_objects
        # label and id of an object -> the object
        self.by_label: dict[tuple[Label, int], object] = {}


_current: "ContextVar[WrittenObjects | None]" = ContextVar(
    "keras_serializable.written_objects", default=None
)


@contextmanager
def recorded(custom_objects: "Mapping[str, object] | None") -> "Iterator[WrittenObjects]":
    """Record the functions and classes that are written inside this ``with`` block."""
    written = WrittenObjects(custom_objects)
    token = _current.set(written)
    try:
        yield written
    finally:
        _current.reset(token)


def record(class_name: str, name: str | None, obj: object) -> None:
    """Record a function or class that was written, if a round trip is checked."""
    written = _current.get()
    if written is not None:
        written.by_label[(class_name, name), id(obj)] = obj


def callers_objects() -> "Mapping[str, object] | None":
    """Return the objects that the caller of `check_round_trip` gave, `None` for none."""
    written = _current.get()
    return None if written is None else written.custom_objects
