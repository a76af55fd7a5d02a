"""Discovery: the index, and noticing that the path has changed."""

import os
import pathlib
import subprocess
import sys
import time

import pytest
from distributions import distribution_tree, install, keep_time, lay, pack, uninstall

from keras_serializable._installed.discovery import Discovery, Index
from keras_serializable._loading.resolver import Resolver
from keras_serializable._providers import Distribution, Problem, Provider

SETTLED = 0.06  # seconds; longer than the time during which a change could go unseen


def names(discovery):
    """Return the names that are advertised."""
    return sorted(each.name for each in discovery.index)


def age(directory, seconds=60):
    """Make a directory look as if it had last changed some time ago."""
    then = time.time_ns() - int(seconds * 1e9) + 123
    os.utime(directory, ns=(then, then))


class TestIndex:
    """The index answers from what the scan has found."""

    @pytest.fixture
    def index(self, tmp_path):
        """Return an index of two distributions."""
        one, two = tmp_path / "one", tmp_path / "two"
        install(one, "one", "1", {"a>B": "one:B", "a": "one", "B": "one:B", "x": "one:x"})
        install(two, "two", "2", {"a>B": "two:B", "a": "two", "c": "two"})
        return Discovery([str(one), str(two)]).index

    @pytest.mark.parametrize(
        ("key", "values"),
        [
            ("a>B", ["one:B", "two:B"]),  # exactly this key
            ("a>C", ["one", "two"]),  # the package
            ("c>D", ["two"]),
            ("c>D>E", ["two"]),
            ("B", ["one:B"]),  # a bare key
            ("a", ["one", "two"]),  # importing the module may register a bare key
            ("c", ["two"]),
            ("x>y", []),  # a bare key is no package
            ("A>b", []),
            (">B", []),
            ("", []),
        ],
    )
    def test_find(self, index, key, values):
        """An exact key goes before a package, and distributions stay in the order of the path."""
        assert [each.value for each in index.find(key)] == values

    def test_iteration(self, index):
        """Keys come first, then packages, each in the order of the path."""
        assert [f"{each.name}={each.value}" for each in index] == [
            "a>B=one:B",
            "a>B=two:B",
            "B=one:B",
            "x=one:x",
            "a=one",
            "a=two",
            "c=two",
        ]

    def test_empty(self):
        """An index of nothing knows nothing."""
        index = Index((), [("a", "b")])
        assert list(index) == []
        assert index.find("a>B") == ()
        assert index.problems == (Problem("a", "b"),)

    def test_hook_plugins_are_no_providers(self, tmp_path):
        """Entry points of the hooks' group are kept apart."""
        groups = {"keras_serializable.hooks": {"h": "m:h"}, "keras_serializable": {"a>B": "m:B"}}
        install(tmp_path, "acme", "1.2", groups)
        index = Discovery([str(tmp_path)]).index
        place = str(tmp_path / "acme-1.2.dist-info")
        assert index.hook_plugins == [Provider("h", "m:h", Distribution("acme", "1.2", place))]
        assert [each.name for each in index] == ["a>B"]


def test_the_first_question_scans(tmp_path):
    """Nothing is read before the first question, and nothing twice without a change."""
    discovery = Discovery([str(tmp_path)])
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    age(tmp_path)
    index = discovery.index
    assert names(discovery) == ["a>B"]
    assert not discovery.refresh_if_changed()
    assert discovery.index is index


def test_refresh_makes_a_new_index(tmp_path):
    """`refresh` scans even where nothing has changed."""
    discovery = Discovery([str(tmp_path)])
    index = discovery.index
    assert discovery.refresh() is discovery.index
    assert discovery.index is not index


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
    """What changed just now is read again each moment, until it is old enough to be trusted."""
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    age(tmp_path, seconds=1.7)
    discovery = Discovery([str(tmp_path)])
    assert names(discovery) == ["a>B"]
    assert not discovery.refresh_if_changed()
    time.sleep(SETTLED)
    assert discovery.refresh_if_changed()
    assert not discovery.refresh_if_changed()
    time.sleep(0.4)
    assert discovery.refresh_if_changed()
    time.sleep(SETTLED)
    assert not discovery.refresh_if_changed()


def test_a_slow_installer(tmp_path):
    """What an installer writes into a metadata folder that was already seen is found too."""
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
    """A time without fractions may stand for two seconds, and is looked at again after them."""
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
    """A clock that went wrong costs neither a scan at each miss nor a change."""
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


def test_sys_path_changes(tmp_path, path):
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
    path(two)
    assert versions() == ["2.0"]
    path(one)
    assert versions() == ["1.0"]
    sys.path[0], sys.path[1] = sys.path[1], sys.path[0]
    assert versions() == ["2.0"]
    sys.path.remove(str(two))
    assert versions() == ["1.0"]
    sys.path.remove(str(one))
    assert versions() == []


def test_the_given_path_is_not_sys_path(tmp_path, path):
    """A discovery with a path of its own does not look at `sys.path`."""
    install(tmp_path / "on", "acme", "1.0", {"a>B": "m:B"})
    path(tmp_path / "on")
    assert names(Discovery([str(tmp_path / "off")])) == []


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


@pytest.mark.parametrize("where", ["first", "last"])
def test_finders_keep_their_place(tmp_path, where):
    """A finder before importlib_metadata's own shadows the path; one after it is shadowed."""
    import importlib_metadata

    install(tmp_path / "hidden", "acme", "1.0", {"t_acme>B": "hidden:B"})
    install(tmp_path / "site", "acme", "2.0", {"t_acme>B": "site:B"})

    class Finder:
        def find_spec(self, *arguments):
            return None

        def find_distributions(self, context):
            return [importlib_metadata.Distribution.at(tmp_path / "hidden" / "acme-1.0.dist-info")]

    finder = Finder()
    sys.meta_path.insert(0 if where == "first" else len(sys.meta_path), finder)
    try:
        index = Discovery([str(tmp_path / "site")]).index
    finally:
        sys.meta_path.remove(finder)
    expected = "hidden:B" if where == "first" else "site:B"
    assert [each.value for each in index.find("t_acme>B")] == [expected]


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
    """A directory that takes the place of another one is read, whatever its time is."""
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
    """What cannot be looked at does not change, and keeps no other change from being seen."""
    age(tmp_path)
    discovery = Discovery([entry, str(tmp_path)])
    assert names(discovery) == []
    assert not discovery.refresh_if_changed()
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>B"]


@pytest.mark.parametrize("same_time", [False, True])
def test_a_zip_file_changes(tmp_path, same_time):
    """A zip file written anew is read anew, by `refresh` even where its time is the same."""
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
    """With the empty string on the path, another current directory is another place."""
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


class TestViews:
    """What is listed is what is there now, as for a lookup."""

    @pytest.mark.parametrize("view", ["current", "problems"])
    def test_of_the_discovery(self, tmp_path, view):
        """A list made after an install shows it, and after an uninstall no longer does."""

        def seen():
            return [
                getattr(each, "name", "") or pathlib.Path(each.path).name
                for each in getattr(discovery, view)()
            ]

        expected = ["a>B" if view == "current" else "entry_points.txt"]
        text = "[keras_serializable]\na>B = m:B\nbroken\n"
        install(tmp_path, "acme", "1.0", text)
        age(tmp_path)
        discovery = Discovery([str(tmp_path)])
        assert seen() == expected
        uninstall(tmp_path, "acme", "1.0")
        age(tmp_path, 50)
        assert seen() == []
        install(tmp_path, "acme", "1.0", text)
        age(tmp_path, 40)
        assert seen() == expected

    def test_of_the_resolver(self, tmp_path):
        """So do the advertised names and the text about a missing key."""
        keys = {"acme>Discovery": f"{Discovery.__module__}:Discovery"}
        views = [
            lambda resolver: resolver.advertised_keys("Discovery") == ["acme>Discovery"],
            lambda resolver: "acme 1.0" in resolver.explain("acme>Other"),
        ]
        age(tmp_path)
        asked = [(view, Resolver(Discovery([str(tmp_path)]))) for view in views]
        assert [view(resolver) for view, resolver in asked] == [False] * 2
        install(tmp_path, "acme", "1.0", keys)
        age(tmp_path, 50)
        assert [view(resolver) for view, resolver in asked] == [True] * 2
        uninstall(tmp_path, "acme", "1.0")
        age(tmp_path, 40)
        assert [view(resolver) for view, resolver in asked] == [False] * 2

    def test_of_the_public_face(self, tmp_path, fresh):
        """`providers` and `problems` see what was installed after they were last asked."""
        code = """
import os, sys
sys.path.insert(0, "site")
import keras_serializable
print(len(keras_serializable.providers()), len(keras_serializable.problems()))
os.rename("prepared", "site")
print(*(each.name for each in keras_serializable.providers()))
print(*(os.path.basename(each.path) for each in keras_serializable.problems()))
os.rename("site", "gone")
print(len(keras_serializable.providers()), len(keras_serializable.problems()))
"""
        install(tmp_path / "prepared", "acme", "1.0", {"a>B": "m:B"}, metadata=None)
        (tmp_path / "empty").mkdir()
        assert fresh(code, tmp_path / "empty") == "0 0\na>B\nacme-1.0.dist-info\n0 0\n"


class Unwilling:
    """An object that nobody can do anything with."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __repr__(self):
        raise RuntimeError("no text")

    __hash__ = None


class Place(os.PathLike):
    """A path object that returns what it is given, or raises it."""

    def __init__(self, answer):
        self.answer = answer

    def __fspath__(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class TestOddPath:
    """Whatever stands on the path, lookups, lists and texts find the rest and never raise."""

    ODD = (
        "a\0b",
        "\ud800",
        "\udcff",
        "x" * 5000,
        "/dev/zero",
        "/dev/null",
        "{root}/fifo",
        "{root}/sparse",
        "{root}/socket/x",
        "{root}/circle",
        object(),
        b"bytes",
        b"/tmp",
        b"a\0b",
        None,
        0,
        True,
        1e9,
        ["a list"],
        {"a": "dictionary"},
        Unwilling(),
        Place(b"bytes"),
        Place(RuntimeError("no place")),
        Place("a\0b"),
    )

    @pytest.fixture
    def root(self, tmp_path):
        """Return a directory with a distribution, and files that are no directories."""
        install(tmp_path / "site", "acme", "1.0", {"a>B": "m:B"})
        os.mkfifo(tmp_path / "fifo")
        (tmp_path / "sparse").touch()
        os.truncate(tmp_path / "sparse", 2**40)
        (tmp_path / "circle").symlink_to("circle")
        for name in ("site", "fifo", "sparse"):
            age(tmp_path / name)
        return tmp_path

    @pytest.mark.parametrize("odd", ODD, ids=[str(number) for number in range(len(ODD))])
    def test_entry(self, root, odd):
        """An odd entry costs nobody else anything, and keeps no change from being seen."""
        entry = odd.format(root=root) if isinstance(odd, str) else odd
        discovery = Discovery([entry, str(root / "site"), entry])
        assert names(discovery) == ["a>B"]
        discovery.refresh_if_changed()  # a file may bring importlib_metadata with its finder
        assert not discovery.refresh_if_changed()
        assert isinstance(discovery.problems(), list)
        assert "a>C" in Resolver(discovery).explain("a>C")
        discovery.index.surroundings()
        install(root / "site", "bolt", "1.0", {"b>B": "m:B"})
        assert discovery.refresh_if_changed()
        assert names(discovery) == ["a>B", "b>B"]

    def test_two_odd_entries(self, root):
        """A path whose entries cannot be compared is read again when it changes."""
        path = [Unwilling(), str(root / "site")]
        discovery = Discovery(path)
        assert names(discovery) == ["a>B"]
        path[0] = Unwilling()
        assert discovery.refresh_if_changed()
        assert names(discovery) == ["a>B"]

    def test_sys_path(self, root, fresh):
        """So it is for `sys.path` itself, with relative entries in a directory that is gone."""
        code = """
import os, sys
import difflib  # a new import may fail with such a path
from keras_serializable import get_registered_object, problems, providers, refresh
from keras_serializable._loading.resolver import installed
os.mkdir("gone")
os.chdir("gone")
sys.path[:0] = ["", ".", "..", "relative/x", None, b"x", "a\\0b", "\\ud800", object(), ["x"], 3]
for _ in range(3):
    assert get_registered_object("nobody>X") is None
    assert "nobody>X" in installed.explain("nobody>X")
    print([each.name for each in providers()], {type(each).__name__ for each in problems()})
    refresh()
    if os.path.exists("../gone"):
        os.rmdir("../gone")
"""
        assert fresh(code, root / "site") == "['a>B'] {'Problem'}\n" * 3

    @pytest.mark.thread_unsafe(reason="changes sys.meta_path")
    def test_finder(self, root):
        """A finder on `sys.meta_path` that raises at every touch is passed over."""

        class Knowing(Unwilling):
            invalidate_caches = find_spec = None

            def find_distributions(self, context):
                raise RuntimeError(context)

        knowing = Knowing()
        sys.meta_path += [Unwilling(), knowing]
        try:
            discovery = Discovery([str(root / "site")])
            assert names(discovery) == ["a>B"]
            discovery.refresh()
            assert names(discovery) == ["a>B"]
            (problem,) = discovery.problems()
        finally:
            del sys.meta_path[-2:]
        assert problem.path == object.__repr__(knowing)


class TestForgetting:
    """A refresh makes the import system look again, and imports nothing for it."""

    def test_nothing_is_imported(self, tmp_path, fresh):
        """Neither importlib.metadata nor anything else is imported by refreshing."""
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

        Before 3.13 the import system did not import it by itself; older ones are made to do so.
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


def test_metadata_that_is_left_over(tmp_path):
    """Two versions of a distribution in one directory: one of them is not true."""
    install(tmp_path / "site", "acme-layers", "1.0", {"a>B": "m:B"})
    install(
        tmp_path / "site", "Acme.Layers", "2.0", {"a>B": "m:B"}, folder="Acme.Layers-2.0.dist-info"
    )
    install(tmp_path / "other", "acme-layers", "3.0", {"a>B": "m:B"})
    discovery = Discovery([str(tmp_path / "site"), str(tmp_path / "other")])
    assert [(each.path, each.cause) for each in discovery.problems()] == [
        (
            str(tmp_path / "site" / "acme_layers-1.0.dist-info"),
            "of the same distribution as Acme.Layers-2.0.dist-info: one of them is left over",
        )
    ]


def test_problems_are_for_people(tmp_path):
    """`problems` shows what the scan stepped over too, and each thing once."""
    install(tmp_path, "acme", "1.0", {"a>B": "m:B"})
    install(tmp_path, "bad", "1.0", "[keras_serializable]\nbad\n")
    install(tmp_path, "gone", "1.0", metadata=None)
    discovery = Discovery([str(tmp_path)])
    file = tmp_path / "bad-1.0.dist-info" / "entry_points.txt"
    assert [(each.path, each.cause) for each in discovery.problems()] == [
        (str(file), "line 2 has no '=': 'bad'"),
        (
            str(tmp_path / "gone-1.0.dist-info"),
            "has no METADATA: perhaps left behind by a broken uninstall",
        ),
    ]
    assert [each.path for each in discovery.index.problems] == [str(file)]


def test_threads_scan_at_once(tmp_path, together):
    """Threads that ask first at once all get a whole index."""
    for number in range(20):
        install(tmp_path, f"d{number}", "1.0", {f"d{number}>B": "m:B"})
    for _ in range(20):
        discovery = Discovery([str(tmp_path)])
        assert together(*[lambda d=discovery: len(names(d))] * 16) == [20] * 16


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork as POSIX has it")
def test_fork_while_scanning(tmp_path, fresh):
    """A child that is forked in the middle of a scan works."""
    for number in range(20):
        install(tmp_path / "site", f"d{number}", "1.0", {f"d{number}>B": f"m{number}:B"})
        (tmp_path / "site" / f"m{number}.py").write_text("def B(): pass")
    code = """
import os, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from keras_serializable import get_registered_object, refresh
from keras_serializable._loading.resolver import installed
stop = False
def scan():
    while not stop:
        installed.discovery.refresh()
thread = threading.Thread(target=scan)
thread.start()
for number in range(20):
    child = os.fork()
    if not child:
        os._exit(0 if callable(get_registered_object(f"d{number}>B")) else 1)
    assert os.waitpid(child, 0)[1] == 0
stop = True
thread.join()
print("done")
"""
    assert fresh(code, tmp_path / "site") == "done\n"


@pytest.mark.skipif(
    subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, check=False
    ).returncode
    != 0,
    reason="pip",
)
def test_pip_in_a_running_process(tmp_path):
    """What pip installs and upgrades while the process runs is noticed."""

    def wheel(version, entry_points):
        files = distribution_tree(
            "acme", version, entry_points, {"acme_live.py": "def B(): pass\n"}
        )
        folder = f"acme-{version}.dist-info"
        files[folder]["WHEEL"] = (
            "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        record = [*(f"{folder}/{file},," for file in files[folder]), "acme_live.py,,"]
        files[folder]["RECORD"] = "\n".join([*record, f"{folder}/RECORD,,", ""])
        archive = tmp_path / f"acme-{version}-py3-none-any.whl"
        pack(archive, files)
        return str(archive)

    def pip(*arguments):
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
        subprocess.run(command, check=True, capture_output=True)

    site = tmp_path / "site"
    site.mkdir()
    target = ["--no-deps", "--no-index", "--target", str(site), "--upgrade"]
    discovery = Discovery([str(site)])
    assert names(discovery) == []
    pip("install", *target, wheel("1.0", {"a>B": "acme_live:B"}))
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>B"]
    pip("install", *target, wheel("2.0", {"a>C": "acme_live:B"}))
    assert discovery.refresh_if_changed()
    assert names(discovery) == ["a>C"]
