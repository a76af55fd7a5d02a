"""Editable installs that a running process cannot import yet.

An editable install puts a ``.pth`` file into site-packages. Python reads such files only when it
starts: a process that was running, a notebook for instance, finds the metadata and no module.
"""

import os
import sys

from keras_serializable._installed.directories import entries, listed
from keras_serializable._installed.importable import module_exists
from keras_serializable._installed.metadata import read_file
from keras_serializable._texts import escaped, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LARGEST_PTH = 64 * 2**10  # bytes


def remedy(module: str) -> str | None:
    """Return what makes a module importable that only an unread ``.pth`` file leads to."""
    name = module.partition(".")[0]
    for directory in unprocessed_pth(sys.path):
        if module_exists(name, [directory]) is not None:
            return (
                f"The module {shown(name)} is in {escaped(directory)}, which a .pth file names "
                "that this process has not read, as after an editable install: call "
                f"site.addsitedir({shown(directory)}), or restart the process."
            )
    for finder in unprocessed_pth_imports(sys.path):
        # Build backends name their module like __editable___acme_1_2_finder.
        if name.lower() in finder.lower():
            return (
                f"The module {shown(name)} is found by {shown(finder)}, which a .pth file imports "
                "that this process has not read, as after an editable install: restart the "
                "process, or call site.addsitedir() with the directory of that file."
            )
    return None


def unprocessed_pth(path: "Iterable[str]") -> "list[str]":
    """Return the directories that ``.pth`` files on `path` name and that are not on `sys.path`."""
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
    """Return the modules that ``.pth`` files on `path` import and that are not imported."""
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
        for child in sorted(listed(entry)):
            # `site` skips hidden files.
            if child.endswith(".pth") and not child.startswith("."):
                try:
                    content = read_file(os.path.join(entry, child), head=_LARGEST_PTH)
                except (OSError, ValueError):
                    continue
                for line in content.decode(errors="replace").splitlines():
                    if line.strip() and not line.startswith("#"):
                        yield entry, line.rstrip()


def _identity(path: str) -> "tuple[int, int] | None":
    """Return device and inode of a file or directory, `None` if there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino
