"""Places in an author's source: the file and line of an object."""

from __future__ import annotations

import inspect
import os
import sys


def place_of(found: object, root: str) -> str:
    """Return `file:line` of a class or function, empty if it has no source."""
    try:
        file = inspect.getsourcefile(inspect.unwrap(found))  # type: ignore[arg-type]
        _, line = inspect.getsourcelines(found)  # type: ignore[arg-type]
    except (OSError, TypeError, ValueError):
        return ""
    return f"{shown_path(file, root)}:{line}" if file else ""


def shown_path(file: str, root: str) -> str:
    """Return the path of a file relative to the project, else to the folder it is imported from."""
    for folder in (root, *sorted(filter(None, sys.path), key=len, reverse=True)):
        prefix = folder.rstrip(os.sep) + os.sep
        if file.startswith(prefix):
            return file[len(prefix) :].replace(os.sep, "/")
    return file
