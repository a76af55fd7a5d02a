"""Discovery: the index of a path, whatever is on it."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest
from distributions import distribution_tree, install, pack, uninstall
from scanning import SCALE, Finder, age, names, scan

from keras_serializable._installed.changes import surroundings
from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.resolver import Resolver


def test_the_first_question_scans(tmp_path):
    """The first question scans, and the next one does not if nothing has changed."""
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


def test_the_given_path_is_not_sys_path(tmp_path, monkeypatch):
    """A discovery with a path of its own does not look at `sys.path`."""
    install(tmp_path / "on", "acme", "1.0", {"a>B": "m:B"})
    monkeypatch.syspath_prepend(tmp_path / "on")
    assert names(Discovery([str(tmp_path / "off")])) == []


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


def test_the_path_is_read_once(tmp_path):
    """However many finders there are, the path has one place among them."""
    install(tmp_path, "bad", "1.0", "[keras_serializable]\nbad\n")
    _, problems = scan(tmp_path, finders=[Finder(), None, Finder()])
    assert [problem.cause for problem in problems] == ["line 2 has no '=': 'bad'"]


def test_empty_entry_is_the_current_directory(tmp_path, fresh):
    """The empty string on the path means the current directory."""
    install(tmp_path, "acme", "1.2", SCALE)
    code = """
        from keras_serializable._installed.discovery import Discovery
        print(*(each.name for each in Discovery([""]).index))
    """
    assert fresh("if 1:" + code) == "acme>Scale\n"


def test_importlib_metadata_stays_out(tmp_path, fresh):
    """Plain directories are read without importlib_metadata, importlib.metadata or email."""
    install(tmp_path / "site", "acme", "1.2", SCALE)
    code = """
import sys
from keras_serializable._installed.discovery import Discovery
print(*(f"{each.name} {each.distribution}" for each in Discovery([sys.argv[1]]).index))
print({"importlib_metadata", "importlib.metadata", "email", "zipfile", "re"} & set(sys.modules))
"""
    assert fresh(code.replace("sys.argv[1]", repr(str(tmp_path / "site")))) == (
        "acme>Scale acme 1.2\nset()\n"
    )


class TestViews:
    """A list shows what is installed now, as a lookup would find it."""

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
        """Advertised names and the text about a missing key show what is installed now."""
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
    """An object that raises whatever is asked of it."""

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
    """Odd entries on the path make no lookup, list or text fail, and hide no other entry."""

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
        """An odd entry hides no other entry, and no change of one."""
        entry = odd.format(root=root) if isinstance(odd, str) else odd
        discovery = Discovery([entry, str(root / "site"), entry])
        assert names(discovery) == ["a>B"]
        discovery.refresh_if_changed()  # importing importlib_metadata adds its finder
        assert not discovery.refresh_if_changed()
        assert isinstance(discovery.problems(), list)
        assert "a>C" in Resolver(discovery).explain("a>C")
        surroundings(discovery.index.path, discovery.index.places())
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
        """Odd entries on `sys.path` itself, relative to a deleted directory, make nothing raise."""
        code = """
import os, sys
import difflib  # a new import may fail with such a path
from keras_serializable import _resolver, get_registered_object, problems, providers, refresh
installed = _resolver()
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
from keras_serializable import _resolver, get_registered_object, refresh
installed = _resolver()
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


@pytest.mark.skipif(not importlib.util.find_spec("pip"), reason="pip is not installed")
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
