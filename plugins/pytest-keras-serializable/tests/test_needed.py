"""Tests for which modules a lookup needs."""

import pytest

from pytest_keras_serializable._needed import importing_line, unneeded


@pytest.fixture
def imported(tmp_path):
    """Return a function that writes modules of a package, and returns their files by name."""

    def write(**sources):
        files = {}
        for name, source in sources.items():
            is_package = name in {"acme", "acme__sub"}
            stem = name.replace("__", "/") + ("/__init__.py" if is_package else ".py")
            path = tmp_path / stem
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
            files[name.replace("__", ".")] = str(path)
        return files

    return write


def check(files, module):
    """Return what is imported without need, of modules that are all the distribution's own."""
    return unneeded(module, files, set(files))


@pytest.mark.parametrize(
    "line",
    [
        "import acme.tools",
        "from acme import tools",
        "from acme.tools import one, two",
        "from . import tools",
        "from .tools import one",
        "def later():\n    from .tools import one",
    ],
)
def test_what_a_module_imports(imported, line):
    """What a module imports it needs, in whichever form it says so."""
    files = imported(acme="", acme__layers=line, acme__tools="one = two = 1")
    assert check(files, "acme.layers") == []


def test_what_is_imported_further(imported):
    """What an imported module imports is needed, too."""
    files = imported(acme="", acme__a="from . import b", acme__b="from . import c", acme__c="")
    assert check(files, "acme.a") == []


def test_what_the_package_imports(imported):
    """What a package around the module imports is not needed, and the line is found."""
    files = imported(
        acme="import os\nfrom .losses import *\n",
        acme__layers="",
        acme__losses="from .tools import x",
        acme__tools="x = 1",
    )
    assert check(files, "acme.layers") == ["acme.losses", "acme.tools"]
    assert importing_line("acme.losses", files) == (files["acme"], 2)
    assert importing_line("acme.tools", files) is None


def test_name_of_the_package(imported):
    """Where the module takes a name from the package, what the package imports is needed."""
    files = imported(
        acme="from .tools import helper", acme__layers="from . import helper", acme__tools=""
    )
    assert check(files, "acme.layers") == []


def test_inner_package(imported):
    """Relative imports are followed from packages inside of packages, and upwards."""
    files = imported(
        acme="",
        acme__sub="from .. import losses",
        acme__sub__layers="from ..tools import x\nfrom . import more",
        acme__sub__more="",
        acme__tools="x = 1",
        acme__losses="",
    )
    assert check(files, "acme.sub.layers") == ["acme.losses"]


def test_package_as_value(imported):
    """Where the package itself is asked for, all that it imports is needed."""
    files = imported(acme="from . import layers, losses", acme__layers="", acme__losses="")
    assert check(files, "acme") == []


def test_other_distributions(imported):
    """Modules of other distributions are not counted."""
    files = imported(acme="import other", other="", acme__layers="")
    assert unneeded("acme.layers", files, {"acme", "acme.layers"}) == []
