"""Discovery: the index, and noticing that the path has changed."""

import os
import subprocess
import sys
import time

import pytest
from distributions import distribution_tree, install, keep_time, pack, uninstall

from keras_serializable.discovery import Discovery, Index
from keras_serializable.provider import Distribution, Problem, Provider

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
from keras_serializable.discovery import Discovery
os.chdir("one")
os.utime(".", ns=(10**18 + 1, 10**18 + 1))
discovery = Discovery([""])
print(*(each.name for each in discovery.index), discovery.refresh_if_changed())
os.chdir("../two")
os.utime(".", ns=(10**18 + 2, 10**18 + 2))
print(discovery.refresh_if_changed(), *(each.name for each in discovery.index))
"""
    assert fresh(code) == "a>B False\nTrue b>B\n"


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
from keras_serializable.loading import installed
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
