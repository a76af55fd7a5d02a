"""Discovery: who advertises a key, and noticing when that changes."""

import _frozen_importlib_external  # always there; importlib.machinery would be an import
import os
import sys
import time

from keras_serializable._installed.directories import Scan, exists, finders, state_of
from keras_serializable._installed.metadata import entries
from keras_serializable._keys import SEPARATOR, package_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from keras_serializable._installed.metadata import Advertisement
    from keras_serializable._providers import Distribution, Problem, Provider


# A directory that has just changed may change again without a new time, because file systems tell
# times in ticks (FAT in ticks of two seconds), or an installer may still be writing into a folder
# of it. While it is young, what was read is good for a moment only.
_YOUNG = 2_000_000_000  # nanoseconds
_MOMENT = 50_000_000  # nanoseconds


class Index:
    """What one scan found: the providers of each key and of each package.

    Attributes:
        hook_plugins: The hook plugins, in the order of the path.
    """

    __slots__ = (
        "_advertised",
        "_advertisements",
        "_path",
        "_places",
        "_problems",
        "_shared",
        "hook_plugins",
    )

    def __init__(
        self,
        advertisements: "Iterable[Advertisement]",
        problems: "Iterable[tuple[str, str]]",
        places: "Callable[[], Iterable[str]]" = tuple,
        path: "Iterable[str]" = (),
    ) -> None:
        self.hook_plugins: list[Provider] = []
        self._advertisements = tuple(advertisements)
        # Which of them advertises a name, be it a key or a package, the last where several do. In
        # bulk, and nothing made for each name: of ten thousand few ever need to become providers.
        # By number, because the garbage collector walks through a dictionary of anything else.
        self._advertised: dict[str, int] = {}
        self._shared: set[str] = set()  # the names that several advertise
        self._places = places
        self._path = path
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
        from keras_serializable._providers import Problem  # noqa: PLC0415 -- if there is any

        return tuple(Problem(path, cause) for path, cause in self._problems)

    def find(self, key: str) -> "tuple[Provider, ...]":
        """Return the providers of `key`: those of exactly this key, else those of its package."""
        found = self._named(key, packages=False)
        if found:
            return found
        package = package_of(key)
        # Importing the module of a package may register a bare key of the package's name.
        return self._named(key if package is None else package, packages=True)

    def defined_at(self, module: object, attribute: object) -> "tuple[Provider, ...]":
        """Return the providers whose value is exactly this module and attribute."""
        if not isinstance(module, str) or not isinstance(attribute, str):
            return ()
        return tuple(
            provider
            for advertisement in self._advertisements
            for name, values in advertisement.values.items()
            if module in values and attribute in values  # quick, and true of few
            for provider in _providers(name, values, advertisement)
            if (provider.module, provider.attribute) == (module, attribute)
        )

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
        start = package + SEPARATOR
        return [
            advertisement.distribution
            for advertisement in self._advertisements
            if package in advertisement.values
            or any(name.startswith(start) for name in advertisement.values)
        ]

    def surroundings(self) -> object:
        """Return what the path and each metadata folder look like now, to notice a repair."""
        return set(self._path), {place: state_of(place) for place in self._places()}

    def __iter__(self) -> "Iterator[Provider]":
        """Yield every provider: of keys first, then of packages, each in the order of the path."""
        for packages in (False, True):
            for name in self._advertised:
                yield from self._named(name, packages=packages)


def _providers(name: str, values: str, advertisement: "Advertisement") -> "list[Provider]":
    # Imported here because most scans end without anything of theirs being asked for.
    from keras_serializable._providers import Provider  # noqa: PLC0415

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
        """Scan the path, whether it has changed or not."""
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
        """Scan again if the path or a directory on it has changed; return whether it has."""
        former = self._newest
        if former is not None and former[1].holds(self._search_path()):
            return False
        self.refresh()
        return True

    def current(self) -> Index:
        """Return an index of what is there now: whoever lists it sees what a lookup would find."""
        self.refresh_if_changed()
        return self.index

    def problems(self) -> "list[Problem]":
        """Return what is wrong with the metadata on the path, whether it hinders us or not."""
        # Imported here: lookups never come this way.
        from keras_serializable._installed.problems import inspect  # noqa: PLC0415

        problems = self.current().problems
        inspected = list(inspect(self._search_path()))
        # The inspection tells all about a file, what hindered the scan included.
        places = {problem.path for problem in inspected}
        found = [*(problem for problem in problems if problem.path not in places), *inspected]
        return list(dict.fromkeys(found))

    def _search_path(self) -> "Sequence[str]":
        return sys.path if self._path is None else self._path


def _forget_listings() -> None:
    """Make the import system look again: it would miss a module installed in one clock tick.

    As `importlib.invalidate_caches` does, but nothing is imported. Since Python 3.13 the finder for
    the path imports `importlib.metadata` for it. That takes 100 ms, and never ends in a process
    that was forked while another thread was importing it.
    """
    importing = _frozen_importlib_external
    for entry, known in list(sys.path_importer_cache.items()):
        if known is None or not os.path.isabs(entry):
            sys.path_importer_cache.pop(entry, None)
    # A program that never imported it has nothing to forget.
    metadata = getattr(sys.modules.get("importlib.metadata"), "MetadataPathFinder", None)
    for finder in [*sys.meta_path, *sys.path_importer_cache.values(), metadata]:
        try:
            forget = finder.invalidate_caches  # type: ignore[union-attr]
            if forget != importing.PathFinder.invalidate_caches:
                forget()
        except Exception:  # noqa: BLE001, S112 -- it has none, or is foreign code that fails
            continue
    # Namespace packages compare this number with the one at which they last searched the path.
    namespaces: Any = getattr(importing, "_NamespacePath", None)
    if hasattr(namespaces, "_epoch"):
        namespaces._epoch += 1  # noqa: SLF001 -- else only PathFinder.invalidate_caches() does it


class _Stamp:
    """What each entry of a path looked like, to notice that it changes."""

    __slots__ = ("_absent", "_expires", "_given", "_hooks", "_present", "_young", "finders", "path")

    def __init__(self, path: "Sequence[str]") -> None:
        self._given = list(path)
        self.path = entries(path)
        self.finders = finders()
        self._hooks = list(sys.meta_path)
        self._present: list[tuple[str, tuple[int, int]]] = []
        self._absent: list[str] = []
        for entry in self.path:
            state = state_of(entry)
            if state is None:
                self._absent.append(entry)
            else:
                self._present.append((entry or os.curdir, state))
        now = time.time_ns()
        self._young = any(abs(now - state[0]) < _YOUNG for _, state in self._present)
        self.begin()

    def begin(self) -> None:
        """Let the moment begin for which the scan is good: it may take longer than that."""
        self._expires = time.time_ns() + _MOMENT if self._young else 0

    def holds(self, path: "Sequence[str]") -> bool:
        """Return whether nothing has changed since."""
        if self._expires and time.time_ns() > self._expires:
            return False
        try:
            if self._given != path or any(map(exists, self._absent)):
                return False
            # As `state_of` does, but in one go: this is most of what a miss costs.
            stat = os.stat
            for entry, (time_ns, file) in self._present:
                now = stat(entry)
                if now.st_mtime_ns != time_ns or now.st_ino != file:
                    return False
            if self._hooks != sys.meta_path:
                # Import hooks come and go; only those that know distributions matter here.
                if self.finders != finders():
                    return False
                self._hooks = list(sys.meta_path)
        except Exception:  # noqa: BLE001 -- a directory is gone, or two odd objects do not compare
            return False
        return True
