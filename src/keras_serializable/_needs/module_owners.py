"""Module owners: which installed distributions hold the module of an object in memory."""

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import importlib_metadata

from keras_serializable._needs.install_lines import pinned
from keras_serializable._providers import Distribution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class ModuleOwners:
    """The distributions by their top-level modules. Reading all of them takes 0.1 to 1 s."""

    @cached_property
    def _owners(self) -> "Mapping[str, list[str]]":
        return importlib_metadata.packages_distributions()

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


def _holds(name: str, module: str) -> bool:
    """Return whether a distribution has installed the file of a module that is imported."""
    place = getattr(sys.modules.get(module), "__file__", None)
    if place is None:
        return False
    files = importlib_metadata.files(name) or ()
    return any(Path(str(each.locate())) == Path(place) for each in files)
