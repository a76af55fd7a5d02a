"""Scanning: what a path advertises, whatever is broken on it."""

import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import tracemalloc
import types
import zipfile

import importlib_metadata
import pytest
from distributions import Link, distribution_tree, install, lay, metadata_text, pack

from keras_serializable._installed.directories import Scan, finders
from keras_serializable._installed.discovery import Index
from keras_serializable._providers import Distribution, Problem

SCALE = {"acme>Scale": "acme_layers:Scale"}
MEBIBYTE = 2**20


def scan(*path, finders=()):
    """Return what a scan finds: name, value and distribution of each, and the problems."""
    result = Scan([str(entry) for entry in path], finders)
    index = Index(result.advertisements(), result.problems)
    return [(each.name, each.value, str(each.distribution)) for each in index], index.problems


def found(*path, finders=()):
    """Return the providers alone, and expect no problem."""
    providers, problems = scan(*path, finders=finders)
    assert problems == ()
    return providers


def test_nothing(tmp_path):
    """An empty path, an empty directory and one that does not exist advertise nothing."""
    assert found() == []
    assert found(tmp_path, tmp_path / "nowhere") == []


def test_distribution(tmp_path):
    """Each entry point of the group is found, with distribution, version and metadata folder."""
    install(tmp_path, "acme", "1.2", {"acme>Scale": "a:Scale", "acme": "a", "MDN": "a:MDN"})
    index = Index(Scan([str(tmp_path)]).advertisements(), ())
    assert [(each.name, each.value) for each in index] == [
        ("acme>Scale", "a:Scale"),
        ("MDN", "a:MDN"),
        ("acme", "a"),
    ]
    expected = Distribution("acme", "1.2", str(tmp_path / "acme-1.2.dist-info"))
    assert {each.distribution for each in index} == {expected}


def test_other_groups(tmp_path):
    """Entry points of other groups are nobody's keys, even where their group looks like ours."""
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
        ("[keras_serializable", []),
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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("acme-2.0.dist-info", "Acme-1.0.dist-info"),
        ("a.b-2.0.dist-info", "A_b-1.0.dist-info"),
        ("a-2.0.dist-info", "a.dist-info"),
        ("_ab-2.0.dist-info", "__ab-1.0.dist-info"),
        ("\u212aeras-2.0.dist-info", "keras-1.0.dist-info"),
        ("\u0130x-2.0.dist-info", "i\u0307x-1.0.dist-info"),
        ("x\u212ax-2.0.dist-info", "xkx-1.0.dist-info"),
        ("xx\u0130-2.0.dist-info", "xxi\u0307-1.0.dist-info"),
        ("aCMe-2.0.dist-info", "acmE-1.0.dist-info"),
        # A sigma at the end of a word is another letter than one inside.
        ("\u0391\u0392\u03a3\u0394-2.0.dist-info", "\u03b1\u03b2\u03c3\u03b4-1.0.dist-info"),
        ("\u03b1\u03b2\u03c3\u03b4-2.0.dist-info", "\u0391\u0392\u03a3\u0394-1.0.dist-info"),
        ("1st-2.0.dist-info", "1st-1.0.egg-info"),
        ("-2.0.dist-info", "acme-1.0.dist-info"),
        (".dist-info", "acme-1.0.dist-info"),
        ("acme-2.0.dist-info", "-1.0.dist-info"),
    ],
)
def test_the_first_of_one_name_counts(tmp_path, first, second):
    """However a name is written, the first on the path that has it hides the others."""
    for position, folder in enumerate((first, second)):
        content = {"METADATA": metadata_text("acme", "1.0"), "entry_points.txt": ""}
        if position:
            content["entry_points.txt"] = "[keras_serializable]\nacme>Scale = a:Scale\n"
        lay(tmp_path / str(position), {folder: content})
        install(tmp_path / str(position), f"other{position}", "1.0")
    lay(tmp_path / "1" / second, {"PKG-INFO": metadata_text("acme", "1.0")})
    assert found(tmp_path / "0", tmp_path / "1") == []
    assert len(found(tmp_path / "1", tmp_path / "0")) == 1


def test_the_order_is_that_of_the_path_and_of_the_names(tmp_path):
    """In whatever order a directory is listed, its distributions come by name."""
    names = [f"acme{number}" for number in range(10, 40)]
    for name in names:
        install(tmp_path / "one", name, "1.0", {"acme": name})
    install(tmp_path / "two", "aaa", "1.0", {"acme": "aaa"})
    values = [value for _, value, _ in found(tmp_path / "one", tmp_path / "two")]
    assert values == [*names, "aaa"]


def test_capitals_at_the_end(tmp_path):
    """A folder that ends in capitals is named by its METADATA alone, as importlib_metadata does."""
    lay(tmp_path, {"acme-layers-1.0.DIST-INFO": {"METADATA": metadata_text("acme-layers", "1.0")}})
    install(tmp_path, "acme_layers", "1.0", SCALE, metadata=None)
    assert found(tmp_path) == []
    install(tmp_path, "other", "1.0", {"other>Scale": "o:Scale"})
    lay(tmp_path / "zoo-1.0.Dist-Info", {"METADATA": metadata_text("other", "1.0")})
    reference = importlib_metadata.MetadataPathFinder.find_distributions(
        importlib_metadata.DistributionFinder.Context(path=[str(tmp_path)])
    )
    assert {each._normalized_name for each in reference} == {"acme_layers", "other"}


def test_capitals_at_the_end_beside_an_archive(tmp_path):
    """So it is where something that holds no distribution is read after it."""
    lay(tmp_path / "one", {"zoo-1.0.Dist-Info": {"METADATA": metadata_text("acme", "1.0")}})
    install(tmp_path / "two", "acme", "1.0", SCALE)
    (tmp_path / "file").touch()
    assert found(tmp_path / "one", tmp_path / "two", tmp_path / "file") == []


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
        """What could not be read is kept, with its file and the cause; everything else is found."""
        from keras_serializable._installed.discovery import Discovery

        install(tmp_path, "acme", "1.2", SCALE)
        lay(tmp_path / "bad-1.0.dist-info", {"METADATA": metadata_text("bad", "1.0")})
        lay(tmp_path / "bad-1.0.dist-info", {"entry_points.txt": content})
        file = str(tmp_path / "bad-1.0.dist-info" / "entry_points.txt")
        discovery = Discovery([str(tmp_path)])
        assert [str(each.distribution) for each in discovery.index] == ["acme 1.2"]
        problems = [each for each in discovery.problems() if each.path == file]
        assert problems, discovery.problems()
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
        """What is wrong with a file that does not mention our group is nothing to a lookup."""
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
        """A distribution without METADATA, or with none that tells, is named by its folder."""
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
        result = Scan([entry, str(tmp_path / "site")])
        assert [each.values for each in result.advertisements()] == [SCALE]

    def test_path_objects(self, tmp_path):
        """A `pathlib.Path`, a common mistake, is read as importlib_metadata reads it."""
        install(tmp_path, "acme", "1.2", SCALE)
        result = Scan([tmp_path])
        assert [each.values for each in result.advertisements()] == [SCALE]

    @pytest.mark.parametrize("entry", [None, b"bytes"], ids=repr)
    def test_what_is_no_path_at_all(self, tmp_path, entry):
        """The import system passes over what is no string; so does the scan."""
        install(tmp_path, "acme", "1.2", SCALE)
        result = Scan([entry, str(tmp_path)])
        assert [each.values for each in result.advertisements()] == [SCALE]

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
    """What may not be read is a problem, and nothing more."""

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


class TestDuplicates:
    """Of the distributions with one name the first on the path counts."""

    def test_first_on_the_path(self, tmp_path):
        """The first one is found, whatever the second one says."""
        install(tmp_path / "one", "acme", "1.0", SCALE)
        install(tmp_path / "two", "acme", "2.0", {"acme>Scale": "b:Scale", "acme>Other": "b:Other"})
        assert found(tmp_path / "one", tmp_path / "two") == [
            ("acme>Scale", "acme_layers:Scale", "acme 1.0")
        ]
        assert [each[2] for each in found(tmp_path / "two", tmp_path / "one")] == ["acme 2.0"] * 2

    @pytest.mark.parametrize(
        "name", ["Acme.Layers", "acme-layers", "ACME__layers", "acme_-.layers"]
    )
    def test_names_are_normalised(self, tmp_path, name):
        """Spellings of one name are one distribution."""
        install(tmp_path / "one", "acme_layers", "1.0", SCALE)
        install(tmp_path / "two", name, "2.0", SCALE)
        assert [each[2] for each in found(tmp_path / "one", tmp_path / "two")] == [
            "acme_layers 1.0"
        ]

    def test_one_that_advertises_nothing_shadows_too(self, tmp_path):
        """A first distribution without entry points hides a second one with some."""
        install(tmp_path / "one", "acme", "1.0")
        install(tmp_path / "two", "acme", "2.0", SCALE)
        assert found(tmp_path / "one", tmp_path / "two") == []

    def test_metadata_goes_first(self, tmp_path):
        """What a broken uninstall left behind does not hide the whole distribution after it."""
        install(tmp_path / "one", "acme", "1.0", SCALE, metadata=None)
        install(tmp_path / "two", "acme", "2.0", SCALE)
        assert [each[2] for each in found(tmp_path / "one", tmp_path / "two")] == ["acme 2.0"]

    def test_one_directory_twice(self, tmp_path):
        """A directory that stands on the path twice is one directory."""
        install(tmp_path, "acme", "1.2", SCALE)
        (tmp_path / "again").symlink_to(tmp_path)
        assert len(found(tmp_path, tmp_path, tmp_path / "again", f"{tmp_path}/")) == 1

    @pytest.mark.parametrize("names", [("acme", "a\nb"), ("a\nb", "acme"), ("a\nb", "c\nd")])
    def test_line_breaks_in_names(self, tmp_path, names):
        """A folder name with a line break in it, as some file systems allow, confuses nothing."""
        for name in names:
            install(tmp_path, name, "1.0", {f"{name.split()[0]}>B": "m:B"})
        assert sorted(each[0] for each in found(tmp_path)) == sorted(
            f"{name.split()[0]}>B" for name in names
        )

    def test_nameless_folders(self, tmp_path):
        """A folder without a name in it is the distribution that its METADATA names."""
        install(tmp_path / "one", "acme", "1.0", {"a>A": "m:A"}, folder=".dist-info")
        install(tmp_path / "two", "bolt", "1.0", {"b>B": "m:B"}, folder="-1.0.dist-info")
        install(tmp_path / "three", "acme", "2.0", {"a>C": "m:C"})
        path = [tmp_path / name for name in ("one", "two", "three")]
        assert sorted(each[0] for each in scan(*path)[0]) == ["a>A", "b>B"]

    def test_a_nameless_folder_beside_others(self, tmp_path):
        """The others count by the names of their folders, whatever their METADATA says."""
        install(tmp_path / "one", "bolt", "1.0", {"b>B": "m:B"}, folder=".dist-info")
        install(tmp_path / "one", "acme", "1.0", {"a>A": "m:A"}, folder="other-1.0.dist-info")
        install(tmp_path / "two", "acme", "2.0", {"a>C": "m:C"})
        assert sorted(each[0] for each in found(tmp_path / "one", tmp_path / "two")) == [
            "a>A",
            "a>C",
            "b>B",
        ]

    def test_egg_info_file_in_a_zip_file(self, tmp_path):
        """An ``.egg-info`` file counts as one with metadata, in an archive as in a directory."""
        lay(tmp_path / "site", {"acme-1.0.egg-info": "Name: acme\nVersion: 1.0\n"})
        pack(tmp_path / "x.zip", {"acme-1.0.egg-info": "Name: acme\nVersion: 1.0\n"})
        install(tmp_path / "last", "acme", "2.0", SCALE)
        for first in ("site", "x.zip"):
            assert found(tmp_path / first, tmp_path / "last") == []


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
        """A folder whose name ends in upper case is a metadata folder all the same."""
        install(tmp_path, "acme", "1.2", SCALE, folder="ACME-1.2.DIST-INFO")
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_egg_info_file(self, tmp_path):
        """An ``.egg-info`` that is a file has no entry points, and shadows as any other."""
        lay(tmp_path / "one", {"acme-1.0.egg-info": metadata_text("acme", "1.0")})
        install(tmp_path / "two", "acme", "2.0", SCALE)
        assert found(tmp_path / "one", tmp_path / "two") == []

    def test_editable(self, tmp_path):
        """A development install: metadata here, modules where a ``.pth`` file points."""
        install(tmp_path / "site", "acme", "1.2", SCALE, {"__editable__.acme.pth": "/src/acme"})
        lay(tmp_path / "site" / "acme-1.2.dist-info", {"direct_url.json": "{}"})
        assert found(tmp_path / "site") == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_development_egg_info(self, tmp_path):
        """``setup.py develop``: the metadata stands in the source tree."""
        install(tmp_path / "src", "acme", "1.2", SCALE, kind="egg-info", folder="acme.egg-info")
        assert found(tmp_path / "src") == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    @pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
    def test_zip_file(self, tmp_path, kind):
        """A zip file on the path is read as a directory is."""
        pack(tmp_path / "x.zip", distribution_tree("acme", "1.2", SCALE, kind=kind))
        assert found(tmp_path / "x.zip") == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_zip_file_shadows_and_is_shadowed(self, tmp_path):
        """The order of the path holds across directories and archives."""
        pack(tmp_path / "x.zip", distribution_tree("Acme.Layers", "1.0", SCALE))
        install(tmp_path / "site", "acme_layers", "2.0", SCALE)
        path = [tmp_path / "x.zip", tmp_path / "site"]
        assert [each[2] for each in found(*path)] == ["Acme.Layers 1.0"]
        assert [each[2] for each in found(*reversed(path))] == ["acme_layers 2.0"]

    def test_zip_file_without_metadata(self, tmp_path):
        """A distribution without METADATA is found in an archive too."""
        pack(tmp_path / "x.zip", distribution_tree("acme", "1.2", SCALE, metadata=None))
        providers, _ = scan(tmp_path / "x.zip")
        assert [each[:2] for each in providers] == [("acme>Scale", "acme_layers:Scale")]
        assert providers[0][2].startswith("acme")

    @pytest.mark.parametrize(
        ("metadata", "expected"),
        [("Version: 1.3\n", "acme 1.3"), ("Name: Acme\n", "Acme 1.2"), (None, "acme 1.2")],
    )
    def test_zip_file_with_half_the_metadata(self, tmp_path, metadata, expected):
        """What METADATA does not tell is told by the folder, in an archive as in a directory."""
        tree = distribution_tree("acme", "1.2", SCALE, metadata=metadata)
        lay(tmp_path / "site", tree)
        pack(tmp_path / "x.zip", tree)
        assert [each[2] for each in scan(tmp_path / "site")[0]] == [expected]
        assert [each[2] for each in scan(tmp_path / "x.zip")[0]] == [expected]

    def test_zip_file_whose_folder_has_another_name(self, tmp_path):
        """In an archive the name in METADATA counts, as it does for importlib_metadata."""
        tree = distribution_tree("acme", "1.0", SCALE, folder="other-1.0.dist-info")
        pack(tmp_path / "x.zip", tree, distribution_tree("acme", "2.0", {"a>B": "m:B"}))
        assert [each[0] for each in found(tmp_path / "x.zip")] == ["acme>Scale"]

    @pytest.mark.parametrize("broken", [{"entry_points": "[x]\nbad"}, {"metadata": b"\xff"}])
    def test_broken_distribution_in_a_zip_file(self, tmp_path, broken):
        """One broken distribution in an archive costs the others nothing."""
        broken = {"entry_points": {"b>B": "m:B"}, **broken}
        pack(
            tmp_path / "x.zip",
            distribution_tree("bad", "1.0", **broken),
            distribution_tree("acme", "1.2", SCALE),
        )
        providers, problems = scan(tmp_path / "x.zip")
        assert ("acme>Scale", "acme_layers:Scale", "acme 1.2") in providers
        assert [problem.path for problem in problems] == [str(tmp_path / "x.zip")]

    def test_nameless_distribution_in_a_zip_file(self, tmp_path):
        """One that nothing names costs the others nothing, in an archive as in a directory."""
        tree = distribution_tree("", "", {"a>B": "m:B"}, metadata=None, folder=".dist-info")
        pack(tmp_path / "x.zip", tree)
        lay(tmp_path / "site", tree)
        install(tmp_path / "last", "acme", "1.2", SCALE)
        for first in ("site", "x.zip"):
            providers, _ = scan(tmp_path / first, tmp_path / "last")
            assert ("acme>Scale", "acme_layers:Scale", "acme 1.2") in providers

    def test_names_that_end_like_a_folder(self, tmp_path):
        """Distributions called ``…-info`` are as different as others."""
        pack(
            tmp_path / "x.zip",
            distribution_tree("gpu-info", "1.0", {"gpu>Info": "m:I"}),
            distribution_tree("cpu-info", "1.0", {"cpu>Info": "m:I"}),
        )
        assert sorted(each[0] for each in found(tmp_path / "x.zip")) == ["cpu>Info", "gpu>Info"]

    @pytest.mark.parametrize("packed", [True, False])
    def test_egg(self, tmp_path, packed):
        """An egg, as a file or as a folder, is read."""
        tree = distribution_tree("acme", "1.2", SCALE, kind="egg")
        egg = tmp_path / "acme-1.2-py3.11.egg"
        pack(egg, tree) if packed else lay(egg, tree)
        assert found(egg) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_empty_entry_is_the_current_directory(self, tmp_path, fresh):
        """The empty string on the path means the current directory."""
        install(tmp_path, "acme", "1.2", SCALE)
        code = """
            from keras_serializable._installed.discovery import Discovery
            print(*(each.name for each in Discovery([""]).index))
        """
        assert fresh("if 1:" + code) == "acme>Scale\n"


class Finder:
    """A finder that knows distributions beyond the path, as frozen applications have one."""

    def __init__(self, *distributions):
        self.distributions = distributions

    def find_distributions(self, context):
        """Return them all."""
        return iter(self.distributions)


def at(folder):
    """Return the distribution whose metadata stands at `folder`."""
    from importlib_metadata import Distribution as Found

    return Found.at(folder)


def test_places(tmp_path):
    """Each metadata folder has its path, in the order of the scan; one in an archive has a name."""
    install(tmp_path / "one", "acme", "1.2", SCALE)
    for name in ("crank", "drum"):
        pack(tmp_path / f"{name}.zip", distribution_tree(name, "1.0", SCALE))
    install(tmp_path / "two", "bolt", "1.0")
    install(tmp_path / "two", "acme", "1.3")
    one, *two = Scan([str(tmp_path / "one"), str(tmp_path / "two")]).places()
    assert one == str(tmp_path / "one" / "acme-1.2.dist-info")
    assert sorted(two) == [
        str(tmp_path / "two" / f"{name}.dist-info") for name in ("acme-1.3", "bolt-1.0")
    ]
    mixed = Scan([str(tmp_path / name) for name in ("crank.zip", "one", "no", "drum.zip")])
    assert mixed.places() == ["crank-.dist-info", one, "drum-.dist-info"]
    assert Scan([]).places() == []


class TestFinders:
    """Finders on `sys.meta_path` are asked."""

    def test_found(self, tmp_path):
        """What a finder knows is found."""
        install(tmp_path, "acme", "1.2", SCALE)
        finder = Finder(at(tmp_path / "acme-1.2.dist-info"))
        assert found(finders=[finder]) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_of_the_standard_library(self, tmp_path):
        """So is a distribution in terms of `importlib.metadata`."""
        from importlib import metadata

        install(tmp_path, "acme", "1.2", SCALE)
        finder = Finder(metadata.Distribution.at(tmp_path / "acme-1.2.dist-info"))
        assert found(finders=[finder]) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_that_fails(self, tmp_path):
        """One that raises is a problem, and hides nothing."""

        class Failing:
            def find_distributions(self, context):
                yield from ()
                raise RuntimeError("no network")

        install(tmp_path, "acme", "1.2", SCALE)
        providers, problems = scan(tmp_path, finders=[Failing()])
        assert providers == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]
        assert [problem.cause for problem in problems] == ["RuntimeError: no network"]

    def test_the_path_is_read_once(self, tmp_path):
        """However many finders there are, the path has one place among them."""
        install(tmp_path, "bad", "1.0", "[keras_serializable]\nbad\n")
        _, problems = scan(tmp_path, finders=[Finder(), None, Finder()])
        assert [problem.cause for problem in problems] == ["line 2 has no '=': 'bad'"]

    def test_that_knows_a_broken_distribution(self, tmp_path):
        """A distribution of it that raises is a problem; its other ones are found."""

        class Broken:
            name, version = "acme", "0.1"

            @property
            def entry_points(self):
                raise OSError("no disk")

            def read_text(self, name):
                raise OSError("no disk either")

        install(tmp_path, "bolt", "1.2", {"bolt>Scale": "b:Scale"})
        install(tmp_path, "acme", "1.2", SCALE)
        finder = Finder(Broken(), at(tmp_path / "bolt-1.2.dist-info"))
        providers, problems = scan(tmp_path, finders=[finder])
        assert ("bolt>Scale", "b:Scale", "bolt 1.2") in providers
        assert "OSError: no disk" in [problem.cause for problem in problems]

    def test_that_knows_a_distribution_without_metadata(self, tmp_path):
        """It is named by its folder, without a problem, as importlib_metadata 8.7 tells of it."""
        install(tmp_path, "acme", "1.2", SCALE, metadata=None)

        class Bare(type(at(tmp_path))):
            metadata = None
            name = property(lambda self: self.metadata["Name"])
            version = property(lambda self: self.metadata["Version"])

        bare = Bare(tmp_path / "acme-1.2.dist-info")
        expected = [("acme>Scale", "acme_layers:Scale", "acme 1.2")]
        assert found(finders=[Finder(bare)]) == expected

    def test_which_are_custom(self):
        """The import system's own finders are none, even after importlib_metadata was imported."""
        import importlib_metadata  # noqa: F401 -- it puts a finder of its own there

        finder = Finder()
        without = finders()
        sys.meta_path.append(finder)
        try:
            assert finders() == [*without, finder]
        finally:
            sys.meta_path.remove(finder)
        asked = [each for each in without if each is not None]
        assert not {type(each).__module__ for each in asked} & {"importlib_metadata", "builtins"}


class TestLeftovers:
    """What pip left over when it was interrupted is no distribution."""

    @pytest.mark.parametrize("kind", ["dist-info", "egg-info", "DIST-INFO", "Egg-Info"])
    @pytest.mark.parametrize("name", ["~ilde", "~-lde", "~~lde", "~tilde"])
    def test_beside_the_new_one(self, tmp_path, name, kind):
        """Its keys are not advertised, so they contradict nobody, and it hides nothing."""
        install(tmp_path, "tilde", "2.0", {"t>A": "new:A", "t>B": "new:B"})
        metadata = metadata_text("tilde", "1.0")
        old = {"t>A": "old:A", "t>C": "old:C"}
        for place in (tmp_path, tmp_path / "before"):
            lay(place, distribution_tree(name, "1.0", old, kind=kind, metadata=metadata))
        index = Index(Scan([str(tmp_path / "before"), str(tmp_path)]).advertisements(), ())
        assert [(each.name, each.value) for each in index] == [("t>A", "new:A"), ("t>B", "new:B")]

    def test_alone(self, tmp_path):
        """Where the new one was never installed, nothing is advertised."""
        install(tmp_path, "~ilde", "1.0", {"t>A": "old:A"})
        assert found(tmp_path) == []

    @pytest.mark.parametrize("content", [b"[keras_serializable]\n\xff", {}, Link("nothing")])
    def test_broken(self, tmp_path, content):
        """What is wrong with it hinders nobody."""
        install(tmp_path, "~ilde", "1.0", content)
        install(tmp_path, "acme", "1.2", SCALE)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_in_an_archive(self, tmp_path):
        """So it is in a folder that was packed."""
        trees = distribution_tree("~ilde", "1.0", SCALE), distribution_tree("tilde", "2.0", SCALE)
        pack(tmp_path / "x.zip", *trees)
        assert found(tmp_path / "x.zip") == [("acme>Scale", "acme_layers:Scale", "tilde 2.0")]

    def test_of_a_finder(self, tmp_path):
        """So it is for a distribution that a finder knows."""
        install(tmp_path, "~ilde", "1.0", SCALE)
        assert found(finders=[Finder(at(tmp_path / "~ilde-1.0.dist-info"))]) == []

    def test_a_tilde_elsewhere(self, tmp_path):
        """A tilde that does not begin the name means nothing."""
        install(tmp_path, "ti~lde", "1.0", SCALE)
        assert found(tmp_path) == [("acme>Scale", "acme_layers:Scale", "ti~lde 1.0")]


def odd_file(path, kind):
    """Make a file at `path` that is no ordinary one."""
    path.unlink(missing_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "sparse":
        path.touch()
        os.truncate(path, 2**40)
    elif kind == "socket":
        server = socket.socket(socket.AF_UNIX)
        former = pathlib.Path.cwd()
        os.chdir(path.parent)  # the whole path may be too long for a socket
        try:
            server.bind(path.name)
        finally:
            os.chdir(former)
            server.close()
    else:
        path.symlink_to(kind)


ODD_FILES = ["fifo", "sparse", "socket", "/dev/zero", "/dev/null", "/dev/tty", "/proc/kmsg"]


class TestOddFiles:
    """Only regular files are read, up to a limit; whatever else is there ends no scan."""

    @pytest.fixture(autouse=True)
    def in_time(self):
        """End a test that waits for a device."""
        signal.alarm(60)
        yield
        signal.alarm(0)

    def look(self, path, finders=()):
        """Return the names that are found, and what `problems` and the headers tell."""
        from keras_serializable._installed.problems import inspect

        result = Scan([str(entry) for entry in path], finders)
        index = Index(result.advertisements(), result.problems)
        told = [*index.problems, *inspect(map(str, path))]
        return sorted(str(each) for each in index), told

    @pytest.mark.parametrize("kind", ODD_FILES)
    @pytest.mark.parametrize("file", ["entry_points.txt", "METADATA", "PKG-INFO"])
    @pytest.mark.parametrize("layout", ["dist-info", "egg-info", "egg", "finder", "standard"])
    def test_metadata_files(self, tmp_path, layout, file, kind):
        """The distribution with such a file loses what the file would say, and no other does."""
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
        names, told = self.look(path, finders)
        assert '"acme>Scale" = "acme_layers:Scale" of acme 1.2' in names
        if file == "entry_points.txt":
            assert len(names) == 1
            if layout in ("dist-info", "egg-info"):
                assert str(folder / file) in [each.path for each in told]
        else:
            assert any(each.startswith('"bad>A" = "m:A" of ') for each in names)

    @pytest.mark.parametrize("kind", ODD_FILES)
    def test_path_entries(self, tmp_path, kind):
        """Such a file on the path is no archive."""
        install(tmp_path / "good", "acme", "1.2", SCALE)
        odd_file(tmp_path / "odd", kind)
        assert len(self.look([tmp_path / "odd", tmp_path / "good"])[0]) == 1

    @pytest.mark.parametrize("file", ["entry_points.txt", "METADATA"])
    def test_a_bomb_in_an_archive(self, tmp_path, file):
        """A file that would grow beyond the limit when it is unpacked is not read."""
        tree = distribution_tree("bad", "1.0", {"bad>A": "m:A"})
        (files,) = tree.values()
        files[file] += "\n" * (200 * MEBIBYTE)
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(f"bad-1.0.dist-info/{name}", content)
        assert (tmp_path / "x.zip").stat().st_size < MEBIBYTE
        del tree, files, content
        tracemalloc.start()
        try:
            names, told = self.look([tmp_path / "x.zip"])
            assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
        finally:
            tracemalloc.stop()
        assert [each.cause for each in told] == [
            f"OSError: {file}: larger than {16 * MEBIBYTE} bytes"
        ]
        assert names == ([] if file == "entry_points.txt" else ['"bad>A" = "m:A" of bad 1.0'])

    def test_a_table_of_contents_without_end(self, tmp_path):
        """An archive whose table of contents alone would fill the memory is not read."""
        install(tmp_path / "good", "acme", "1.2", SCALE)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 2**31, 2**20, 0)
        with (tmp_path / "x.zip").open("wb") as file:
            file.seek(2**40)
            file.write(end)
        names, told = self.look([tmp_path / "x.zip", tmp_path / "good"])
        assert len(names) == 1
        assert [each.cause for each in told] == [
            f"OSError: its table of contents is larger than {64 * MEBIBYTE} bytes"
        ]

    def test_many_broken_lines(self, tmp_path):
        """A million broken lines are counted, in a second or two and with little memory."""
        lines = "".join(f"broken {number}\n" for number in range(10**6))
        install(tmp_path, "bad", "1.0", f"[keras_serializable]\na>A = m:A\n{lines}a>B = m:B\n")
        del lines
        tracemalloc.start(1)
        try:
            names, told = self.look([tmp_path])
            assert tracemalloc.get_traced_memory()[1] < 100 * MEBIBYTE
        finally:
            tracemalloc.stop()
        assert names == ['"a>A" = "m:A" of bad 1.0', '"a>B" = "m:B" of bad 1.0']
        causes = [each.cause for each in told]
        assert causes[:11] == [
            *(f"line {number + 3} has no '=': 'broken {number}'" for number in range(10)),
            "999990 more lines are broken",
        ]
        assert causes[11:] == causes[:11]

    def test_names_that_are_no_text(self, tmp_path):
        """Names with control characters, or that are not UTF-8, are read as any other."""
        for name in ("a\x1b[31m", "b\udcff", "c\a\r", "d\u202e", "e" * 200):
            install(tmp_path, name, "1.0", {f"{name[0]}>A": "m:A"}, metadata=None)
        assert [each[0] for each in self.look([tmp_path])[0]].count('"') == 5

    def test_a_distribution_that_is_no_text(self):
        """What a finder's distribution has instead of text costs only that distribution."""

        class Numbers:
            name, version = 1, 2.0

            def __init__(self, name, value):
                entry_point = types.SimpleNamespace(name=name, value=value)
                self.entry_points = self
                self.select = lambda group: [entry_point]

            def read_text(self, file):
                return 3

        for name, value in ((4, "m:A"), ("a>A", 5), (None, None)):
            names, told = self.look([], [Finder(Numbers(name, value))])
            assert names == []
            assert len(told) == len({each.cause for each in told}) > 0

    def test_an_error_without_a_text(self, tmp_path):
        """An error of a finder that cannot be shown is named by its class."""

        class UnspeakableError(Exception):
            def __str__(self):
                raise RuntimeError

        class Failing:
            def find_distributions(self, context):
                raise UnspeakableError

        _, told = self.look([], [Failing()])
        assert [each.cause for each in told] == ["UnspeakableError: UnspeakableError"]


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
