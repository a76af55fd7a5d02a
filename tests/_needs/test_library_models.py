"""Models of real libraries: each object has the verdict that the library's table of keys gives.

A distribution that holds nothing but the table is installed, under the library's name and version.
The expected verdict follows from the table and from what the file names, not from a lookup.
"""

import importlib
import pathlib
import re

import pytest
from distributions import install, modules_of

from keras_serializable._needs.bound_needs import BoundNeeds
from keras_serializable.model_files import read_model

tomllib = importlib.import_module("tomllib" if importlib.util.find_spec("tomllib") else "tomli")

TESTS = pathlib.Path(__file__).parents[1]
FILES = sorted((TESTS / "model_files" / "files").iterdir())
RUNS = tomllib.loads((TESTS / "libraries" / "libraries.toml").read_text("utf-8"))["runs"]
LIBRARIES = {model: name for name, run in RUNS.items() for model in run.get("models", [name])}
KERAS = re.compile("(tf_)?keras==|tensorflow==")
TABLES = TESTS.parent / "plugins" / "keras-serializable-adapters" / "libraries"


def table_of(name):
    """Return the keys of a model's library, as the adapters have them."""
    text = (TABLES / f"{LIBRARIES[name]}.toml").read_text("utf-8")
    return tomllib.loads(text)["keys"]


def expected_verdict(found, table):
    """Return the verdict that follows from a table of entry points."""
    if found.kind == "lambda":
        return "lambda"
    package = found.key.partition(">")[0] if ">" in found.key else None
    is_advertised = found.key in table or package in table
    # A function may be named without its package.
    suffixes = [key for key in table if key.endswith(f">{found.key}")]
    is_advertised |= found.kind != "class" and len(suffixes) == 1
    return "provided" if is_advertised or found.origin in table.values() else "unknown"


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_verdicts(site, resolver, file):
    """Key, verdict, distribution and version of each object, and the requirement lines."""
    name, _, version = RUNS[LIBRARIES[file.stem]]["install"].partition("==")
    table = table_of(file.stem)
    install(site, name, version, table, modules_of(table))
    needs = BoundNeeds(lambda: resolver, "keras-serializable==1").inspect_model(file)
    assert [each.key for each in needs.objects] == [each.key for each in read_model(file).objects]
    for each in needs.objects:
        assert (each.key, each.verdict) == (each.key, expected_verdict(each, table))
        is_provided = each.verdict == "provided"
        assert (each.distribution, each.version) == (
            (name, version) if is_provided else (None,) * 2
        )
    lines = [f"{name}=={version}", "keras-serializable==1"]
    kerases = [line for line in needs.requirements if KERAS.match(line)]
    assert len(kerases) == (2 if kerases[0].startswith("keras==2") else 1)
    assert set(needs.requirements[len(kerases) :]) == (
        set(lines) if any(each.verdict == "provided" for each in needs.objects) else set()
    )
    assert needs.loads == all(each.verdict == "provided" for each in needs.objects)


def test_most_are_provided():
    """The tables name nearly all of what the files name: an empty table would not be noticed."""
    verdicts = [
        expected_verdict(found, table_of(path.stem))
        for path in FILES
        for found in read_model(path).objects
    ]
    assert verdicts.count("provided") > 100
    assert verdicts.count("unknown") < 12
