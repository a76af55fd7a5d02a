"""Inspection: a slow, thorough look at the metadata on a path, for people rather than lookups.

The scan reads only what may advertise something and steps over the rest without a word. What it
stepped over may still be why a key is missing, or why `importlib.metadata` fails for everybody.
"""

import os

from keras_serializable.metadata import (
    FILE,
    METADATA_FOLDERS,
    has_headers,
    name_and_version,
    normalized_name,
)
from keras_serializable.provider import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def inspect(path: "Iterable[str]") -> "Iterator[Problem]":
    """Yield what is wrong with the distributions in the directories on `path`.

    Args:
        path: Directories; whatever else is on it is passed over.

    Yields:
        A problem for each file or folder that is not as packaging tools write it.

    Example:
        >>> list(inspect(["no such directory"]))
        []
    """
    for entry in dict.fromkeys(path):
        try:
            children = os.listdir(entry or ".")
        except OSError:
            continue
        former: dict[str, str] = {}
        for child in sorted(children):
            if child.lower().endswith(METADATA_FOLDERS):
                folder = os.path.join(entry, child)
                yield from _inspect_distribution(folder)
                name = normalized_name(name_and_version(child)[0])
                if name in former:
                    cause = f"of the same distribution as {former[name]}: one of them is left over"
                    yield Problem(folder, cause)
                former[name] = child


def _inspect_distribution(folder: str) -> "Iterator[Problem]":
    if os.path.isfile(folder):  # an .egg-info may be a single file
        return
    if not os.path.isdir(folder):
        yield Problem(folder, "neither a folder nor a file: perhaps a link to nothing")
        return
    if not name_and_version(os.path.basename(folder))[0]:
        yield Problem(folder, "its name has no distribution in it")
    if not has_headers(folder):
        yield Problem(folder, "has no METADATA: perhaps left behind by a broken uninstall")
    entry_points = os.path.join(folder, FILE)
    if os.path.lexists(entry_points):
        yield from _inspect_entry_points(entry_points)


def _inspect_entry_points(path: str) -> "Iterator[Problem]":
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except UnicodeDecodeError as error:
        yield Problem(path, f"not UTF-8: {error}")
        return
    except OSError as error:
        yield Problem(path, str(error))
        return
    in_section = False
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            in_section = True
        elif not in_section:
            yield Problem(path, f"line {number} stands before the first section: {line!r}")
        elif "=" not in line:
            yield Problem(path, f"line {number} has no '=': {line!r}")
