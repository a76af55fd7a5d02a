"""Discovery: who advertises a key, and noticing when that changes."""

import os
import sys
import time

from keras_serializable import keys
from keras_serializable.provider import Problem, Provider, advertises_package
from keras_serializable.scanning import Advertisement, Scan, custom_finders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# A directory that changed this shortly before it was listed may change again without a new time:
# the first is the clock tick of file systems with nanosecond times, the second is for those that
# keep whole seconds (FAT: two).
_TICK = 50_000_000  # nanoseconds
_COARSE_TICK = 2_000_000_000  # nanoseconds


class Index:
    """What one scan found: the providers of each key and of each package.

    Args:
        advertisements: What each distribution advertises, in the order of the path.
        problems: What could not be read.

    Attributes:
        hook_plugins: The hook plugins, in the order of the path.
        problems: The same.
        failures: For the loader: the providers that failed, and why. They end with the index
            because the next scan is the moment to try them again.
        loaded: For the loader: the keys that have been delivered.
    """

    __slots__ = ("_exact", "_packages", "failures", "hook_plugins", "loaded", "problems")

    def __init__(
        self, advertisements: "Iterable[Advertisement]", problems: "Iterable[Problem]"
    ) -> None:
        self.problems = tuple(problems)
        self.failures: dict[Provider, BaseException] = {}
        self.loaded: dict[str, object] = {}
        # Bare tuples: of ten thousand keys, few ever need to become providers.
        self._exact: dict[str, list[tuple[str, Advertisement]]] = {}
        self._packages: dict[str, list[tuple[str, Advertisement]]] = {}
        self.hook_plugins: list[Provider] = []
        for advertisement in advertisements:
            for name, value in advertisement.hook_pairs:
                self.hook_plugins.append(Provider(name, value, advertisement.distribution))
            for name, value in advertisement.pairs:
                table = self._packages if advertises_package(name, value) else self._exact
                table.setdefault(name, []).append((value, advertisement))

    def find(self, key: str) -> "tuple[Provider, ...]":
        """Return the providers of `key`: those of exactly this key, else those of its package."""
        if key in self._exact:
            return _providers(key, self._exact[key])
        package = keys.package_of(key)
        if package is not None and package in self._packages:
            return _providers(package, self._packages[package])
        return ()

    def names(self) -> "Iterator[str]":
        """Yield every advertised key, then every advertised package."""
        yield from self._exact
        yield from self._packages

    def __iter__(self) -> "Iterator[Provider]":
        """Yield every provider: of keys first, then of packages, each in the order of the path."""
        for table in (self._exact, self._packages):
            for name, advertised in table.items():
                yield from _providers(name, advertised)


def _providers(name: str, advertised: "list[tuple[str, Advertisement]]") -> "tuple[Provider, ...]":
    return tuple(Provider(name, value, origin.distribution) for value, origin in advertised)


class Discovery:
    """The index of a path, made at the first question and again when the path has changed.

    Args:
        path: The directories and archives to read; `None` for `sys.path` as it is at each scan.
    """

    __slots__ = ("_index", "_path", "_stamp")

    def __init__(self, path: "Sequence[str] | None" = None) -> None:
        self._path = path
        self._index: Index | None = None
        self._stamp: _Stamp | None = None

    @property
    def index(self) -> Index:
        """The newest index; the first question makes it."""
        return self._index or self.refresh()

    def refresh(self) -> Index:
        """Scan the path, whether it has changed or not."""
        # The times are read before the directories: what changes in between is seen next time.
        stamp = _Stamp(self._search_path())
        scan = Scan(stamp.path, stamp.finders)
        index = Index(scan.advertisements(), scan.problems)
        # Two threads may both get here. Each scan is whole in itself, so either may stay.
        self._stamp = stamp
        self._index = index
        return index

    def refresh_if_changed(self) -> bool:
        """Scan again if the path, or a directory on it, has changed since the last scan.

        Returns:
            Whether there is a new index.
        """
        if self._stamp is not None and self._stamp.holds(self._search_path()):
            return False
        # The import system remembers directory listings too: a module that was installed within
        # the clock tick of its last look stays invisible until it is told to look again.
        for finder in [*sys.meta_path, *sys.path_importer_cache.values()]:
            if hasattr(finder, "invalidate_caches"):
                finder.invalidate_caches()
        self.refresh()
        return True

    def problems(self) -> "list[Problem]":
        """Return what is wrong with the metadata on the path, whether it hinders us or not."""
        # Imported here: lookups never come this way.
        from keras_serializable.inspection import inspect  # noqa: PLC0415

        found = [*self.index.problems, *inspect(self._search_path())]
        return list(dict.fromkeys(found))

    def _search_path(self) -> "Sequence[str]":
        return sys.path if self._path is None else self._path


class _Stamp:
    """When each entry of a path last changed, to notice that it changes again."""

    __slots__ = ("_meta_path", "_settles", "_times", "finders", "path")

    def __init__(self, path: "Sequence[str]") -> None:
        self.path = list(path)
        self.finders = custom_finders()
        self._meta_path = list(sys.meta_path)
        self._times = _times(self.path)
        # A change so young that another could carry the same time makes the stamp good only until
        # that moment has passed; then the path is read once more.
        settles = max(map(_settles, self._times), default=0)
        self._settles = settles if settles > time.time_ns() else 0

    def holds(self, path: "Sequence[str]") -> bool:
        if self._settles and time.time_ns() > self._settles:
            return False
        return (
            self.path == path
            and self._times == _times(self.path)
            # Import hooks come and go; only those that know distributions matter here.
            and (self._meta_path == sys.meta_path or self.finders == custom_finders())
        )


def _times(path: "Iterable[str]") -> "list[int]":
    """Return when the entries of a path last changed, in nanoseconds; 0 for an absent one."""
    times = []
    for entry in path:
        try:
            times.append(os.stat(entry or ".").st_mtime_ns)
        except (OSError, ValueError):
            times.append(0)
    return times


def _settles(changed: int) -> int:
    """Return the time in nanoseconds after which a further change cannot look like this one."""
    return changed + (_TICK if changed % 1_000_000_000 else _COARSE_TICK)
