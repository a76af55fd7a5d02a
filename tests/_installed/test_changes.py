"""Changes: noticing that the path has changed."""

import os
import sys
import time

import pytest
from distributions import distribution_tree, install, keep_time, lay, pack, uninstall
from scanning import Finder, age, names

from keras_serializable._installed.changes import finders
from keras_serializable._installed.discovery import Discovery

SETTLED = 0.06  # seconds; longer than the time during which a change could go unseen


@pytest.mark.parametrize("within_a_tick", [False, True])
class TestChanges:
    """A distribution that comes, goes or changes is noticed at the next miss."""

    @pytest.fixture
    def change(self, tmp_path, within_a_tick):
        """Return a discovery of `tmp_path`, and a function that makes a change to it."""
        if not within_a_tick:
            age(tmp_path)

        def change(make):
            restore = keep_time(tmp_path)
            make()
            if within_a_tick:
                restore()
                time.sleep(SETTLED)

        return change

    def test_install(self, tmp_path, change):
        """A distribution is installed."""
        discovery = Discovery([str(tmp_path)])
        assert names(discovery) == []
        change(lambda: install(tmp_path, "acme", "1.0", {"a>B": "m:B"}))
        assert discovery.refresh_if_changed()
        assert names(discovery) == ["a>B"]

    def test_uninstall(self, tmp_path, change, within_a_tick):
        """A distribution is removed."""
        install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
        if not within_a_tick:
            age(tmp_path)
        discovery = Discovery([str(tmp_path)])
        assert names(discovery) == ["a>B"]
        change(lambda: uninstall(tmp_path, "acme", "1.0"))
        assert discovery.refresh_if_changed()
        assert names(discovery) == []

    def test_upgrade(self, tmp_path, change, within_a_tick):
        """A distribution is replaced by a newer version, with other keys."""
        install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
        if not within_a_tick:
            age(tmp_path)
        discovery = Discovery([str(tmp_path)])
        assert names(discovery) == ["a>B"]

        def upgrade():
            uninstall(tmp_path, "acme", "1.0")
            install(tmp_path, "acme", "2.0", {"a>C": "m:C"})

        change(upgrade)
        assert discovery.refresh_if_changed()
        assert [(each.name, each.distribution.version) for each in discovery.index] == [
            ("a>C", "2.0")
        ]


def test_a_young_directory(tmp_path):
    """A directory that changed just now is read again each moment, until it is two seconds old."""

    def is_trusted():
        # On a busy machine the moment may be over before the next line, but not each time.
        return any(not discovery.refresh_if_changed() for _ in range(100))

    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    age(tmp_path, seconds=1)
    discovery = Discovery([str(tmp_path)])
    assert names(discovery) == ["a>B"]
    assert is_trusted()
    time.sleep(SETTLED)
    assert discovery.refresh_if_changed()
    assert is_trusted()
    time.sleep(1.1)
    assert discovery.refresh_if_changed()
    time.sleep(SETTLED)
    assert not discovery.refresh_if_changed()


def test_a_slow_installer(tmp_path):
    """A file is found that an installer writes into a metadata folder after a scan."""
    (tmp_path / "acme-1.0.dist-info").mkdir()
    discovery = Discovery([str(tmp_path)])
    assert names(discovery) == []
    time.sleep(4 * SETTLED)
    assert discovery.refresh_if_changed()
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    time.sleep(SETTLED)
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>B"]


def test_a_file_system_with_whole_seconds(tmp_path):
    """A file system may count time in steps of two seconds: the directory is read again later."""
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    second = time.time_ns() // 10**9 * 10**9
    os.utime(tmp_path, ns=(second, second))
    discovery = Discovery([str(tmp_path)])
    assert names(discovery) == ["a>B"]
    install(tmp_path, "bolt", "1.0", {"b>B": "m:B"})
    os.utime(tmp_path, ns=(second, second))
    time.sleep(max(0, second / 1e9 + 2.01 - time.time()))
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>B", "b>B"]
    assert not discovery.refresh_if_changed()


def test_a_time_in_the_future(tmp_path):
    """A time in the future causes no scan at each miss, and a change is still noticed."""
    future = time.time_ns() + 3600 * 10**9 + 1
    os.utime(tmp_path, ns=(future, future))
    discovery = Discovery([str(tmp_path)])
    assert names(discovery) == []
    assert not discovery.refresh_if_changed()
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>B"]


def test_a_directory_that_comes_later(tmp_path):
    """A path entry may come into being, and go again."""
    site = tmp_path / "site"
    discovery = Discovery([str(site)])
    assert names(discovery) == []
    install(site, "acme", "1.0", {"a>B": "m:B"})
    age(site)
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>B"]
    site.rename(tmp_path / "elsewhere")
    assert discovery.refresh_if_changed()
    assert names(discovery) == []


def test_sys_path_changes(tmp_path, monkeypatch):
    """Entries that are added to `sys.path`, removed or reordered are noticed."""
    one, two = tmp_path / "one", tmp_path / "two"
    install(one, "acme", "1.0", {"t_acme>B": "m:B"})
    install(two, "acme", "2.0", {"t_acme>B": "m:B"})
    age(one)
    age(two)
    discovery = Discovery()

    def versions():
        discovery.refresh_if_changed()
        return [each.distribution.version for each in discovery.index.find("t_acme>B")]

    assert versions() == []
    monkeypatch.syspath_prepend(two)
    assert versions() == ["2.0"]
    monkeypatch.syspath_prepend(one)
    assert versions() == ["1.0"]
    sys.path[0], sys.path[1] = sys.path[1], sys.path[0]
    assert versions() == ["2.0"]
    sys.path.remove(str(two))
    assert versions() == ["1.0"]
    sys.path.remove(str(one))
    assert versions() == []


def test_a_finder_that_comes_later(tmp_path):
    """Finders that are put on `sys.meta_path`, or taken from it, are noticed."""
    from importlib_metadata import Distribution as Found

    install(tmp_path / "hidden", "acme", "1.0", {"a>B": "m:B"})

    class Finder:
        def find_spec(self, *arguments):
            return None

        def find_distributions(self, context):
            return [Found.at(tmp_path / "hidden" / "acme-1.0.dist-info")]

    discovery = Discovery([])
    assert names(discovery) == []
    finder = Finder()
    sys.meta_path.append(finder)
    try:
        assert discovery.refresh_if_changed()
        assert names(discovery) == ["a>B"]
        assert not discovery.refresh_if_changed()
    finally:
        sys.meta_path.remove(finder)
    assert discovery.refresh_if_changed()
    assert names(discovery) == []


def test_a_finder_that_cannot_forget(tmp_path):
    """A finder whose ``invalidate_caches`` raises does not turn a miss into an error."""

    class Finder:
        def find_spec(self, *arguments):
            return None

        def invalidate_caches(self):
            raise RuntimeError("not implemented")

    age(tmp_path)
    discovery = Discovery([str(tmp_path)])
    assert names(discovery) == []
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    finder = Finder()
    sys.meta_path.append(finder)
    try:
        assert discovery.refresh_if_changed()
    finally:
        sys.meta_path.remove(finder)
    assert names(discovery) == ["a>B"]


def test_another_directory_of_the_same_age(tmp_path):
    """A directory that replaces another one is read, even if both have one time."""
    for name in ("acme", "bolt"):
        install(tmp_path / name, name, "1.0", {f"{name}>B": "m:B"})
        os.utime(tmp_path / name, ns=(10**18 + 1, 10**18 + 1))
    discovery = Discovery([str(tmp_path / "acme")])
    assert names(discovery) == ["acme>B"]
    (tmp_path / "acme").rename(tmp_path / "former")
    (tmp_path / "bolt").rename(tmp_path / "acme")
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["bolt>B"]


@pytest.mark.parametrize("entry", [None, "nul\0byte", "nowhere"], ids=repr)
def test_an_entry_that_is_no_directory(tmp_path, entry):
    """An entry that does not exist never changes, and hides no change of another entry."""
    age(tmp_path)
    discovery = Discovery([entry, str(tmp_path)])
    assert names(discovery) == []
    assert not discovery.refresh_if_changed()
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>B"]


@pytest.mark.parametrize("same_time", [False, True])
def test_a_zip_file_changes(tmp_path, same_time):
    """A rewritten zip file is read again, and by `refresh` even if it has the old time."""
    archive = tmp_path / "x.zip"
    pack(archive, distribution_tree("acme", "1.0", {"a>B": "m:B"}))
    age(archive)
    discovery = Discovery([str(archive)])
    assert names(discovery) == ["a>B"]
    restore = keep_time(archive)
    pack(archive, distribution_tree("acme", "2.0", {"a>C": "m:C"}))
    if same_time:
        restore()
        discovery.refresh()
    else:
        assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>C"]


def test_refresh_sees_what_leaves_no_trace(tmp_path):
    """An entry_points.txt edited in place is seen by `refresh`, and only by it."""
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    age(tmp_path)
    discovery = Discovery([str(tmp_path)])
    assert names(discovery) == ["a>B"]
    install(tmp_path, "acme", "1.0", {"a>C": "m:C"})
    age(tmp_path)
    discovery.refresh()
    assert names(discovery) == ["a>C"]


def test_the_current_directory_changes(tmp_path, fresh):
    """The empty string on the path means the current directory, which may change."""
    install(tmp_path / "one", "acme", "1.0", {"a>B": "m:B"})
    install(tmp_path / "two", "bolt", "1.0", {"b>B": "m:B"})
    code = """
import os, sys
from keras_serializable._installed.discovery import Discovery
os.chdir("one")
os.utime(".", ns=(10**18 + 1, 10**18 + 1))
discovery = Discovery([""])
print(*(each.name for each in discovery.index), discovery.refresh_if_changed())
os.chdir("../two")
os.utime(".", ns=(10**18 + 2, 10**18 + 2))
print(discovery.refresh_if_changed(), *(each.name for each in discovery.index))
"""
    assert fresh(code) == "a>B False\nTrue b>B\n"


class TestForgetting:
    """A refresh makes the import system look again, and imports nothing for it."""

    def test_nothing_is_imported(self, tmp_path, fresh):
        """A refresh imports nothing, not even importlib.metadata."""
        code = """
import sys
from keras_serializable import get_registered_object, refresh
get_registered_object("nobody>X")
before = set(sys.modules)
refresh()
get_registered_object("nobody>X")
print(sorted(set(sys.modules) - before))
"""
        as_in_3_13 = """
from importlib.machinery import PathFinder
def invalidate_caches():
    from importlib.metadata import MetadataPathFinder
    MetadataPathFinder.invalidate_caches()
PathFinder.invalidate_caches = staticmethod(invalidate_caches)
"""
        install(tmp_path / "site", "acme", "1.0", {"a>B": "m:B"})
        assert fresh(code, tmp_path / "site") == "[]\n"
        assert fresh(as_in_3_13 + code, tmp_path / "site") == "[]\n"

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="fork as POSIX has it")
    def test_fork_while_importlib_metadata_is_imported(self, tmp_path, fresh):
        """A child of a process in which another thread imports importlib.metadata refreshes.

        Python 3.13 imports it where it forgets listings; the test makes older versions do so.
        """
        code = """
import os, signal, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from importlib.machinery import ModuleSpec, PathFinder
from keras_serializable import get_registered_object, refresh
if sys.version_info < (3, 13):
    own = PathFinder.invalidate_caches
    def invalidate_caches():
        own()
        from importlib.metadata import MetadataPathFinder
        MetadataPathFinder.invalidate_caches()
    PathFinder.invalidate_caches = staticmethod(invalidate_caches)
assert get_registered_object("nobody>X") is None
reached, go_on = threading.Event(), threading.Event()
class Slow:
    def find_spec(self, name, *arguments):
        if name.startswith("importlib.metadata."):
            return ModuleSpec(name, self)
    def create_module(self, spec):
        pass
    def exec_module(self, module):
        reached.set()
        go_on.wait()
        raise ImportError
sys.meta_path.insert(0, Slow())
def import_it():
    try:
        import importlib.metadata
    except ImportError:
        pass
thread = threading.Thread(target=import_it)
thread.start()
reached.wait()
child = os.fork()
if not child:
    signal.alarm(10)
    refresh()
    os._exit(0 if callable(get_registered_object("a>B")) else 1)
print(os.waitpid(child, 0)[1])
go_on.set()
thread.join()
"""
        install(tmp_path / "site", "acme", "1.0", {"a>B": "acme:B"}, {"acme.py": "def B(): pass"})
        assert fresh(code, tmp_path / "site") == "0\n"

    def test_a_new_part_of_a_namespace_package(self, tmp_path, fresh):
        """A namespace package that is imported already gets the parts of what was installed."""
        code = """
import os
import keras_serializable
import t_spread.one
assert keras_serializable.get_registered_object("a>B") is None
former = os.stat("second")
os.rename("part", "second/t_spread")
os.utime("second", ns=(former.st_atime_ns, former.st_mtime_ns))
os.rename("prepared/acme-1.0.dist-info", "first/acme-1.0.dist-info")
print(keras_serializable.get_registered_object("a>B"))
"""
        install(tmp_path / "prepared", "acme", "1.0", {"a>B": "t_spread.two:B"})
        lay(
            tmp_path,
            {
                "first": {"t_spread": {"one.py": ""}},
                "second": {"other.py": ""},
                "part": {"two.py": "def B(): pass"},
            },
        )
        assert "function B" in fresh(code, tmp_path / "first", tmp_path / "second")


def test_which_are_custom():
    """The import system's own finders are not custom, nor is that of importlib_metadata."""
    finder = Finder()
    without = finders()
    sys.meta_path.append(finder)
    try:
        assert finders() == [*without, finder]
    finally:
        sys.meta_path.remove(finder)
    asked = [each for each in without if each is not None]
    assert not {type(each).__module__ for each in asked} & {"importlib_metadata", "builtins"}


def test_an_import_while_the_listings_are_forgotten(fresh):
    """The listings are forgotten, even if the garbage collector imports something meanwhile."""
    code = """
import gc, itertools, sys
from keras_serializable._installed.changes import forget_listings
sys.path_importer_cache.update(dict.fromkeys(map(str, range(1000))))
numbers = itertools.count(1000)
gc.callbacks.append(lambda *_: sys.path_importer_cache.setdefault(str(next(numbers)), None))
gc.set_threshold(1)
forget_listings()
gc.set_threshold(0)
print(next(numbers) > 1001, "999" in sys.path_importer_cache)
"""
    assert fresh(code) == "True False\n"
