"""Directories: what plain directories advertise, whatever is broken in them."""

import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import tracemalloc

import pytest
from distributions import Link, distribution_tree, install, lay, metadata_text
from scanning import MEBIBYTE, ODD_FILES, SCALE, Finder, at, found, look, odd_file, scan

from keras_serializable._installed import discovery
from keras_serializable._installed.directories import entries, listed
from keras_serializable._providers import Distribution, Problem


def test_nothing(tmp_path):
    """An empty path, an empty directory and one that does not exist advertise nothing."""
    assert found() == []
    assert found(tmp_path, tmp_path / "nowhere") == []


def test_distribution(tmp_path):
    """Each entry point of the group is found, with distribution, version and metadata folder."""
    install(tmp_path, "acme", "1.2", {"acme>Scale": "a:Scale", "acme": "a", "MDN": "a:MDN"})
    index = discovery.scan([str(tmp_path)])
    assert [(each.name, each.value) for each in index] == [
        ("acme>Scale", "a:Scale"),
        ("MDN", "a:MDN"),
        ("acme", "a"),
    ]
    expected = Distribution("acme", "1.2", str(tmp_path / "acme-1.2.dist-info"))
    assert {each.distribution for each in index} == {expected}


def test_other_groups(tmp_path):
    """Entry points of other groups are no keys, even if the name of the group is like ours."""
    groups = {
        "console_scripts": {"acme": "a:main"},
        "keras_serializable": SCALE,
        "keras_serializable.hooks": {"hook": "a:hook"},
        "keras_serializable_too": {"x>Y": "a:Y"},
        "my.keras_serializable": {"x>Z": "a:Z"},
    }
    install(tmp_path, "acme", "1.2", groups)
    assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]


def test_the_mark_in_a_value_only(tmp_path):
    """A file that mentions our group somewhere else advertises nothing."""
    install(tmp_path, "acme", "1.2", {"console_scripts": {"keras_serializable": "a:main"}})
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("[keras_serializable]\na>B=m:B", [("a>B", "m:B")]),
        ("[keras_serializable]\r\na>B = m:B\r\n", [("a>B", "m:B")]),
        ("\n\n  [keras_serializable]  \n\n   a>B   =   m:B  \n", [("a>B", "m:B")]),
        ("# [keras_serializable]\n[x]\na>B = m:B\n", []),
        ("[keras_serializable]\n# a>B = m:B\n#c\n", []),
        ("[keras_serializable]\na>B = m:B = 3\n", [("a>B", "m:B = 3")]),
        ("[keras_serializable]\na b>C d = m:B [extra]\n", [("a b>C d", "m:B [extra]")]),
        ("[keras_serializable]\n[x]\n[keras_serializable]\na>B = m:B\n", [("a>B", "m:B")]),
        ("[keras_serializable]\nä>Ü = m:Ü\n", [("ä>Ü", "m:Ü")]),
        ("a>B = m:B\n[keras_serializable]\n", []),
        ("[ keras_serializable ]\na>B = m:B\n", []),
        ("[Keras_Serializable]\na>B = m:B\n# keras_serializable", []),
        ("", []),
    ],
)
def test_format(tmp_path, text, pairs):
    """The file is read as importlib_metadata reads it."""
    install(tmp_path, "acme", "1.2", text)
    assert [(name, value) for name, value, _ in found(tmp_path)] == pairs


@pytest.mark.parametrize("size", [8191, 8192, 8193, 2 * 8192, 17 * 8192, MEBIBYTE + 1])
def test_size(tmp_path, size):
    """A file is read to its end, whatever its size."""
    end = "\n[keras_serializable]\nacme>Scale = acme_layers:Scale"
    install(tmp_path, "acme", "1.2", "#" * (size - len(end)) + end)
    assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]


def test_many_keys(tmp_path):
    """Ten thousand keys in one distribution are all found, in their order."""
    keys = {f"acme>Layer{number}": f"a:Layer{number}" for number in range(10_000)}
    install(tmp_path, "acme", "1.2", keys)
    assert [name for name, _, _ in found(tmp_path)] == list(keys)


class TestIsolation:
    """One broken distribution never costs another one its keys."""

    BROKEN = (
        pytest.param({"bad-1.dist-info": {}}, id="empty .dist-info"),
        pytest.param({".dist-info": {"entry_points.txt": "[x]\n"}}, id="nameless .dist-info"),
        pytest.param({".dist-info": {}, ".egg-info": {}, "-.dist-info": {}}, id="nameless, empty"),
        pytest.param({"bad-1.dist-info": "a file"}, id=".dist-info is a file"),
        pytest.param({"bad-1.dist-info": Link("nothing")}, id=".dist-info dangles"),
        pytest.param({"bad-1.dist-info": Link("bad-1.dist-info")}, id=".dist-info is a circle"),
        pytest.param(
            {"bad-1.dist-info": {"METADATA": Link("nothing"), "entry_points.txt": "[x]\n"}},
            id="METADATA dangles",
        ),
        pytest.param(
            {"bad-1.dist-info": {"METADATA": {}, "entry_points.txt": "[x]\n"}},
            id="METADATA is a directory",
        ),
        pytest.param(
            {"bad-1.dist-info": {"METADATA": b"\xff\xfe", "entry_points.txt": "[x]\n"}},
            id="METADATA is not UTF-8",
        ),
        pytest.param({"bad-1.dist-info": {"entry_points.txt": "no group\n"}}, id="no group"),
        pytest.param({"bad-1.dist-info": {"entry_points.txt": "[x]\nno equals"}}, id="no equals"),
        pytest.param({"bad-1.dist-info": {"entry_points.txt": b"[x]\n\xff"}}, id="not UTF-8"),
        pytest.param({"bad-1.dist-info": {"entry_points.txt": b"\0" * 100}}, id="zeros"),
    )

    @pytest.mark.parametrize("position", ["before", "beside", "after"])
    @pytest.mark.parametrize("tree", BROKEN)
    def test_others_are_found(self, tmp_path, tree, position):
        """A folder that is broken, or a file that is none of ours, hides nothing."""
        install(tmp_path / "good", "acme", "1.2", SCALE)
        lay(tmp_path / ("good" if position == "beside" else "bad"), tree)
        path = [tmp_path / "bad", tmp_path / "good"]
        if position == "after":
            path.reverse()
        assert scan(*path)[0] == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    UNREADABLE = (
        pytest.param(b"[keras_serializable]\nb>B = \xff:B", "not UTF-8: ", id="not UTF-8"),
        pytest.param(
            "[keras_serializable]\nno equals\n", "line 2 has no '=': 'no equals'", id="no equals"
        ),
        pytest.param({}, "Is a directory", id="a directory"),
        pytest.param(Link("entry_points.txt"), "Too many levels of symbolic", id="a circle"),
        pytest.param(Link("nothing"), "No such file", id="dangling"),
    )

    @pytest.mark.parametrize(("content", "cause"), UNREADABLE)
    def test_the_problem_is_kept(self, tmp_path, content, cause):
        """A file that cannot be read is a problem with its cause; everything else is found."""
        install(tmp_path, "acme", "1.2", SCALE)
        lay(tmp_path / "bad-1.0.dist-info", {"METADATA": metadata_text("bad", "1.0")})
        lay(tmp_path / "bad-1.0.dist-info", {"entry_points.txt": content})
        file = str(tmp_path / "bad-1.0.dist-info" / "entry_points.txt")
        discovered = discovery.Discovery([str(tmp_path)])
        assert [str(each.distribution) for each in discovered.index] == ["acme 1.2"]
        problems = [each for each in discovered.problems() if each.path == file]
        assert problems, discovered.problems()
        assert all(cause in problem.cause for problem in problems)

    def test_a_broken_line_costs_only_itself(self, tmp_path):
        """The other lines of a malformed file advertise what they say."""
        install(tmp_path, "acme", "1.2", "[keras_serializable]\na>A = m:A\nbad\na>B = m:B\n[x]\ny")
        file = str(tmp_path / "acme-1.2.dist-info" / "entry_points.txt")
        assert scan(tmp_path) == (
            [("a>A", "m:A", "acme 1.2"), ("a>B", "m:B", "acme 1.2")],
            (Problem(file, "line 3 has no '=': 'bad'"),),
        )

    def test_a_broken_file_still_shadows(self, tmp_path):
        """The first distribution of a name counts, broken or not, as its modules do."""
        install(tmp_path / "one", "acme", "1.0", b"[keras_serializable]\na>B = \xff:B")
        install(tmp_path / "two", "acme", "2.0", SCALE)
        providers, problems = scan(tmp_path / "one", tmp_path / "two")
        assert providers == []
        assert len(problems) == 1

    def test_huge_file(self, tmp_path):
        """A file no packaging tool would write is not read into memory."""
        install(tmp_path, "acme", "1.2", SCALE)
        install(tmp_path, "bad", "1.0", "[keras_serializable]\nb>B = m:B\n")
        file = tmp_path / "bad-1.0.dist-info" / "entry_points.txt"
        os.truncate(file, 17 * MEBIBYTE)
        providers, problems = scan(tmp_path)
        assert providers == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]
        assert problems == (Problem(str(file), f"larger than {16 * MEBIBYTE} bytes"),)

    def test_the_largest_file(self, tmp_path):
        """A file of just the size that is allowed is read."""
        install(tmp_path, "acme", "1.2", "[keras_serializable]\nacme>Scale = acme_layers:Scale\n#")
        os.truncate(tmp_path / "acme-1.2.dist-info" / "entry_points.txt", 16 * MEBIBYTE)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_files_of_others_are_no_problem(self, tmp_path):
        """A broken file without our group is no problem for a lookup."""
        install(tmp_path, "bad", "1.0", b"[x]\na = \xff\nno equals\n")
        install(tmp_path, "acme", "1.2", SCALE)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_a_directory_that_vanishes(self, tmp_path, fresh):
        """A directory that goes between its listing and its reading is a problem, not an error."""
        install(tmp_path / "one", "acme", "1.2", {"a>A": "m:A"})
        install(tmp_path / "two", "bolt", "1.2", {"b>B": "m:B"})
        code = """
import os, sys
from keras_serializable._installed.discovery import Discovery
one, two = (os.path.join(os.getcwd(), name) for name in ("one", "two"))
def watch(event, arguments):
    if event == "open" and str(arguments[0]).rstrip(os.sep) == one:
        os.rename(one, one + " is gone")
sys.addaudithook(watch)
index = Discovery([one, two]).index
print(*(each.name for each in index))
print(*(os.path.relpath(each.path) for each in index.problems))
"""
        assert fresh(code) == "b>B\none\n"

    def test_nothing_stays_open(self, tmp_path):
        """Each file and directory that the scan has opened is closed, whatever it held."""
        install(tmp_path, "acme", "1.2", SCALE)
        install(tmp_path, "bad", "1.0", "[keras_serializable]\n")
        os.truncate(tmp_path / "bad-1.0.dist-info" / "entry_points.txt", 17 * MEBIBYTE)
        install(tmp_path, "worse", "1.0")
        lay(tmp_path / "worse-1.0.dist-info", {"entry_points.txt": {}})

        def next_descriptors():
            files = [os.open(os.devnull, os.O_RDONLY) for _ in range(8)]
            for file in files:
                os.close(file)
            return files

        before = next_descriptors()
        assert len(scan(tmp_path)[1]) == 2
        assert next_descriptors() == before

    @pytest.mark.parametrize("metadata", [None, "\n", "Metadata-Version: 2.1\n"])
    def test_no_metadata(self, tmp_path, metadata):
        """A distribution without headers is named by its folder."""
        install(tmp_path, "acme-layers", "1.2", SCALE, metadata=metadata)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme_layers 1.2")]

    @pytest.mark.parametrize(
        "entry",
        [
            "nul\0byte",
            "x" * 5000,
            pathlib.Path("nowhere"),
            "file.txt",
            "file.txt/below",
            "circle",
            "not-a.zip",
            "\udcff",
        ],
        ids=repr,
    )
    def test_odd_path_entries(self, tmp_path, entry):
        """A path entry that cannot be listed costs nobody else anything."""
        lay(tmp_path, {"file.txt": "x", "not-a.zip": b"PK\3\4", "circle": Link("circle")})
        install(tmp_path / "site", "acme", "1.2", SCALE)
        entry = f"{tmp_path}/{entry}" if isinstance(entry, str) else entry
        index = discovery.scan([entry, str(tmp_path / "site")])
        assert {each.name: each.value for each in index} == SCALE

    def test_path_objects(self, tmp_path):
        """A `pathlib.Path`, a common mistake, is read as importlib_metadata reads it."""
        install(tmp_path, "acme", "1.2", SCALE)
        index = discovery.scan([tmp_path])
        assert {each.name: each.value for each in index} == SCALE

    @pytest.mark.parametrize("entry", [None, b"bytes"], ids=repr)
    def test_what_is_no_path_at_all(self, tmp_path, entry):
        """The import system passes over what is no string; so does the scan."""
        install(tmp_path, "acme", "1.2", SCALE)
        index = discovery.scan([entry, str(tmp_path)])
        assert {each.name: each.value for each in index} == SCALE

    def test_folders_that_vanish(self, tmp_path, together):
        """Distributions that come and go during a scan disturb no other one."""
        install(tmp_path, "acme", "1.2", SCALE)
        done = threading.Event()

        def come_and_go():
            for _ in range(60):
                for number in range(5):
                    install(tmp_path, f"x{number}", "1.0", {f"x{number}>Y": "x:Y"})
                for number in range(5):
                    folder = tmp_path / f"x{number}-1.0.dist-info"
                    (folder / "entry_points.txt").unlink()
                    (folder / "METADATA").unlink()
                    folder.rmdir()
            done.set()

        def look():
            rounds = 0
            while not done.is_set():
                assert "acme>Scale" in [name for name, _, _ in scan(tmp_path)[0]]
                rounds += 1
            return rounds

        _, rounds = together(come_and_go, look)
        assert rounds > 10


AS_NOBODY = """
import os, sys
from keras_serializable._installed.discovery import Discovery
import keras_serializable._installed.problems
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
discovery = Discovery(sys.argv[1:])
print(*(each.name for each in discovery.index))
for problem in discovery.problems():
    print(problem.path, "|", problem.cause)
"""


@pytest.fixture
def open_directory():
    """Return a directory that every user can enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        pathlib.Path(directory).chmod(0o755)
        yield pathlib.Path(directory)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="permissions as POSIX has them")
class TestPermissions:
    """A file or folder without permission is a problem, and hides nothing else."""

    def as_nobody(self, *path):
        """Scan as a user without privileges, even where the tests run as root."""
        from conftest import SOURCE

        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, *map(str, path)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": SOURCE},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    @pytest.mark.parametrize(
        "locked", ["bad-1.0.dist-info/entry_points.txt", "bad-1.0.dist-info", "."]
    )
    def test_locked(self, open_directory, locked):
        """A file, a metadata folder or a path entry without permission hides nothing else."""
        good, bad = open_directory / "good", open_directory / "bad"
        install(good, "acme", "1.2", SCALE)
        install(bad, "bad", "1.0", {"bad>B": "m:B"})
        target = bad / locked
        target.chmod(0)
        try:
            names, *problems = self.as_nobody(bad, good)
        finally:
            target.chmod(0o755)
        assert names == "acme>Scale"
        assert [problem for problem in problems if problem.startswith(str(target))]

    def test_locked_metadata(self, open_directory):
        """A distribution whose METADATA may not be read goes by the name of its folder."""
        install(open_directory, "acme", "1.2", SCALE)
        (open_directory / "acme-1.2.dist-info" / "METADATA").chmod(0)
        assert self.as_nobody(open_directory)[0] == "acme>Scale"


class TestLayouts:
    """Whatever importlib_metadata finds is found."""

    @pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
    @pytest.mark.parametrize("folder", [None, "acme.{}", "acme-1.2-py3.11.{}", "ACME-1.2.{}"])
    def test_metadata_folders(self, tmp_path, kind, folder):
        """Folders of both kinds, with and without version."""
        folder = folder and folder.format(kind)
        install(tmp_path, "acme", "1.2", SCALE, kind=kind, folder=folder)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_upper_case(self, tmp_path):
        """A folder whose name ends in capitals is a metadata folder."""
        install(tmp_path, "acme", "1.2", SCALE, folder="ACME-1.2.DIST-INFO")
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_egg_info_file(self, tmp_path):
        """An ``.egg-info`` that is a file has no entry points, and shadows as any other."""
        lay(tmp_path / "one", {"acme-1.0.egg-info": metadata_text("acme", "1.0")})
        install(tmp_path / "two", "acme", "2.0", SCALE)
        assert found(tmp_path / "one", tmp_path / "two") == []

    def test_editable(self, tmp_path):
        """A development install has its modules where a ``.pth`` file points."""
        install(tmp_path / "site", "acme", "1.2", SCALE, {"__editable__.acme.pth": "/src/acme"})
        lay(tmp_path / "site" / "acme-1.2.dist-info", {"direct_url.json": "{}"})
        assert found(tmp_path / "site") == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_development_egg_info(self, tmp_path):
        """``setup.py develop``: the metadata stands in the source tree."""
        install(tmp_path / "src", "acme", "1.2", SCALE, kind="egg-info", folder="acme.egg-info")
        assert found(tmp_path / "src") == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]


class TestLeftovers:
    """What pip left over when it was interrupted is no distribution."""

    @pytest.mark.parametrize("kind", ["dist-info", "egg-info", "DIST-INFO", "Egg-Info"])
    @pytest.mark.parametrize("name", ["~ilde", "~-lde", "~~lde", "~tilde"])
    def test_beside_the_new_one(self, tmp_path, name, kind):
        """The keys of a leftover are not advertised, and it shadows nothing."""
        install(tmp_path, "tilde", "2.0", {"t>A": "new:A", "t>B": "new:B"})
        metadata = metadata_text("tilde", "1.0")
        old = {"t>A": "old:A", "t>C": "old:C"}
        for place in (tmp_path, tmp_path / "before"):
            lay(place, distribution_tree(name, "1.0", old, kind=kind, metadata=metadata))
        index = discovery.scan([str(tmp_path / "before"), str(tmp_path)])
        assert [(each.name, each.value) for each in index] == [("t>A", "new:A"), ("t>B", "new:B")]

    def test_alone(self, tmp_path):
        """A leftover without its new version advertises nothing."""
        install(tmp_path, "~ilde", "1.0", {"t>A": "old:A"})
        assert found(tmp_path) == []

    @pytest.mark.parametrize("content", [b"[keras_serializable]\n\xff", {}, Link("nothing")])
    def test_broken(self, tmp_path, content):
        """A broken leftover hides no other distribution."""
        install(tmp_path, "~ilde", "1.0", content)
        install(tmp_path, "acme", "1.2", SCALE)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_a_tilde_elsewhere(self, tmp_path):
        """A tilde that does not begin the name means nothing."""
        install(tmp_path, "ti~lde", "1.0", SCALE)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "ti~lde 1.0")]


@pytest.mark.usefixtures("in_time")
class TestOddFiles:
    """Only regular files are read, up to a limit; no other kind of file ends a scan."""

    @pytest.mark.parametrize("kind", ODD_FILES)
    @pytest.mark.parametrize("file", ["entry_points.txt", "METADATA", "PKG-INFO"])
    @pytest.mark.parametrize("layout", ["dist-info", "egg-info", "egg", "finder", "standard"])
    def test_metadata_files(self, tmp_path, layout, file, kind):
        """A distribution loses what its odd file would say, and no other loses anything."""
        install(tmp_path / "good", "acme", "1.2", SCALE)
        site = tmp_path / ("bad.egg" if layout == "egg" else "site")
        options = {"kind": layout} if "egg" in layout else {}
        install(site, "bad", "1.0", {"bad>A": "m:A"}, **options)
        (folder,) = site.iterdir()
        odd_file(folder / file, kind)
        finders, path = [], [site, tmp_path / "good"]
        if layout in ("finder", "standard"):
            from importlib import metadata

            known = at(folder) if layout == "finder" else metadata.Distribution.at(folder)
            finders, path = [Finder(known)], [tmp_path / "good"]
        names, told = look(path, finders)
        assert '"acme>Scale" = "acme_layers:Scale" of acme 1.2' in names
        if file == "entry_points.txt":
            assert len(names) == 1
            if layout in ("dist-info", "egg-info"):
                assert str(folder / file) in [each.path for each in told]
        else:
            assert any(each.startswith('"bad>A" = "m:A" of ') for each in names)

    def test_many_broken_lines(self, tmp_path):
        """Very many broken lines are counted with little memory."""
        lines = "".join(f"broken {number}\n" for number in range(10**5))
        install(tmp_path, "bad", "1.0", f"[keras_serializable]\na>A = m:A\n{lines}a>B = m:B\n")
        del lines
        tracemalloc.start(1)
        try:
            names, told = look([tmp_path])
            assert tracemalloc.get_traced_memory()[1] < 10 * MEBIBYTE
        finally:
            tracemalloc.stop()
        assert names == ['"a>A" = "m:A" of bad 1.0', '"a>B" = "m:B" of bad 1.0']
        causes = [each.cause for each in told]
        assert causes[:11] == [
            *(f"line {number + 3} has no '=': 'broken {number}'" for number in range(10)),
            "99990 more lines are broken",
        ]
        assert causes[11:] == causes[:11]

    def test_names_that_are_no_text(self, tmp_path):
        """Names with control characters, or that are not UTF-8, are read as any other."""
        for name in ("a\x1b[31m", "b\udcff", "c\a\r", "d\u202e", "e" * 200):
            install(tmp_path, name, "1.0", {f"{name[0]}>A": "m:A"}, metadata=None)
        assert [each[0] for each in look([tmp_path])[0]].count('"') == 5


def test_entries():
    """Strings and path objects are entries, each once; whatever else is on a path is none."""
    path = ["/one", None, b"bytes", ["list"], pathlib.Path("/two"), "/one", ""]
    assert entries(path) == ["/one", "/two", ""]


def test_listed(tmp_path):
    """What cannot be listed holds nothing."""
    (tmp_path / "file").touch()
    assert listed(str(tmp_path)) == ["file"]
    for odd in (tmp_path / "file", tmp_path / "nowhere", "nul\0byte"):
        assert listed(str(odd)) == []
