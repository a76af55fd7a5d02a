"""Importable: whether a top-level module is in a directory. Nothing is imported to find out."""

# Both are always there: an import may fail if the path has an odd entry.
import _frozen_importlib_external
import _imp
import os

from keras_serializable._installed.directories import entries, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def module_exists(name: str, path: "Iterable[str]") -> str | None:
    """Return the file of a top-level module, or its folder with modules, `None` without either."""
    if not name.isidentifier():
        return None
    suffixes = (
        *_frozen_importlib_external.SOURCE_SUFFIXES,
        *_frozen_importlib_external.BYTECODE_SUFFIXES,
        *_imp.extension_suffixes(),
    )
    for entry in entries(path):
        place = os.path.join(entry, name)
        if any(child.endswith(suffixes) for child in listed(place)):
            return place
        for suffix in suffixes:
            if os.path.isfile(place + suffix):  # False if no file can have that path
                return place + suffix
    return None
