"""The examples in the docstrings hold."""

import doctest
import importlib
import pathlib

import pytest

import keras_serializable

PACKAGE = pathlib.Path(keras_serializable.__file__).parent
MODULES = sorted(
    ".".join(("keras_serializable", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for file in PACKAGE.rglob("*.py")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    """Every example gives what it shows."""
    module = importlib.import_module(name)
    result = doctest.testmod(module, extraglobs={}, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_seen(name):
    """A public class or function with an `Example` section has an example that runs."""
    module = importlib.import_module(name)
    text = pathlib.Path(module.__file__).read_text("utf-8")
    attempted = sum(len(test.examples) for test in doctest.DocTestFinder().find(module))
    assert attempted >= text.count("Example:\n")
