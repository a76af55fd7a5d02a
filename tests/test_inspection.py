"""Inspection: what a person is told of the metadata on a path."""

import os

import pytest
from distributions import Link, install, lay, metadata_text

from keras_serializable.inspection import inspect

METADATA = {"METADATA": metadata_text("bad", "1.0")}
FOLDER = "bad-1.0.dist-info"
FILE = f"{FOLDER}{os.sep}entry_points.txt"


def problems(directory):
    """Return what is wrong in a directory: the place in it, and the cause."""
    found = inspect([str(directory)])
    return [(os.path.relpath(each.path, directory), each.cause) for each in found]


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_sound(tmp_path, kind):
    """Of what packaging tools write nothing is said."""
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
    """What is not as packaging tools write it is shown once, with its place."""
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
    """An entry that cannot be listed is passed over, and one that stands twice is read once."""
    lay(tmp_path / "site", {FOLDER: {}})
    (tmp_path / "file").touch()
    path = [str(tmp_path / name) for name in ("nowhere", "file", "site", "site")]
    assert [each.path for each in inspect(path)] == [str(tmp_path / "site" / FOLDER)]
    code = """
import os
from keras_serializable.inspection import inspect
os.chdir("site")
print(*(each.path for each in inspect([""])))
"""
    assert fresh(code) == f"{FOLDER}\n"
