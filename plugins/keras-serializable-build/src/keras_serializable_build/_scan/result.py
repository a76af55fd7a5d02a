"""The result of a scan: the entry points, their sources, and the unresolved places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras_serializable_build._scan.places import Place, Unresolved

STATIC = "static"
"""The source of an entry that was found in the code."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table.

    Args:
        name: The key, or the package where the key cannot be a name.
        value: The object reference, `module:attribute` or `module`.
        sure: Whether the library registers the object in every environment.
        kerases: The Kerases in which the object is registered; empty if they are unknown.
        place: The place where the library registers the object; for a bare key, the place where
            the class is defined.
        defined: The place where the object is defined.
        sources: The sources of this entry: `static`, `import` or `file`.
        definition: The path of the definition, `module:attribute`; empty if it has none.
        others: The values of the key for the objects of other Kerases.

    Example:
        >>> from keras_serializable_build import Place
        >>> here = Place("acme/layers.py", 12)
        >>> Entry("acme>Scale", "acme.layers:Scale", True, ("keras",), here, here).sources
        ('static',)
    """

    name: str
    value: str
    sure: bool
    kerases: tuple[str, ...]
    place: Place
    defined: Place
    sources: tuple[str, ...] = (STATIC,)
    definition: str = ""
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class ScanResult:
    """What a library registers, as entry points of the group `keras_serializable`.

    Args:
        entries: What the library registers, by name.
        bare_entries: Classes that Keras saves and that the library never registers, by bare name.
        unresolved: The places that could not be followed, in the order of the files.
        modules: The number of modules that were read.
        definitions: For every module and every name of every module, `module:attribute`, the path
            under which its object is defined.

    Example:
        >>> from keras_serializable_build import Entry, Place
        >>> here = Place("acme/layers.py", 12)
        >>> entry = Entry("acme>Scale", "acme.layers:Scale", True, ("keras",), here, here)
        >>> ScanResult({"acme>Scale": entry}).entry_points
        {'acme>Scale': 'acme.layers:Scale'}
    """

    entries: dict[str, Entry] = field(default_factory=dict[str, "Entry"])
    bare_entries: dict[str, Entry] = field(default_factory=dict[str, "Entry"])
    unresolved: list[Unresolved] = field(default_factory=list["Unresolved"])
    modules: int = 0
    definitions: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def entry_points(self) -> dict[str, str]:
        """The registered keys and their values, sorted."""
        return {name: self.entries[name].value for name in sorted(self.entries)}

    @property
    def bare(self) -> dict[str, str]:
        """The bare keys of classes that are never registered and their values, sorted."""
        return {name: self.bare_entries[name].value for name in sorted(self.bare_entries)}

    @property
    def sources(self) -> dict[str, list[str]]:
        """The sources of every key, registered or bare."""
        entries = {**self.bare_entries, **self.entries}
        return {name: list(entries[name].sources) for name in sorted(entries)}
