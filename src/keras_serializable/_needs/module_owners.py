"""Module owners: which installed distributions hold the module of an object in memory."""

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import importlib_metadata

from keras_serializable._needs.install_lines import pinned
from keras_serializable._providers import Distribution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class ModuleOwners:
    """The distributions by their top-level modules. Reading all of them takes 0.1 to 1 s."""

    @cached_property
    def _owners(self) -> "Mapping[str, list[str]]":
        # As importlib_metadata.packages_distributions(), which one broken list of files ends.
        owners: dict[str, list[str]] = {}
        for each in importlib_metadata.distributions():
            try:
                name, modules = each.metadata["Name"], _top_levels(each)
            except Exception:  # noqa: BLE001, S112 -- a list of files may hold anything
                continue
            for module in modules if name else ():
                owners.setdefault(module, []).append(name)
        return owners

    def names_of(self, module: str) -> "list[str]":
        """Return the names of the distributions that hold a top-level module."""
        if module in sys.stdlib_module_names:
            return []
        return list(dict.fromkeys(self._owners.get(module, ())))

    def lines_of(self, module: "str | None") -> "Iterator[str]":
        """Yield the requirement lines of the distributions that hold a module."""
        names = self.names_of((module or "").partition(".")[0])
        if len(names) > 1:
            names = [name for name in names if _holds(name, module or "")] or names
        for name in names:
            found = importlib_metadata.distribution(name)
            line = pinned(Distribution(found.metadata["Name"] or name, found.version or ""))
            if line is not None:
                yield line


def _top_levels(distribution: "Any") -> "set[str]":
    """Return the names of the top-level modules of a distribution."""
    declared = (distribution.read_text("top_level.txt") or "").split()
    files = () if declared else distribution.files or ()
    found = {
        each.parts[0] if len(each.parts) > 1 else each.name.partition(".")[0] for each in files
    }
    return {name for name in (declared or found) if name.isidentifier()}


def _holds(name: str, module: str) -> bool:
    """Return whether a distribution has installed the file of a module that is imported."""
    place = getattr(sys.modules.get(module), "__file__", None)
    if place is None:
        return False
    files = importlib_metadata.files(name) or ()
    return any(Path(str(each.locate())) == Path(place) for each in files)
