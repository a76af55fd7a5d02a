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


def advice_on(module: str) -> str | None:
    """Return what to do about a module that only an unread ``.pth`` file makes importable."""
    name = shown(module.partition(".")[0])
    directory = directory_of(module)
    if directory is not None:
        return (
            f"The module {name} is in {escaped(directory)}. This process has not read the .pth "
            "file that names this directory, as after an editable install. Restart the process, "
            f"or call site.addsitedir({shown(directory)})."
        )
    finder = finder_of(module)
    if finder is not None:
        return (
            f"The module {name} is found by {shown(finder)}. This process has not read the .pth "
            "file that imports this finder, as after an editable install. Restart the process, "
            "or call site.addsitedir() with the directory of that file."
        )
    return None


def directory_of(module: str) -> str | None:
    """Return the directory with a module that only an unread ``.pth`` file names."""
    name = module.partition(".")[0]
    directories = unprocessed_pth(sys.path)
    return next((each for each in directories if module_exists(name, [each]) is not None), None)


def finder_of(module: str) -> str | None:
    """Return the module that finds a module, and that only an unread ``.pth`` file imports."""
    # Build backends name their module like __editable___acme_1_2_finder.
    name = module.partition(".")[0].lower()
    finders = unprocessed_pth_imports(sys.path)
    return next((each for each in finders if name in each.lower()), None)


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
