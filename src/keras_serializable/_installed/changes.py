"""Changes: noticing that a path has changed, and making the import system notice it too."""

import _frozen_importlib_external  # always there; importlib.machinery would be an import
import os
import sys
import time

from keras_serializable._installed.directories import entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

# The scan of a directory that has just changed is trusted for a moment only. The directory may
# change again and keep its time, because file systems count time in ticks: FAT in ticks of two
# seconds. An installer may also still be writing into a folder of the directory.
_YOUNG = 2_000_000_000  # nanoseconds
_MOMENT = 50_000_000  # nanoseconds


class Stamp:
    """The state of each entry of a path, and the finders, at the time of a scan."""

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
        """Start the moment for which the ended scan of a young directory is trusted."""
        self._expires = time.time_ns() + _MOMENT if self._young else 0

    def holds(self, path: "Sequence[str]") -> bool:
        """Return whether nothing has changed since the scan."""
        if self._expires and time.time_ns() > self._expires:
            return False
        try:
            if self._given != path or any(map(_exists, self._absent)):
                return False
            # state_of() written out: these calls are most of what a miss costs.
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


def finders() -> "list[object | None]":
    """Return the finders that know distributions, in order, and `None` in the place of the path."""
    # The path has the place of importlib_metadata's own finder on `sys.meta_path`.
    found: list[object | None] = []
    for finder in sys.meta_path:
        try:
            origin = getattr(finder, "__module__", "")
            knows_distributions = hasattr(finder, "find_distributions")
        except Exception:  # noqa: BLE001, S112 -- a finder is third-party code
            continue
        if origin == "importlib_metadata":
            found.append(None)
        elif knows_distributions and origin != "_frozen_importlib_external":
            found.append(finder)
    return found


def state_of(entry: str) -> "tuple[int, int] | None":
    """Return when a file or directory last changed and its inode, `None` if it does not exist."""
    # The inode shows that another file has taken the place. The entry "" is the current directory.
    try:
        found = os.stat(entry or os.curdir)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ino


def surroundings(path: "Iterable[str]", places: "Iterable[str]") -> object:
    """Return the entries of a path and the state of each metadata folder, to compare them later."""
    return set(path), {place: state_of(place) for place in places}


def _exists(entry: str) -> bool:
    """Return whether an entry of a path exists, in half the time that `state_of` takes to fail."""
    try:
        return os.access(entry, os.F_OK)
    except ValueError:
        return False


def forget_listings() -> None:
    """Make the import system list directories again, as `importlib.invalidate_caches` does.

    Without it, Python would miss a module that was installed within one tick of the file system's
    clock. Nothing is imported: since Python 3.13 `importlib.invalidate_caches` imports
    `importlib.metadata`. This takes 100 ms, and never ends in a process that was forked during that
    import.
    """
    importing = _frozen_importlib_external
    # copy() is atomic, unlike list(): other threads import, and so does the garbage collector.
    for entry, known in sys.path_importer_cache.copy().items():
        if known is None or not os.path.isabs(entry):
            sys.path_importer_cache.pop(entry, None)
    # If importlib.metadata was never imported, it has no cache.
    metadata = getattr(sys.modules.get("importlib.metadata"), "MetadataPathFinder", None)
    for finder in [*sys.meta_path, *sys.path_importer_cache.copy().values(), metadata]:
        try:
            forget = finder.invalidate_caches  # type: ignore[union-attr]
            if forget != importing.PathFinder.invalidate_caches:
                forget()
        except Exception:  # noqa: BLE001, S112 -- a finder may lack the method, or fail in it
            continue
    # Namespace packages compare this number with the one at which they last searched the path.
    namespaces: Any = getattr(importing, "_NamespacePath", None)
    if hasattr(namespaces, "_epoch"):
        namespaces._epoch += 1  # noqa: SLF001 -- only PathFinder.invalidate_caches() sets it
