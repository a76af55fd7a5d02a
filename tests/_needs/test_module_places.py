"""Module places: where a module would be found."""

import sys

import pytest
from distributions import lay

from keras_serializable._needs.module_places import place_of


def test_places(site):
    """The file of a module at any depth; nothing is imported."""
    lay(site, {"pack": {"__init__.py": "raise SystemExit", "part.py": "", "space": {"m.py": ""}}})
    lay(site, {"single.py": ""})
    assert place_of("single") == str(site / "single.py")
    assert place_of("pack") == str(site / "pack" / "__init__.py")
    assert place_of("pack.part") == str(site / "pack" / "part.py")
    assert place_of("pack.space") == str(site / "pack" / "space")
    assert place_of("pack.space.m") == str(site / "pack" / "space" / "m.py")
    assert "pack" not in sys.modules
    assert place_of("sys") == "built-in"


@pytest.mark.parametrize("module", ["no_such_module", "single.part", "json.nothing", "", "a..b"])
def test_nowhere(site, module):
    """A module that would not be found."""
    lay(site, {"single.py": ""})
    assert place_of(module) is None
