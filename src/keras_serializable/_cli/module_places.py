"""Module places: where Python would find a module; nothing is imported to find out."""

import importlib.util
from importlib.machinery import ModuleSpec, PathFinder


def place_of(module: str) -> "str | None":
    """Return the file of a module, or what its loader says, `None` if it would not be found."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
        name = top
        for part in rest:
            if spec is None or spec.submodule_search_locations is None:
                return None
            name = f"{name}.{part}"
            spec = PathFinder.find_spec(name, list(spec.submodule_search_locations))
    except (ImportError, ValueError):  # a finder is broken, or a module in sys.modules has no spec
        return None
    return None if spec is None else _told(spec)


def _told(spec: ModuleSpec) -> str:
    if spec.origin:
        return spec.origin
    return ", ".join(spec.submodule_search_locations or ()) or repr(spec.loader)
