"""Environments: which of the installed distributions are found."""

from __future__ import annotations

import importlib.metadata
import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class ChosenDistributions(importlib.metadata.DistributionFinder):
    """A finder on `sys.meta_path` for the modules of some folders, and for some distributions.

    Args:
        names: The distributions that are found.
        path: The folders.
    """

    def __init__(self, names: Iterable[str], path: list[str]) -> None:
        self._names = {canonicalize_name(name) for name in names}
        self._path = path

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is in no package; Python finds those in packages."""
        return PathFinder.find_spec(fullname, self._path, target) if path is None else None

    def find_distributions(self, context: Any = None) -> Iterator[importlib.metadata.Distribution]:
        """Find the chosen distributions."""
        name = getattr(context, "name", None)
        wider = importlib.metadata.DistributionFinder.Context(name=name, path=self._path)
        for found in importlib.metadata.MetadataPathFinder.find_distributions(wider):
            if canonicalize_name(found.metadata["Name"] or "") in self._names:
                yield found


def choose(names: Iterable[str]) -> ChosenDistributions:
    """Let this process find no other distributions; every module can be imported as before."""
    names = list(names)
    for name in names:
        importlib.metadata.distribution(name)
    standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    kept = [entry for entry in sys.path if _is_standard(entry, standard)]
    finder = ChosenDistributions(names, [entry for entry in sys.path if entry not in kept])
    sys.path[:] = kept
    sys.meta_path.append(finder)
    return finder


def _is_standard(entry: str, standard: set[str]) -> bool:
    """Return whether an entry of `sys.path` is a part of Python's own library."""
    path = Path(entry)
    is_extension = path.name == "lib-dynload" and str(path.parent) in standard
    is_archive = path.suffix == ".zip" and path.name.startswith("python")
    return entry in standard or is_extension or is_archive
