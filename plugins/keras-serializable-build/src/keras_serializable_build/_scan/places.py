"""Places in source code, and the reports about them."""

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

    Example:
        >>> print(Place("acme/layers.py", 12))
        acme/layers.py:12
    """

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Kind(Enum):
    """The reasons why a place gives no entry point.

    Example:
        >>> Kind.NOT_RUN.value
        'not run'
    """

    NOT_FOLLOWED = "not followed"
    """Something is registered, and the scan cannot tell the key or the object."""
    NOT_NAMED = "not named"
    """The key is known, and no entry point can name the object."""
    NOT_RUN = "not run"
    """The code registers something, but nothing calls it at import."""
    AMBIGUOUS = "ambiguous"
    """Several objects have one key. The scan has chosen one of them, or none."""
    NOT_READ = "not read"
    """The file is no valid Python, or the scan has not reached its end."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that the scan could not turn into an entry point.

    Args:
        place: The place where the library uses it.
        reason: The reason, and how to advertise the key.
        kind: The kind of reason.
        module: The module of the place.
        subject: The class or function that is registered there; empty if it is unknown.

    Example:
        >>> print(Unresolved(Place("acme/layers.py", 12), "the key is computed", Kind.NOT_FOLLOWED))
        acme/layers.py:12: the key is computed
    """

    place: Place
    reason: str
    kind: Kind
    module: str = ""
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def in_order(unresolved: Iterable[Unresolved]) -> list[Unresolved]:
    """Return the unresolved places in the order of the files, without repetitions."""
    return sorted(dict.fromkeys(unresolved), key=lambda told: (told.place, told.reason))
