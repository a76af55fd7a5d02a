"""Problems: what a person is told of the metadata on a path."""

import os

import pytest
from distributions import Link, install, lay, metadata_text

from keras_serializable._installed.discovery import Discovery
from keras_serializable._installed.metadata import LARGEST_FILE
from keras_serializable._installed.problems import inspect

METADATA = {"METADATA": metadata_text("bad", "1.0")}


FOLDER = "bad-1.0.dist-info"


FILE = f"{FOLDER}{os.sep}entry_points.txt"


def problems(directory):
    """Return what is wrong in a directory: the place in it, and the cause."""
    found = inspect([str(directory)])
    return [(os.path.relpath(each.path, directory), each.cause) for each in found]


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_sound(tmp_path, kind):
    """Files as packaging tools write them are no problems."""
    text = "\n# a comment\n[a]\nb = c:d\n\n  [keras_serializable]  \na>B = m:B\n"
    install(tmp_path, "acme", "1.2", text, {"acme": {"__init__.py": ""}}, kind=kind)
    install(tmp_path, "bolt", "1.0", kind=kind)
    lay(tmp_path, {"file-1.0.egg-info": metadata_text("file", "1.0"), "x.pth": "no equals"})
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("tree", "place", "cause"),
    [
        ({FOLDER: Link("nothing")}, FOLDER, "neither a folder nor a file: perhaps a link to"),
        ({".dist-info": METADATA}, ".dist-info", "its name has no distribution in it"),
        ({"-1.0.egg-info": METADATA}, "-1.0.egg-info", "its name has no distribution in it"),
        ({"BAD.DIST-INFO": {}}, "BAD.DIST-INFO", "has no METADATA: perhaps left behind by a"),
        ({FOLDER: {**METADATA, "entry_points.txt": Link("nothing")}}, FILE, "No such file"),
        ({FOLDER: {**METADATA, "entry_points.txt": {}}}, FILE, "Is a directory"),
        ({FOLDER: {**METADATA, "entry_points.txt": b"[x]\n\xff"}}, FILE, "not UTF-8: "),
        (
            {FOLDER: {**METADATA, "entry_points.txt": "#\n\na = b\n[x]\nc = d"}},
            FILE,
            "line 3 stands before the first section: 'a = b'",
        ),
        (
            {FOLDER: {**METADATA, "entry_points.txt": "[x]\n  [y\na = b"}},
            FILE,
            "line 2 has no '=': '[y'",
        ),
        (
            {FOLDER: {**METADATA, "entry_points.txt": "[x]\ny]"}},
            FILE,
            "line 2 has no '=': 'y]'",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_problem(tmp_path, tree, place, cause):
    """A file or folder that no packaging tool writes so is one problem, with its place."""
    lay(tmp_path, tree)
    ((found, told),) = problems(tmp_path)
    assert found == place
    assert cause in told


def test_a_broken_folder_costs_nobody_else_a_look(tmp_path):
    """Everything that is wrong is shown, in the order of the names."""
    lay(tmp_path, {"a-1.dist-info": Link("nothing"), "b-1.dist-info": {}})
    install(tmp_path, "c", "1", b"\xff")
    install(tmp_path, "d", "1", "d = d\n[x]\nd\ne")
    assert [place.partition("-")[0] for place, _ in problems(tmp_path)] == [*"abcddd"]


def test_the_path(tmp_path, fresh):
    """An entry that cannot be listed is skipped, and a repeated one is read once."""
    lay(tmp_path / "site", {FOLDER: {}})
    (tmp_path / "file").touch()
    path = [str(tmp_path / name) for name in ("nowhere", "file", "site", "site")]
    assert [each.path for each in inspect(path)] == [str(tmp_path / "site" / FOLDER)]
    code = """
import os
from keras_serializable._installed.problems import inspect
os.chdir("site")
print(*(each.path for each in inspect([""])))
"""
    assert fresh(code) == f"{os.curdir}{os.sep}{FOLDER}\n"


@pytest.mark.parametrize("kind", ["dist-info", "egg-info", "DIST-INFO"])
def test_left_over(tmp_path, kind):
    """A leftover of pip is one problem, whatever else is wrong with it."""
    install(tmp_path, "tilde", "2.0")
    for name in ("~ilde", "~~lde"):
        install(tmp_path, name, "1.0", b"\xff", kind=kind, metadata=None)
    cause = "left over by pip from an interrupted install: delete it"
    assert problems(tmp_path) == [(f"~ilde-1.0.{kind}", cause), (f"~~lde-1.0.{kind}", cause)]


@pytest.mark.parametrize("file", ["METADATA", "PKG-INFO", "entry_points.txt"])
@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.symlink_to("nothing"), "No such file or directory"),
        (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
        (lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
        (os.mkfifo, "not a regular file"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, file, make, cause):
    """A metadata file that cannot be read is a problem with its cause."""
    tree = METADATA if file == "entry_points.txt" else {}
    lay(tmp_path, {FOLDER: tree})
    make(tmp_path / FOLDER / file)
    assert problems(tmp_path) == [(f"{FOLDER}{os.sep}{file}", cause)]


def test_a_file_that_is_too_large(tmp_path):
    """A file is read up to a limit; of METADATA only the beginning matters."""
    lay(tmp_path, {FOLDER: {**METADATA, "entry_points.txt": ""}})
    for file in ("METADATA", "entry_points.txt"):
        os.truncate(tmp_path / FOLDER / file, 2**40)
    assert problems(tmp_path) == [(FILE, f"larger than {LARGEST_FILE} bytes")]


def test_many_broken_lines(tmp_path):
    """The first ten broken lines of a file are described, and the others are counted."""
    line = "\x1b" * 1000
    lay(tmp_path, {FOLDER: {**METADATA, "entry_points.txt": f"{line}\n[x]\n" + "y\n" * 10**5}})
    first, *others = [cause for _, cause in problems(tmp_path)]
    assert first == f"line 1 stands before the first section: {line[:200]!r}"
    assert others == [
        *(f"line {number} has no '=': 'y'" for number in range(3, 12)),
        "99991 more lines are broken",
    ]


def test_a_path_of_anything(tmp_path):
    """Entries that are no directories are passed over, whatever they are."""
    lay(tmp_path / "site", {FOLDER: {}})
    os.mkfifo(tmp_path / "fifo")
    odd = [None, 3, object(), b"/", ["list"], "nul\0", "\ud800", "x" * 5000, "/dev/zero"]
    path = [*odd, str(tmp_path / "fifo"), tmp_path / "site"]
    assert [each.path for each in inspect(path)] == [str(tmp_path / "site" / FOLDER)]


def test_metadata_that_is_left_over(tmp_path):
    """Two versions of a distribution in one directory are a problem."""
    install(tmp_path / "site", "acme-layers", "1.0", {"a>B": "m:B"})
    install(
        tmp_path / "site", "Acme.Layers", "2.0", {"a>B": "m:B"}, folder="Acme.Layers-2.0.dist-info"
    )
    install(tmp_path / "other", "acme-layers", "3.0", {"a>B": "m:B"})
    discovery = Discovery([str(tmp_path / "site"), str(tmp_path / "other")])
    assert [(each.path, each.cause) for each in discovery.problems()] == [
        (
            str(tmp_path / "site" / "acme_layers-1.0.dist-info"),
            (
                "of the same distribution as Acme.Layers-2.0.dist-info: delete the one that is "
                "left over, usually the older version"
            ),
        )
    ]


def test_problems_are_for_people(tmp_path):
    """`problems` also shows what the scan skipped, and shows each problem once."""
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


def test_an_extra_that_is_not_declared(tmp_path):
    """Each extra that no requirement has is one problem; its provider counts as available."""
    known = {"a>B": "b:B [lib]", "a>C": "c:C [Bil]", "a>D": "d:D [bil]", "a>E": "e:E [old]"}
    requires = ["lib>=1; extra == 'lib'", "old; python_version < '3' and extra == 'old'"]
    install(tmp_path, "knowledge", "1", known, requires=requires)
    discovery = Discovery([str(tmp_path)])
    (problem,) = discovery.problems()
    assert problem.path == str(tmp_path / "knowledge-1.dist-info" / "entry_points.txt")
    assert problem.cause == (
        "'a>C' has the extra 'bil', which no Requires-Dist in METADATA has: what it requires is "
        "not known, and taken to be installed"
    )
    assert [each.value for each in discovery.index.find("a>C")] == ["c:C [Bil]"]
    assert discovery.index.problems == ()
