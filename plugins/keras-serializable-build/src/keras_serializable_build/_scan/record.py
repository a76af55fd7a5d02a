"""The record of a scan: its registrations, and the places that it could not follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keras_serializable_build._scan.places import Kind, Place, Unresolved
from keras_serializable_build._scan.values import same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_serializable_build._scan.values import Module, Value


@dataclass(eq=False, slots=True)
class Registration:
    """One key that is registered when a module is imported."""

    key: str
    obj: Value  # the registered object
    keras: str  # the Keras in which the object is registered
    place: Place  # the line of the module body that registers the object
    module: Module  # the module whose body was running
    sure: bool  # whether the object is registered in every environment

    def equals(self, other: Registration) -> bool:
        """Return whether another registration has the same effect."""
        return self.key == other.key and same(self.obj, other.obj)


@dataclass(slots=True)
class Record:
    """The notes of a running scan."""

    registrations: list[Registration] = field(default_factory=list[Registration])
    unresolved: dict[tuple[Place, str], Unresolved] = field(
        default_factory=dict[tuple[Place, str], Unresolved]
    )
    entered: set[int] = field(default_factory=set[int])
    """The `id()` of the syntax nodes of all functions that were called."""
    registering: set[int] = field(default_factory=set[int])
    """The `id()` of the syntax nodes of all functions whose call registered something."""
    unclear: set[int] = field(default_factory=set[int])
    """The `id()` of the objects that may be registered under an unknown key."""

    def tell(self, place: Place, reason: str, kind: Kind, module: str, subject: str = "") -> None:
        """Record something that could not be followed, once for each place and reason."""
        told = Unresolved(place, reason, kind, module, subject)
        self.unresolved.setdefault((place, reason), told)

    def agree(self, start: int, bounds: Sequence[tuple[int, int]]) -> None:
        """Mark registrations as sure if each of several ways through the code makes them."""
        # `bounds` are the slices of the registrations of each way that raises no exception. The
        # first way begins at `start`.
        if len(self.registrations) == start or not bounds:
            return
        ways = [self.registrations[slice(*bound)] for bound in bounds]
        for registration in ways[0]:
            equal = [[other for other in way if other.equals(registration)] for way in ways]
            if all(equal):
                for group in equal:
                    group[0].sure = True
