"""The examples in the docstrings hold: of the core, and of the plugins that are installed here.

`nox -s plugins` installs each plugin in turn.
"""

import doctest
import importlib.util
import pathlib
import re

import pytest

PLUGINS = sorted(pathlib.Path(__file__).parents[1].glob("plugins/*/src/*/__init__.py"))
PACKAGES = ["keras_serializable", *(file.parent.name for file in PLUGINS)]


def modules_of(package):
    """Return the names of a package's modules, none where the package is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        return []
    folder = pathlib.Path(spec.origin).parent
    # PyInstaller runs a hook, which nobody can import.
    files = [file for file in sorted(folder.rglob("*.py")) if file.stem.isidentifier()]
    parts = [file.relative_to(folder.parent).with_suffix("").parts for file in files]
    names = [".".join(each).removesuffix(".__init__") for each in parts]
    return [name for name in names if not name.endswith(".__main__")]


OF_CORE, *OF_PLUGINS = map(modules_of, PACKAGES)
MODULES = [*OF_CORE, *(name for names in OF_PLUGINS for name in names)]


class Finder(doctest.DocTestFinder):
    """Finds examples also in classes that show a public address, not their own module."""

    def _from_module(self, module, obj):
        public = getattr(obj, "__module__", None) in PACKAGES
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
    assert attempted >= len(re.findall("^ +Example:$", text, re.MULTILINE))


def public_objects(module):
    """Yield the classes and functions that a module shows: those in its `__all__`, or its own."""
    names = getattr(module, "__all__", None)
    for name, found in vars(module).items():
        is_own = getattr(found, "__module__", None) == module.__name__ and not name.startswith("_")
        if callable(found) and (is_own if names is None else name in names):
            yield name, found


@pytest.mark.parametrize(
    "name", [name for name in MODULES if "._" not in name and name not in OF_CORE[1:]]
)
def test_every_public_name_has_an_example(name):
    """Every class and function of the core, and of a plugin's public modules, has an example."""
    finder = doctest.DocTestFinder(recurse=False, exclude_empty=False)
    without = [
        public
        for public, found in public_objects(importlib.import_module(name))
        if not any(test.examples for test in finder.find(found, public, module=False))
    ]
    assert without == []
