"""Discovery: who advertises a key, and noticing when that changes."""

import os
import sys
import time

from keras_serializable import keys
from keras_serializable.scanning import Scan, finders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keras_serializable.metadata import Advertisement
    from keras_serializable.provider import Distribution, Problem, Provider

# A directory that has just changed may change again without a new time, because file systems tell
# times in ticks (FAT in ticks of two seconds), or an installer may still be writing into a folder
# of it. While it is young, what was read is good for a moment only.
_YOUNG = 2_000_000_000  # nanoseconds
_MOMENT = 50_000_000  # nanoseconds


class Index:
    """What one scan found: the providers of each key and of each package.

    Args:
        advertisements: What each distribution advertises, in the order of the path.
        problems: What could not be read: the file or folder, and the cause.
        places: Returns the paths of the metadata folders of all distributions.
        path: The path that was scanned.

    Attributes:
        hook_plugins: The hook plugins, in the order of the path.
        failures: The providers that failed, and why.
        loaded: For the loader: the keys that have been delivered.
    """

    __slots__ = (
        "_advertised",
        "_advertisements",
        "_by_module",
        "_path",
        "_places",
        "_problems",
        "_shared",
        "_surroundings",
        "failures",
        "hook_plugins",
        "loaded",
    )

    def __init__(
        self,
        advertisements: "Iterable[Advertisement]",
        problems: "Iterable[tuple[str, str]]",
        places: "Callable[[], Iterable[str]]" = tuple,
        path: "Iterable[str]" = (),
    ) -> None:
        self.failures: dict[Provider, BaseException] = {}
        self.loaded: dict[str, object] = {}
        self.hook_plugins: list[Provider] = []
        self._advertisements = tuple(advertisements)
        # Which of them advertises a name, be it a key or a package, the last where several do. In
        # bulk, and nothing made for each name: of ten thousand few ever need to become providers.
        # By number, because the garbage collector walks through a dictionary of anything else.
        self._advertised: dict[str, int] = {}
        self._shared: set[str] = set()  # the names that several advertise
        self._by_module: dict[str, list[Provider]] | None = None
        self._places = places
        self._path = path
        self._surroundings: object = None  # of the failures
        self._problems = tuple(problems)
        for number, advertisement in enumerate(self._advertisements):
            for name, values in advertisement.hook_values.items():
                self.hook_plugins += _providers(name, values, advertisement)
            self._advertised.update(dict.fromkeys(advertisement.values, number))
        if len(self._advertised) < sum(len(each.values) for each in self._advertisements):
            seen: set[str] = set()
            for advertisement in self._advertisements:
                self._shared |= seen & advertisement.values.keys()
                seen |= advertisement.values.keys()

    @property
    def problems(self) -> "tuple[Problem, ...]":
        """What could not be read."""
        from keras_serializable.provider import Problem  # noqa: PLC0415 -- if there is any

        return tuple(Problem(path, cause) for path, cause in self._problems)

    def find(self, key: str) -> "tuple[Provider, ...]":
        """Return the providers of `key`: those of exactly this key, else those of its package."""
        found = self._named(key, packages=False)
        package = None if found else keys.package_of(key)
        return found if package is None else self._named(package, packages=True)

    def _named(self, name: str, *, packages: bool) -> "tuple[Provider, ...]":
        """Return the providers that have this name and advertise a package, or a key."""
        if name not in self._advertised:  # the usual answer, made quick
            return ()
        advertisements = self._advertisements
        if name not in self._shared:
            advertisements = (advertisements[self._advertised[name]],)
        return tuple(
            provider
            for advertisement in advertisements
            if name in advertisement.values
            for provider in _providers(name, advertisement.values[name], advertisement)
            if provider.advertises_package == packages
        )

    def names(self) -> "Iterable[str]":
        """Return every key and every package that is advertised."""
        return self._advertised.keys()

    def advertisers(self, package: str) -> "list[Distribution]":
        """Return the distributions that advertise a package, or a key of it."""
        start = package + keys.SEPARATOR
        return [
            advertisement.distribution
            for advertisement in self._advertisements
            if package in advertisement.values
            or any(name.startswith(start) for name in advertisement.values)
        ]

    def by_module(self) -> "dict[str, list[Provider]]":
        """Return the providers of single objects by the module they name."""
        if self._by_module is None:
            by_module: dict[str, list[Provider]] = {}
            for provider in self:
                if provider.attribute:
                    by_module.setdefault(provider.module, []).append(provider)
            self._by_module = by_module
        return self._by_module

    def fail(self, provider: "Provider", error: BaseException) -> BaseException:
        """Remember that importing a provider failed.

        Args:
            provider: The provider.
            error: Why.

        Returns:
            The failure to tell of. Threads that waited for the same import failed too; the first
            cause stays.
        """
        if self._surroundings is None:
            self._surroundings = self._look_around()
        return self.failures.setdefault(provider, error)

    def take_failures(self, former: "Index") -> None:
        """Remember the failures of the former index, unless there is hope they are repaired.

        There is if any distribution came, went or was installed anew, or if the path leads
        elsewhere. What a failing import itself leaves on the path, a ``__pycache__`` for one, is
        none.

        Args:
            former: The index before this one.
        """
        if former.failures:
            self._surroundings = self._look_around()
            if self._surroundings == former._surroundings:  # noqa: SLF001
                self.failures.update(former.failures)

    def _look_around(self) -> object:
        return set(self._path), {place: _state(place) for place in self._places()}

    def __iter__(self) -> "Iterator[Provider]":
        """Yield every provider: of keys first, then of packages, each in the order of the path."""
        for packages in (False, True):
            for name in self._advertised:
                yield from self._named(name, packages=packages)


def _providers(name: str, values: str, advertisement: "Advertisement") -> "list[Provider]":
    # Imported here because most scans end without anything of theirs being asked for.
    from keras_serializable.provider import Provider  # noqa: PLC0415

    return [Provider(name, value, advertisement.distribution) for value in values.split("\n")]


class Discovery:
    """The index of a path, made at the first question and again when the path has changed.

    Args:
        path: The directories and archives to read; `None` for `sys.path` as it is at each scan.
    """

    __slots__ = ("_newest", "_path")

    def __init__(self, path: "Sequence[str] | None" = None) -> None:
        self._path = path
        # Set in one assignment: of two threads that scan at once either pair may stay, but never
        # the index of one with the stamp of the other.
        self._newest: tuple[Index, _Stamp] | None = None

    @property
    def index(self) -> Index:
        """The newest index; the first question makes it."""
        newest = self._newest
        return self.refresh() if newest is None else newest[0]

    def refresh(self) -> Index:
        """Scan the path, whether it has changed or not, and forget what failed."""
        if self._newest is not None:
            _forget_listings()
        # The times are read before the directories: what changes in between is seen next time.
        stamp = _Stamp(self._search_path())
        scan = Scan(stamp.path, stamp.finders)
        index = Index(scan.advertisements(), scan.problems, scan.places, stamp.path)
        stamp.begin()
        self._newest = (index, stamp)
        return index

    def refresh_if_changed(self) -> bool:
        """Scan again if the path, or a directory on it, has changed since the last scan.

        Returns:
            Whether there is a new index.
        """
        former = self._newest
        if former is not None and former[1].holds(self._search_path()):
            return False
        index = self.refresh()
        if former is not None:
            index.take_failures(former[0])
        return True

    def problems(self) -> "list[Problem]":
        """Return what is wrong with the metadata on the path, whether it hinders us or not."""
        # Imported here: lookups never come this way.
        from keras_serializable.inspection import inspect  # noqa: PLC0415

        found = [*self.index.problems, *inspect(self._search_path())]
        return list(dict.fromkeys(found))

    def _search_path(self) -> "Sequence[str]":
        return sys.path if self._path is None else self._path


def _forget_listings() -> None:
    # The import system remembers directory listings too: a module that was installed within the
    # clock tick of its last look stays invisible until it is told to look again.
    for finder in [*sys.meta_path, *sys.path_importer_cache.values()]:
        try:
            finder.invalidate_caches()  # type: ignore[union-attr]
        except Exception:  # noqa: BLE001, S112 -- it has none, or is foreign code that fails
            continue


class _Stamp:
    """What each entry of a path looked like, to notice that it changes."""

    __slots__ = ("_absent", "_expires", "_is_young", "_meta_path", "_present", "finders", "path")

    def __init__(self, path: "Sequence[str]") -> None:
        self.path = list(path)
        self.finders = finders()
        self._meta_path = list(sys.meta_path)
        self._present: list[tuple[str, tuple[int, int]]] = []
        self._absent: list[str] = []
        for entry in self.path:
            state = _state(entry)
            if state is None:
                self._absent.append(entry)
            else:
                self._present.append((entry or os.curdir, state))
        now = time.time_ns()
        self._is_young = any(abs(now - state[0]) < _YOUNG for _, state in self._present)
        self.begin()

    def begin(self) -> None:
        """Let the moment begin for which the scan is good: it may take longer than that."""
        self._expires = time.time_ns() + _MOMENT if self._is_young else 0

    def holds(self, path: "Sequence[str]") -> bool:
        """Return whether nothing has changed since."""
        if self._expires and time.time_ns() > self._expires:
            return False
        if self.path != path or any(map(_exists, self._absent)):
            return False
        # As `_state` does, but in one go: this is most of what a miss costs.
        stat = os.stat
        try:
            for entry, (time_ns, file) in self._present:
                now = stat(entry)
                if now.st_mtime_ns != time_ns or now.st_ino != file:
                    return False
        except OSError:
            return False
        if self._meta_path != sys.meta_path:
            # Import hooks come and go; only those that know distributions matter here.
            if self.finders != finders():
                return False
            self._meta_path = list(sys.meta_path)
        return True


def _state(entry: str) -> "tuple[int, int] | None":
    """Return when an entry of a path last changed, in nanoseconds, and which file it is.

    `None` where there is none. The current directory may be another file with the same name.
    """
    try:
        found = os.stat(entry or os.curdir)
    except (OSError, TypeError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ino


def _exists(entry: str) -> bool:
    """Return whether an entry of a path exists, in half the time that `_state` takes to fail."""
    try:
        return os.access(entry, os.F_OK)
    except (TypeError, ValueError):
        return False
