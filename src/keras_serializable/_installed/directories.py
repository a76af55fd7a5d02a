"""Scanning: what the distributions on a path advertise, read from their metadata alone.

Plain directories, which is where nearly every distribution lives, are read here: one listing
each, and of the files only those that hold our group are decoded. Whatever a plain directory
cannot show (zip files, eggs, finders on `sys.meta_path`) is left to importlib_metadata, which is
imported for that alone. Both obey one rule, importlib_metadata's: of the distributions with one
normalised name the first on the path counts, and one with metadata goes before one without.
"""

import os
import sys

from keras_serializable._installed.metadata import (
    FILE,
    GROUP,
    LEFTOVER,
    METADATA_FOLDERS,
    Advertisement,
    cause,
    entries,
    has_headers,
    name_and_version,
    normalized_name,
    read_distribution,
    read_file,
    read_groups,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keras_serializable._installed import archives

_MARK = GROUP.encode()
_NAMELESS = "-."  # how a folder begins that has no name, as ``-1.0.dist-info``
_ALSO = {"i": "\u0130", "k": "\u212a"}  # which `str.lower` makes begin with a letter of ASCII


def finders() -> "list[object | None]":
    """Return the finders that know distributions beyond the path, and `None` for the path's place.

    Its place is that of importlib_metadata's own finder on `sys.meta_path`, which that package
    appends when it is imported; until then it is the end.
    """
    found: list[object | None] = []
    for finder in sys.meta_path:
        try:
            origin = getattr(finder, "__module__", "")
            knows_distributions = hasattr(finder, "find_distributions")
        except Exception:  # noqa: BLE001, S112 -- third-party code
            continue
        if origin == "importlib_metadata":
            found.append(None)
        elif knows_distributions and origin != "_frozen_importlib_external":
            found.append(finder)
    return found


def state_of(entry: str) -> "tuple[int, int] | None":
    """Return when an entry of a path last changed, in nanoseconds, and which file it is.

    `None` where there is none. The current directory may be another file with the same name.
    """
    try:
        found = os.stat(entry or os.curdir)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ino


def exists(entry: str) -> bool:
    """Return whether an entry of a path exists, in half the time that `state_of` takes to fail."""
    try:
        return os.access(entry, os.F_OK)
    except ValueError:
        return False


class Scan:
    """One pass over a path. It ends whole whatever is broken on the way.

    Args:
        path: Directories and archives, in the order of `sys.path`.
        finders: Finders that know further distributions, and `None` where the path comes; it
            comes last where there is no `None`.

    Attributes:
        problems: What could not be read: the file or folder, and the cause.
    """

    __slots__ = ("_advertising", "_folders", "_sources", "_tells_names", "problems")

    def __init__(self, path: "Sequence[str]", finders: "Sequence[object | None]" = ()) -> None:
        self.problems: list[tuple[str, str]] = []
        # The metadata folder of every distribution in the order they were met, also of those that
        # advertise nothing: they may still shadow others.
        self._folders: list[str] = []
        # Where the folders from a position on come from: a directory, or a list of distributions.
        self._sources: list[tuple[int, str | Sequence[archives.Foreign]]] = []
        self._advertising: dict[int, Advertisement] = {}  # by position in `_folders`
        self._tells_names = True  # whether the name of each folder is that of its distribution
        for finder in finders if None in finders else [*finders, None]:
            if finder is not None:
                self._ask_finder(finder, path)
                continue
            for entry in entries(path):
                self._read_entry(entry)

    def advertisements(self) -> "Iterator[Advertisement]":
        """Yield what the distributions advertise that importlib_metadata would report.

        They come in the order of the path, and by name within one entry of it: the order in which
        a directory is listed means nothing.
        """
        names = self._normalized_names(self._possible_rivals())
        wanted = {names[position] for position in self._advertising}
        rivals: dict[str, list[int]] = {}
        for position, name in names.items():
            if name in wanted:
                rivals.setdefault(name, []).append(position)
        counting: list[int] = []
        for positions in rivals.values():
            if len(positions) > 1:
                positions.sort(key=lambda position: not self._has_metadata(position))
            if positions[0] in self._advertising:
                counting.append(positions[0])
        counting.sort(key=lambda position: (self._source(position)[0], names[position]))
        for position in counting:
            yield self._advertising[position]

    def places(self) -> "list[str]":
        """Return the path of each metadata folder; of one in no directory, its name."""
        places: list[str] = []
        for start, source in reversed(self._sources):
            folders = self._folders[start : len(self._folders) - len(places)]
            prefix = source if isinstance(source, str) else ""
            places[:0] = [f"{prefix}{folder}" for folder in folders]
        return places

    def _read_entry(self, entry: str) -> None:
        try:
            children = os.listdir(entry or os.curdir)
        except FileNotFoundError:
            return
        except NotADirectoryError:
            self._ask_importlib_metadata(entry)
        except (OSError, ValueError) as error:
            self.problems.append((entry, cause(error)))
        else:
            if entry.lower().endswith(".egg"):
                self._ask_importlib_metadata(entry)
            else:
                self._read_directory(os.path.join(entry or os.curdir, ""), children)

    def _read_directory(self, prefix: str, children: "list[str]") -> None:
        # Slices are quicker to compare than methods to call, and of thousands of children each
        # counts. The last letter goes first, for most are no metadata folders.
        folders = [
            child
            for child in children
            if child[-1] in "oO" and (child[-10:] == ".dist-info" or self._is_folder(child))
        ]
        if not folders:
            return
        self._sources.append((len(self._folders), prefix))
        self._folders += folders
        try:
            directory = os.open(prefix, os.O_RDONLY) if _FROM_DIRECTORY else None
        except OSError as error:
            self.problems.append((prefix, cause(error)))
            return
        try:
            self._read_folders(prefix, folders, directory)
        finally:
            if directory is not None:
                os.close(directory)

    def _is_folder(self, child: str) -> bool:
        if child[0] != LEFTOVER and child.lower().endswith(METADATA_FOLDERS):
            # Capitals at the end tell importlib_metadata no name.
            self._tells_names = self._tells_names and child.endswith(METADATA_FOLDERS)
            return True
        return False

    def _read_folders(self, prefix: str, folders: "list[str]", directory: int | None) -> None:
        # Most folders have no such file, and nearly all of a scan's time goes into finding that
        # out. Asking whether one exists is cheaper than failing to open it; doing so from the
        # directory's descriptor spares the system walking the whole path each time; and a file is
        # read at once, while the system still has at hand where it is.
        access, exists = os.access, os.F_OK
        start, end = "" if directory is not None else prefix, f"{os.sep}{FILE}"
        first, offset = len(self._folders) - len(folders), 0
        for folder in folders:
            path = start + folder + end
            if access(path, exists, dir_fd=directory):
                try:
                    content = read_file(path, directory, mark=_MARK)
                except OSError as error:
                    if folder[0] != LEFTOVER:
                        self.problems.append((f"{prefix}{folder}{end}", cause(error)))
                    continue
                # A leftover hides no distribution: none has a name like it.
                if content and folder[0] != LEFTOVER:
                    # From the last one on, so that all of them together take one pass.
                    offset = folders.index(folder, offset)
                    self._read_content(content, first + offset, f"{prefix}{folder}")

    def _read_content(self, content: bytes, position: int, folder: str) -> None:
        path = os.path.join(folder, FILE)
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            self.problems.append((path, f"not UTF-8: {error}"))
            return
        values, hook_values, causes = read_groups(text)
        self.problems += [(path, told) for told in causes]
        if values or hook_values:
            self._advertising[position] = Advertisement(values, hook_values, folder)

    def _ask_importlib_metadata(self, entry: str) -> None:
        from keras_serializable._installed import archives  # noqa: PLC0415 -- see below

        self._take(archives.read_archive(entry, self.problems))

    def _ask_finder(self, finder: object, path: "Sequence[str]") -> None:
        # Imported here because it brings importlib_metadata, which costs ten times what a scan
        # costs, and few programs come here.
        from keras_serializable._installed import archives  # noqa: PLC0415

        self._take(archives.ask_finder(finder, path, archives.shown(finder), self.problems))

    def _take(self, distributions: "Sequence[archives.Foreign]") -> None:
        self._tells_names = self._tells_names and not distributions
        self._sources.append((len(self._folders), distributions))
        for distribution in distributions:
            if distribution.advertisement is not None:
                self._advertising[len(self._folders)] = distribution.advertisement
            self._folders.append(distribution.folder)

    def _possible_rivals(self) -> "Iterable[int]":
        """Return the positions of the folders that may be of a distribution that advertises."""
        # Of thousands few are, and three letters spare the others what follows. Only letters and
        # digits of ASCII are told apart so easily; and a folder without a name may have any.
        folders = self._folders
        heads = {folders[position][:3].lower() for position in self._advertising}
        if not (self._tells_names and all(head.isascii() and head.isalnum() for head in heads)):
            return range(len(folders))
        # In every spelling, which is quicker than to lower each folder.
        for place in range(3):
            heads = {
                head[:place] + letter + head[place + 1 :]
                for head in heads
                for letter in (head[place], head[place].upper(), *_ALSO.get(head[place], ""))
            }
        letters = "".join({head[0] for head in heads}) + _NAMELESS
        return [
            position
            for position, folder in enumerate(folders)
            if folder[0] in letters and (folder[:3] in heads or folder[0] in _NAMELESS)
        ]

    def _normalized_names(self, positions: "Iterable[int]") -> "dict[int, str]":
        # Normalised at once, which is quicker than each by itself. No name has a zero byte in it.
        stems = []
        for position in positions:
            folder = self._folders[position]
            # For the exception see `_is_folder`.
            stems.append(name_and_version(folder)[0] if folder.endswith(METADATA_FOLDERS) else "")
        normalized = normalized_name("\0".join(stems)).split("\0")
        names = dict(zip(positions, normalized))  # noqa: B905 -- none at all are one empty string
        if "" in normalized:
            # A folder without a name counts by the name in its METADATA.
            for position, name in names.items():
                source = self._source(position)[1]
                if not name and isinstance(source, str):
                    path = source + self._folders[position]
                    names[position] = normalized_name(read_distribution(path).name)
        return names

    def _source(self, position: int) -> "tuple[int, str | Sequence[archives.Foreign]]":
        return next(each for each in reversed(self._sources) if each[0] <= position)

    def _has_metadata(self, position: int) -> bool:
        start, source = self._source(position)
        if not isinstance(source, str):
            return source[position - start].has_metadata
        folder = source + self._folders[position]
        return os.path.isfile(folder) or has_headers(folder)


_FROM_DIRECTORY = os.open in os.supports_dir_fd and os.access in os.supports_dir_fd
