"""Inspection: a slow, thorough look at the metadata on a path, for people rather than lookups.

The scan reads only what may advertise something and steps over the rest without a word. What it
stepped over may still be why a key is missing, or why `importlib.metadata` fails for everybody.
"""

# These are always there: an import from a path that has an odd entry may fail.
import _frozen_importlib_external
import _imp
import os
import sys

from keras_serializable._installed.entry_points import BrokenLines, numbered_lines
from keras_serializable._installed.metadata import (
    FILE,
    HEADER_FILES,
    LEFTOVER,
    METADATA_FOLDERS,
    cause,
    entries,
    name_and_version,
    normalized_name,
    read_file,
)
from keras_serializable._keys import SEPARATOR
from keras_serializable._providers import Problem
from keras_serializable._texts import escaped, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keras_serializable._providers import Provider

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
    for entry in entries(path):
        directory = entry or os.curdir
        former: dict[str, str] = {}
        for child in sorted(_listed(directory)):
            if not child.lower().endswith(METADATA_FOLDERS):
                continue
            folder = os.path.join(directory, child)
            if child.startswith(LEFTOVER):
                yield Problem(folder, "left over by pip from an interrupted install: delete it")
                continue
            for place, told in _inspect_distribution(folder):
                yield Problem(place, told)
            name = normalized_name(name_and_version(child)[0])
            if name in former:
                told = f"of the same distribution as {former[name]}: one of them is left over"
                yield Problem(folder, told)
            former[name] = child


def _inspect_distribution(folder: str) -> "Iterator[tuple[str, str]]":
    if os.path.isfile(folder):  # an .egg-info may be a single file
        return
    if not os.path.isdir(folder):
        yield folder, "neither a folder nor a file: perhaps a link to nothing"
        return
    if not name_and_version(os.path.basename(folder))[0]:
        yield folder, "its name has no distribution in it"
    try:
        os.stat(os.path.join(folder, os.curdir))  # fails where the folder may not be entered
    except OSError as error:
        yield folder, cause(error)
        return
    headers = [os.path.join(folder, file) for file in HEADER_FILES]
    if not any(map(os.path.lexists, headers)):
        yield folder, "has no METADATA: perhaps left behind by a broken uninstall"
    for path in headers:
        if os.path.lexists(path):
            try:
                read_file(path, head=1)
            except OSError as error:
                yield path, cause(error)
    path = os.path.join(folder, FILE)
    if os.path.lexists(path):
        yield from ((path, told) for told in _inspect_entry_points(path))


def _inspect_entry_points(path: str) -> "list[str]":
    try:
        text = read_file(path).decode()
    except UnicodeDecodeError as error:
        return [f"not UTF-8: {error}"]
    except OSError as error:
        return [cause(error)]
    broken = BrokenLines()
    in_section = False
    for number, raw in numbered_lines(text):
        line = raw.strip()
        if not line or line[0] == "#":
            continue
        if line[0] == "[" and line[-1] == "]":
            in_section = True
        elif not in_section:
            broken.add(number, "stands before the first section", line)
        elif "=" not in line:
            broken.add(number, "has no '='", line)
    return broken.causes()


def shadowed(
    providers: "Iterable[Provider]", is_built_in: "Callable[[str], bool]"
) -> "Iterator[Problem]":
    """Yield a problem for each bare key that is also the name of one of Keras' own objects.

    Args:
        providers: What is advertised.
        is_built_in: Returns whether Keras has an object of its own under a name.
    """
    for provider in providers:
        if SEPARATOR not in provider.name and provider.attribute and is_built_in(provider.name):
            yield Problem(
                os.path.join(provider.distribution.path, FILE),
                f"{shown(provider.name)} is the name of one of Keras' own objects, which goes "
                f"first. {escaped(provider.value)} is found only in files that name its module, "
                "and where Keras' own object fails",
            )


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
    suffixes = (
        *_frozen_importlib_external.SOURCE_SUFFIXES,
        *_frozen_importlib_external.BYTECODE_SUFFIXES,
        *_imp.extension_suffixes(),
    )
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
