"""Metadata: how a file of a metadata folder is read, and what the folder tells of a distribution.

Every first lookup imports this module, so this module imports only what each lookup needs.
"""

import io
import os
import stat

from keras_serializable._providers import Distribution
from keras_serializable._texts import LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    Problems = list[tuple[str, str]]  # the file or folder that could not be read, and the cause

METADATA_FOLDERS = (".dist-info", ".egg-info")
"""How the names of metadata folders end, in lower case."""

HEADER_FILES = ("METADATA", "PKG-INFO")
"""The files that may hold the headers of a distribution; the first that exists is read."""

LEFTOVER = "~"
"""How pip begins the name of a folder while it replaces it: ``~ilde-1.0.dist-info``.

The folder stays if the installation is interrupted. It is no distribution, for pip and here.
"""

LARGEST_FILE = 16 * 2**20
"""The largest metadata file that is read, in bytes; 200,000 keys fit."""

REQUIREMENTS_FILE = "requires.txt"
"""The file for requirements in an ``.egg-info`` folder whose headers have none."""

_LARGEST_HEADERS = 256 * 2**10  # bytes; a licence text among the headers fits

_CHUNK = 8 * 2**10  # bytes; nearly every entry_points.txt fits into one
# O_NONBLOCK: a FIFO must not block the reader. O_NOCTTY: a terminal must not become the terminal
# of this process. O_BINARY: Windows must not change line ends.
_FLAGS = ("O_RDONLY", "O_NONBLOCK", "O_NOCTTY", "O_BINARY")
_READ = sum(getattr(os, flag, 0) for flag in _FLAGS)


class MetadataFolder:
    """A metadata folder: where it is, which distribution it describes, and what that advertises."""

    __slots__ = ("_distribution", "directory", "entry_points", "hook_entry_points", "name")

    def __init__(
        self,
        directory: str,
        name: str,
        entry_points: "dict[str, str]",
        hook_entry_points: "dict[str, str]",
        distribution: "Distribution | None" = None,
    ) -> None:
        self.directory = directory  # with a separator at its end
        self.name = name
        self.entry_points = entry_points  # name -> values, as `entry_points.by_name` returns them
        self.hook_entry_points = hook_entry_points  # the values of the hooks' group
        self._distribution = distribution

    @property
    def place(self) -> str:
        """The path of the folder, or only its name if it is in no directory."""
        return self.directory + self.name

    @property
    def advertises(self) -> bool:
        """Whether there is an entry point in one of the two groups."""
        return bool(self.entry_points or self.hook_entry_points)

    @property
    def distribution(self) -> "Distribution":
        """The distribution. The first access reads METADATA."""
        if self._distribution is None:
            self._distribution = read_distribution(self.place)
        return self._distribution

    def requirement_lines(self) -> "list[str]":
        """Return the requirements in the metadata, with their markers."""
        found = [text for field, text in read_headers(self.place) if field == "requires-dist"]
        return found or _read_requirements(self.place)

    def distribution_name(self) -> str:
        """Return the name by which importlib_metadata tells distributions apart."""
        name = distribution_names([self.name])[0]
        return name or normalized_name(read_distribution(self.place).name)

    def has_metadata(self) -> bool:
        """Return whether a file in the folder has headers, or whether the folder is such a file."""
        return os.path.isfile(self.place) or has_headers(self.place)


class MetadataFolders:
    """The metadata folders of one entry of a path, or of one finder."""

    __slots__ = ("_folders",)

    def __init__(self, folders: "Sequence[MetadataFolder]" = ()) -> None:
        self._folders = folders

    def advertising(self) -> "Iterable[MetadataFolder]":
        """Return the folders that advertise something."""
        return [folder for folder in self._folders if folder.advertises]

    def distribution_names(self) -> "Iterable[str]":
        """Return the names of the distributions."""
        return [folder.distribution_name() for folder in self._folders]

    def named(self, wanted: "Container[str]") -> "Iterator[tuple[str, MetadataFolder]]":
        """Yield the folders of the distributions with one of these names, with that name."""
        for folder in self._folders:
            name = folder.distribution_name()
            if name in wanted:
                yield name, folder

    def places(self) -> "Iterable[str]":
        """Return the path of each folder."""
        return [folder.place for folder in self._folders]


def read_file(
    path: str, directory: int | None = None, *, mark: bytes = b"", head: int | None = None
) -> bytes:
    """Return the content of a regular file, its first `head` bytes, or nothing without the `mark`.

    A path may be relative to the descriptor `directory`. Without `head`, a file larger than
    `LARGEST_FILE` is an `OSError`, as is anything that is no regular file.
    """
    file = os.open(path, _READ, dir_fd=directory)
    try:
        content = os.read(file, _CHUNK) if mark else b""
        is_small = len(content) < _CHUNK
        # Most files end here. They need no os.fstat(), which would be a tenth of a scan.
        if is_small and mark not in content:
            return b""
        state = os.fstat(file)
        if not stat.S_ISREG(state.st_mode):
            is_directory = stat.S_ISDIR(state.st_mode)
            raise OSError("Is a directory" if is_directory else "not a regular file")
        if mark and is_small:
            return content
        if head is None and state.st_size > LARGEST_FILE:
            raise OSError(f"larger than {LARGEST_FILE} bytes")
        # Reading the whole file again is cheaper than joining two parts of it.
        os.lseek(file, 0, os.SEEK_SET)
        # Files that the system makes up, as in /proc, have the size 0.
        content = os.read(file, min(state.st_size or LARGEST_FILE, head or LARGEST_FILE))
        return content if mark in content else b""
    finally:
        os.close(file)


def cause(error: Exception) -> str:
    """Return in a few words why a file or folder could not be read."""
    try:
        text = str(getattr(error, "strerror", None) or error)
    except Exception:  # noqa: BLE001 -- an error of third-party code may fail to tell its text
        text = type(error).__name__
    return text[:LONGEST]


def normalized_name(name: str) -> str:
    """Return the name of a distribution as importlib_metadata compares names."""
    name = name.lower().replace("-", "_").replace(".", "_")
    while "__" in name:
        name = name.replace("__", "_")
    return name


def name_and_version(folder: str) -> "tuple[str, str]":
    """Return name and version in the name of a metadata folder, empty if they are not in it."""
    name, _, rest = folder.rpartition(".")[0].partition("-")
    return name, rest.partition("-")[0]


def distribution_names(folders: "Iterable[str]") -> "list[str]":
    """Return the normalised names in the names of metadata folders, empty where there is none.

    All names are normalised in one text, which saves 0.5 ms at 1000 distributions.
    """
    # importlib_metadata reads a name off a folder only if it ends in small letters.
    names = [
        folder.rpartition(".")[0].partition("-")[0] if folder.endswith(METADATA_FOLDERS) else ""
        for folder in folders
    ]
    return normalized_name("/".join(names)).split("/")  # no name of a file has a slash in it


def has_headers(path: str) -> bool:
    """Return whether the metadata folder at `path` holds one of the `HEADER_FILES`."""
    return any(os.path.exists(os.path.join(path, file)) for file in HEADER_FILES)


def read_headers(path: str) -> "Iterator[tuple[str, str]]":
    """Yield field, in lower case, and text of each header in the metadata folder at `path`."""
    for file in HEADER_FILES:
        try:
            content = read_file(os.path.join(path, file), head=_LARGEST_HEADERS)
        except (OSError, ValueError):
            continue
        for line in io.StringIO(content.decode(errors="replace"), newline=None):
            if not line.strip():  # the blank line that ends the headers
                return
            field, _, text = line.partition(":")
            yield field.lower(), text.strip()
        return


def _read_requirements(path: str) -> "list[str]":
    """Return the requirements in the `REQUIREMENTS_FILE` at `path`, with markers as in METADATA.

    A heading, ``[extra:marker]``, says for what the requirements below it are.
    """
    try:
        content = read_file(os.path.join(path, REQUIREMENTS_FILE))
    except (OSError, ValueError):
        return []
    found: list[str] = []
    heading: list[str] = []
    for line in map(str.strip, content.decode(errors="replace").splitlines()):
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line[1:-1].partition(":")
            heading = [f"({marker})"] if marker else []
            heading += [f'extra == "{extra}"'] if extra else []
        elif line and not line.startswith("#"):
            requirement, _, marker = line.partition(";")
            markers = " and ".join([f"({marker.strip()})", *heading] if marker else heading)
            found.append(f"{requirement.strip()} ; {markers}" if markers else requirement.strip())
    return found


def read_distribution(path: str) -> "Distribution":
    """Return the distribution whose metadata folder is at `path`."""
    headers = {"name": "", "version": ""}
    for field, text in read_headers(path):
        if not headers.get(field, "known"):
            headers[field] = text
    # importlib_metadata too takes missing headers from the folder's name.
    name, version = name_and_version(os.path.basename(path))
    return Distribution(headers["name"] or name, headers["version"] or version, path)
