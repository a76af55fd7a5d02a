"""Metadata: where it stands, how it is read, and what it says of a distribution.

On the start-up path of every program that looks a key up, so no value is made here that a lookup
may not need.
"""

import io
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_serializable._providers import Distribution

GROUP = "keras_serializable"
"""The entry-point group in which distributions advertise keys and packages."""

HOOK_GROUP = "keras_serializable.hooks"
"""The entry-point group in which distributions advertise hook plugins."""

FILE = "entry_points.txt"
"""The file in a metadata folder that holds the entry points."""

METADATA_FOLDERS = (".dist-info", ".egg-info")
"""How the names of metadata folders end, in lower case."""

HEADER_FILES = ("METADATA", "PKG-INFO")
"""The files in a metadata folder that may hold the headers, the first that is there counting."""

LEFTOVER = "~"
"""How the name of a folder begins that pip left over when an installation was interrupted.

While pip replaces ``tilde-1.0.dist-info``, it calls it ``~ilde-1.0.dist-info``. Neither for pip nor
here is it a distribution.
"""

LARGEST_FILE = 16 * 2**20
"""How many bytes of a metadata file are read at most; 200,000 keys fit."""

_LARGEST_HEADERS = 256 * 2**10  # bytes; a folded licence text fits
_LONGEST_CAUSE = 200  # characters

_CHUNK = 8 * 2**10  # bytes; nearly every entry_points.txt fits into one
# A FIFO must not block the reader, and a terminal must not become the process' own. Windows has
# neither, but would change line ends.
_FLAGS = ("O_RDONLY", "O_NONBLOCK", "O_NOCTTY", "O_BINARY")
_READ = sum(getattr(os, flag, 0) for flag in _FLAGS)


def read_file(
    path: str, directory: int | None = None, *, mark: bytes = b"", head: int | None = None
) -> bytes:
    """Return the content of a regular file. Every metadata file is read by this function.

    Args:
        path: The file.
        directory: The descriptor of the directory that `path` starts from; `None` for the current
            directory.
        mark: What the content must hold to matter. Of a small file without it nobody asks whether
            it is a regular one: that saves a tenth of a scan.
        head: How many bytes of the file are enough; `None` for the whole file.

    Returns:
        The content, or the first `head` bytes of it; nothing of a file without the mark.

    Raises:
        OSError: If the file cannot be read, is not a regular file, or must be read whole and is
            larger than `LARGEST_FILE`.
        ValueError: If no file can have this path.
    """
    file = os.open(path, _READ, dir_fd=directory)
    try:
        content = os.read(file, _CHUNK) if mark else b""
        is_small = len(content) < _CHUNK
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
        # Reading it again whole is cheaper than joining two parts of it.
        os.lseek(file, 0, os.SEEK_SET)
        # Files that the system makes up, as in /proc, have the size 0.
        content = os.read(file, min(state.st_size or LARGEST_FILE, head or LARGEST_FILE))
        return content if mark in content else b""
    finally:
        os.close(file)


def cause(error: Exception) -> str:
    """Return in a few words why a file or folder could not be read.

    Args:
        error: What was raised.

    Example:
        >>> cause(FileNotFoundError(2, "No such file or directory", "x.dist-info"))
        'No such file or directory'
    """
    try:
        text = str(getattr(error, "strerror", None) or error)
    except Exception:  # noqa: BLE001 -- an error of third-party code may fail to tell its text
        text = type(error).__name__
    return text[:_LONGEST_CAUSE]


def entries(path: "Iterable[object]") -> "list[str]":
    """Return the entries of a path that can be read, each once, in their order.

    Strings, as for the import system, and path objects, which importlib_metadata reads too.

    Args:
        path: A path such as `sys.path`, which may hold anything.

    Example:
        >>> entries(["/one", None, b"bytes", ["list"], "/one", ""])
        ['/one', '']
    """
    found: dict[str, None] = {}
    for entry in path:
        if not isinstance(entry, str):
            try:
                entry = os.fspath(entry)  # type: ignore[call-overload]  # noqa: PLW2901
            except Exception:  # noqa: BLE001, S112 -- any object may stand there
                continue
        if isinstance(entry, str):
            found[entry] = None
    return list(found)


def normalized_name(name: str) -> str:
    """Return the name of a distribution in the form in which names are compared.

    Args:
        name: The name, in any spelling.

    Returns:
        It in lower case, each run of ``-``, ``_`` and ``.`` as one ``_``, as importlib_metadata
        has it.

    Example:
        >>> normalized_name("Keras-Serializable.Example")
        'keras_serializable_example'
    """
    name = name.lower().replace("-", "_").replace(".", "_")
    while "__" in name:
        name = name.replace("__", "_")
    return name


def name_and_version(folder: str) -> "tuple[str, str]":
    """Return what the name of a metadata folder tells of its distribution.

    Args:
        folder: The name of a ``.dist-info`` or ``.egg-info`` folder.

    Returns:
        Name and version, either empty where the folder does not tell.

    Example:
        >>> name_and_version("acme_layers-1.2-py3.11.egg-info"), name_and_version("acme.dist-info")
        (('acme_layers', '1.2'), ('acme', ''))
    """
    name, _, rest = folder.rpartition(".")[0].partition("-")
    return name, rest.partition("-")[0]


def has_headers(path: str) -> bool:
    """Return whether the metadata folder at `path` holds one of the `HEADER_FILES`."""
    return any(os.path.exists(os.path.join(path, file)) for file in HEADER_FILES)


def read_distribution(path: str) -> "Distribution":
    """Read name and version of the distribution whose metadata folder is at `path`.

    The headers of ``METADATA`` (``PKG-INFO`` in an ``.egg-info``) are read; where they are missing
    or silent, the folder's own name answers, as it does for importlib_metadata.

    Args:
        path: A ``.dist-info`` or ``.egg-info`` folder.

    Returns:
        The distribution.
    """
    from keras_serializable._providers import Distribution  # noqa: PLC0415 -- see the top

    headers = {"name": "", "version": ""}
    for file in HEADER_FILES:
        try:
            content = read_file(os.path.join(path, file), head=_LARGEST_HEADERS)
        except (OSError, ValueError):
            continue
        for line in io.StringIO(content.decode(errors="replace"), newline=None):
            if not line.strip():  # the blank line that ends the headers
                break
            field, _, text = line.partition(":")
            if not headers.get(field.lower(), "known"):
                headers[field.lower()] = text.strip()
        break
    name, version = name_and_version(os.path.basename(path))
    return Distribution(headers["name"] or name, headers["version"] or version, path)


def read_groups(text: str) -> "tuple[dict[str, str], dict[str, str], list[str]]":
    r"""Read the groups that matter here from the content of an ``entry_points.txt``.

    Reads as importlib_metadata does, but a broken line costs only itself.

    Args:
        text: The content.

    Returns:
        The values by name of `GROUP` and of `HOOK_GROUP` (see `entry_points.by_name`), and what is
        wrong.

    Example:
        >>> read_groups("[keras_serializable]\nacme>Scale = acme.layers:Scale\noops")
        ({'acme>Scale': 'acme.layers:Scale'}, {}, ["line 3 has no '=': 'oops'"])
    """
    values = _read_plain(text)
    if values is not None:
        return values, {}, []
    # Imported here because most files are plain.
    from keras_serializable._installed.entry_points import read_lines  # noqa: PLC0415

    groups, causes = read_lines(text, (GROUP, HOOK_GROUP))
    return groups[GROUP], groups[HOOK_GROUP], causes


_ORDINARY = dict.fromkeys(code for code in range(33, 127) if chr(code) not in "#=[")
"""What a name or a value is made of as a rule, for `str.translate` to leave out."""


def _read_plain(text: str) -> "dict[str, str] | None":
    """Read `GROUP` from a file whose last group it is, with nothing in it but ``name = value``.

    Most files are like that, and ten thousand lines are read in half the time.

    Args:
        text: The content of the file.

    Returns:
        What `read_lines` would return as the values of the group, `None` if there may be more
        to the file.
    """
    before, _, group = text.partition(f"[{GROUP}]\n")
    group = group.strip("\n")
    begins_a_line = not before or before[-1] == "\n"
    if not begins_a_line or f"[{GROUP}" in before:
        return None
    signs = group.translate(_ORDINARY)
    lines = (len(signs) + 1) // 4
    if signs != " = \n" * (lines - 1) + " = ":
        return None
    pieces = iter(group.replace("\n", " = ").split(" = "))
    values = dict(zip(pieces, pieces))  # noqa: B905 -- in pairs
    # Fewer, where a name stands there twice, or where something stands between blank and sign.
    return values if len(values) == lines else None


class Advertisement:
    """What one distribution advertises.

    Args:
        values: The values of its providers by name, as `entry_points.by_name` has them.
        hook_values: The same of its hook plugins.
        path: The metadata folder.
        distribution: The distribution, `None` to read it from `path` when it is asked for.
    """

    __slots__ = ("_distribution", "hook_values", "path", "values")

    def __init__(
        self,
        values: "dict[str, str]",
        hook_values: "dict[str, str]",
        path: str,
        distribution: "Distribution | None" = None,
    ) -> None:
        self.values = values
        self.hook_values = hook_values
        self.path = path
        self._distribution = distribution

    @property
    def distribution(self) -> "Distribution":
        """The distribution; its METADATA is read when a key of it is looked up, not before."""
        if self._distribution is None:
            self._distribution = read_distribution(self.path)
        return self._distribution
