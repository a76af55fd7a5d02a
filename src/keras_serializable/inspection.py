"""Inspection: a slow, thorough look at the metadata on a path, for people rather than lookups.

The scan reads only what may advertise something and steps over the rest without a word. What it
stepped over may still be why a key is missing, or why `importlib.metadata` fails for everybody.
"""

import os
import sys
from importlib import machinery

from keras_serializable.metadata import (
    FILE,
    METADATA_FOLDERS,
    entries,
    has_headers,
    name_and_version,
    normalized_name,
    read_file,
)
from keras_serializable.provider import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LARGEST_PTH = 64 * 2**10  # bytes


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


def unprocessed_pth(path: "Iterable[str]") -> "list[str]":
    """Return the directories that ``.pth`` files on `path` name and that are not on `sys.path`.

    An editable install puts its source directory into such a file, which the interpreter reads
    when it starts: a process that runs already needs `site.addsitedir`, or a restart.

    Args:
        path: The directories in which ``.pth`` files are looked for.

    Example:
        >>> unprocessed_pth(["no such directory"])
        []
    """
    seen = {_identity(entry or os.curdir) for entry in entries(sys.path)}
    found: list[str] = []
    for folder, line in _pth_lines(path):
        directory = os.path.join(folder, line)
        identity = _identity(directory)
        if identity not in seen and os.path.isdir(directory):
            seen.add(identity)
            found.append(directory)
    return found


def unprocessed_pth_imports(path: "Iterable[str]") -> "list[str]":
    """Return the modules that ``.pth`` files on `path` import and that are not imported.

    Some editable installs work by such a module, as ``__editable___acme_1_0_finder``; what helps
    is the same as for `unprocessed_pth`.

    Args:
        path: The directories in which ``.pth`` files are looked for.

    Example:
        >>> unprocessed_pth_imports(["no such directory"])
        []
    """
    found: dict[str, None] = {}
    for _, line in _pth_lines(path):
        if line.startswith(("import ", "import\t")):
            for each in line[len("import ") :].partition(";")[0].split(","):
                module = each.strip().partition(" ")[0]
                if module.replace(".", "").isidentifier() and module not in sys.modules:
                    found[module] = None
    return list(found)


def _pth_lines(path: "Iterable[str]") -> "Iterator[tuple[str, str]]":
    """Yield the directory and the text of each line in the ``.pth`` files, as `site` reads them."""
    for entry in entries(path):
        for child in sorted(_listed(entry)):
            # `site` passes over hidden files too.
            if child.endswith(".pth") and not child.startswith("."):
                try:
                    content = read_file(os.path.join(entry, child), head=_LARGEST_PTH)
                except (OSError, ValueError):
                    continue
                for line in content.decode(errors="replace").splitlines():
                    if line.strip() and not line.startswith("#"):
                        yield entry, line.rstrip()


def module_exists(name: str, path: "Iterable[str]") -> str | None:
    """Return where a top-level module is, as a file or as a folder that holds modules.

    Only names are looked at; nothing is imported, and no finder is asked.

    Args:
        name: The name of the module.
        path: The directories in which it is looked for.

    Returns:
        The file or folder, `None` if there is none.

    Example:
        >>> module_exists("no_such_module", ["no such directory"])
    """
    if not name.isidentifier():
        return None
    suffixes = tuple(machinery.all_suffixes())
    for entry in entries(path):
        place = os.path.join(entry, name)
        if any(child.endswith(suffixes) for child in _listed(place)):
            return place
        for suffix in suffixes:
            if os.path.isfile(place + suffix):  # False where no file can have that path
                return place + suffix
    return None


def _identity(path: str) -> "tuple[int, int] | None":
    """Return what tells a file or directory from every other one, `None` where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _listed(directory: str) -> "list[str]":
    """Return the names in a directory, none where it cannot be listed."""
    try:
        return os.listdir(directory or os.curdir)
    except (OSError, ValueError):
        return []
