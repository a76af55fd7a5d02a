"""The examples in the docstrings hold."""

import doctest
import importlib
import pathlib
import re

import pytest

import keras_serializable

PACKAGE = pathlib.Path(keras_serializable.__file__).parent
MODULES = sorted(
    ".".join(("keras_serializable", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for file in PACKAGE.rglob("*.py")
    if file.stem.isidentifier()  # PyInstaller runs a hook, which nobody can import.
)


class Finder(doctest.DocTestFinder):
    """Finds examples also in classes that show a public address, not their own module."""

    def _from_module(self, module, obj):
        public = getattr(obj, "__module__", None) == "keras_serializable"
        if isinstance(obj, type) and public:
            text = pathlib.Path(module.__file__).read_text("utf-8")
            return re.search(rf"^class {obj.__name__}\b", text, re.MULTILINE) is not None
        return super()._from_module(module, obj)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    """Every example gives what it shows."""
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in Finder().find(module):
        runner.run(test)
    assert runner.summarize().failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_seen(name):
    """A public class or function with an `Example` section has an example that runs."""
    module = importlib.import_module(name)
    text = pathlib.Path(module.__file__).read_text("utf-8")
    attempted = sum(len(test.examples) for test in Finder().find(module))
    assert attempted >= text.count("Example:\n")
