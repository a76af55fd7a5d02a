"""Discovery: the index of a path, made at the first question and when the path has changed."""

import os
import sys

from keras_serializable._installed.changes import Stamp, forget_listings
from keras_serializable._installed.directories import entries, read_directory
from keras_serializable._installed.index import Index
from keras_serializable._installed.metadata import MetadataFolders, cause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_serializable._installed.metadata import Problems
    from keras_serializable._providers import Problem


class Discovery:
    """The newest index of a path, which is `sys.path` if none is given."""

    __slots__ = ("_newest", "_path")

    def __init__(self, path: "Sequence[str] | None" = None) -> None:
        self._path = path
        # One tuple, set in one assignment: another thread never sees an index with the stamp of
        # another scan.
        self._newest: tuple[Index, Stamp] | None = None

    @property
    def index(self) -> Index:
        """The newest index; the first access makes it."""
        newest = self._newest
        return self.refresh() if newest is None else newest[0]

    def refresh(self) -> Index:
        """Scan the path, whether it has changed or not."""
        if self._newest is not None:
            forget_listings()
        # The stamp is taken before the scan: a change during the scan is noticed at the next miss.
        stamp = Stamp(self._search_path())
        index = scan(stamp.path, stamp.finders)
        stamp.begin()
        self._newest = (index, stamp)
        return index

    def refresh_if_changed(self) -> bool:
        """Scan again if the path or a directory on it has changed; return whether it has."""
        former = self._newest
        if former is not None and former[1].holds(self._search_path()):
            return False
        self.refresh()
        return True

    def current(self) -> Index:
        """Return the index of what is installed now, as a lookup would find it."""
        self.refresh_if_changed()
        return self.index

    def problems(self) -> "list[Problem]":
        """Return what is wrong with the metadata on the path, also what hinders no lookup."""
        # 0.4 ms, which lookups save.
        from keras_serializable._installed.problems import inspect, undeclared  # noqa: PLC0415

        index = self.current()
        problems = index.problems
        inspected = list(inspect(self._search_path()))
        # The inspection reports all about a file, also what hindered the scan.
        places = {problem.path for problem in inspected}
        found = [*(problem for problem in problems if problem.path not in places), *inspected]
        return list(dict.fromkeys([*found, *undeclared(index.advertising_folders())]))

    def _search_path(self) -> "Sequence[str]":
        return sys.path if self._path is None else self._path


def scan(path: "Sequence[str]", finders: "Sequence[object | None]" = ()) -> Index:
    """Return the index of a path and of finders. `None` among them is the place of the path."""
    problems: Problems = []
    found: list[MetadataFolders] = []
    for finder in finders if None in finders else [*finders, None]:
        if finder is None:
            found += [_read_entry(entry, problems) for entry in entries(path)]
        else:
            # 40 ms, which programs without such a finder save: it imports importlib_metadata.
            from keras_serializable._installed.archives import ask_finder  # noqa: PLC0415

            found.append(MetadataFolders(ask_finder(finder, path, problems)))
    return Index(found, problems, path)


def _read_entry(entry: str, problems: "Problems") -> MetadataFolders:
    """Return the metadata folders in a directory or an archive. Nothing broken raises an error."""
    try:
        children = os.listdir(entry or os.curdir)
    except FileNotFoundError:
        return MetadataFolders()
    except NotADirectoryError:
        return _read_archive(entry, problems)
    except (OSError, ValueError) as error:
        problems.append((entry, cause(error)))
        return MetadataFolders()
    if entry.lower().endswith(".egg"):
        return _read_archive(entry, problems)
    return read_directory(entry, children, problems)


def _read_archive(entry: str, problems: "Problems") -> MetadataFolders:
    # 40 ms, which programs without an archive save: it imports importlib_metadata.
    from keras_serializable._installed.archives import read_archive  # noqa: PLC0415

    return MetadataFolders(read_archive(entry, problems))
