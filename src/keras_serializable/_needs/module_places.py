"""Module places: where Python would find a module; nothing is imported to find out."""

import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder


def place_of(module: str) -> "str | None":
    """Return the file of a module, or what its loader says, `None` if it would not be found."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
        locations = _locations(spec, sys.path, top)
        for part in rest:
            # Without its package: that would have to be imported.
            spec = PathFinder.find_spec(part, locations)
            locations = _locations(spec, locations, part)
    except (ImportError, ValueError):  # a finder is broken, or a module in sys.modules has no spec
        return None
    if spec is None:
        return None
    return spec.origin or ", ".join(locations) or repr(spec.loader)


def is_missing(module: str) -> bool:
    """Return whether Python would not find a module because its top-level module is nowhere."""
    try:
        return importlib.util.find_spec(module.partition(".")[0]) is None
    except Exception:  # noqa: BLE001 -- a finder is anybody's, and a module may have no spec
        return False


def _locations(spec: "ModuleSpec | None", parents: "list[str]", name: str) -> "list[str]":
    """Return the directories of a package; of anything else none."""
    if spec is None or spec.submodule_search_locations is None:
        return []
    if spec.origin is not None:
        return list(spec.submodule_search_locations)
    # The list of a namespace package cannot be read before its parent is imported.
    return [place for each in parents if os.path.isdir(place := os.path.join(each, name))]
