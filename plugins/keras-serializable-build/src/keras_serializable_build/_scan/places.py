"""Places in source code, and what could not be followed there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A line of a source file.

    Args:
        path: The file, relative to the scanned root, with forward slashes.
        line: The line, counted from 1.
    """

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Kind(Enum):
    """Why no entry point follows from a place."""

    NOT_FOLLOWED = "not followed"
    """Something is registered, and the scan cannot tell the key or the object."""
    NOT_NAMED = "not named"
    """The key is known, and no entry point can name the object."""
    NOT_RUN = "not run"
    """The text registers something, and nothing runs it at import."""
    AMBIGUOUS = "ambiguous"
    """Several objects have one key, and the scan had to choose or to leave it out."""
    NOT_READ = "not read"
    """The file is no valid Python, or its body was not run to the end."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that the scan could not turn into an entry point.

    Args:
        place: Where the library uses it.
        reason: Why, and what would cover it.
        kind: The sort of reason.
        module: The module of the place.
        subject: The class or function that is registered there, empty if it is not known.
    """

    place: Place
    reason: str
    kind: Kind
    module: str = ""
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def in_order(unresolved: Iterable[Unresolved]) -> list[Unresolved]:
    """Return what is left open in the order of the files, each thing once."""
    return sorted(dict.fromkeys(unresolved), key=lambda told: (told.place, told.reason))
