"""The record of a scan: what was registered where, and what could not be followed."""

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
    """One key that importing a module registers.

    Args:
        key: The key.
        obj: The registered object.
        keras: Which Keras it is registered in.
        place: The line of the module body that registers it.
        module: The module whose body was running.
        sure: Whether it is registered in every environment.
    """

    key: str
    obj: Value
    keras: str
    place: Place
    module: Module
    sure: bool

    def equals(self, other: Registration) -> bool:
        """Return whether another registration has the same effect."""
        return self.key == other.key and same(self.obj, other.obj)


@dataclass(slots=True)
class Record:
    """Everything that a scan notes while it runs."""

    registrations: list[Registration] = field(default_factory=list[Registration])
    unresolved: dict[tuple[Place, str], Unresolved] = field(
        default_factory=dict[tuple[Place, str], Unresolved]
    )
    entered: set[int] = field(default_factory=set[int])
    """The `id()` of the syntax nodes of all functions that were called."""
    registering: set[int] = field(default_factory=set[int])
    """The `id()` of the syntax nodes of all functions whose call registered something."""
    unclear: set[int] = field(default_factory=set[int])
    """The `id()` of the objects that may be registered under a key that is not known."""

    def tell(self, place: Place, reason: str, kind: Kind, module: str, subject: str = "") -> None:
        """Note what could not be followed, once for each place and reason."""
        told = Unresolved(place, reason, kind, module, subject)
        self.unresolved.setdefault((place, reason), told)

    def agree(self, start: int, bounds: Sequence[tuple[int, int]]) -> None:
        """Mark as sure what each of several ways through the code registers.

        Args:
            start: Where the registrations of the first way begin.
            bounds: The registrations of each way that does not fail, as slices.
        """
        if len(self.registrations) == start or not bounds:
            return
        ways = [self.registrations[slice(*bound)] for bound in bounds]
        for registration in ways[0]:
            equal = [[other for other in way if other.equals(registration)] for way in ways]
            if all(equal):
                for group in equal:
                    group[0].sure = True
