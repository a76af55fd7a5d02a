"""Importable: finding a module by its file or folder alone."""

from importlib import machinery

import pytest
from distributions import Link, lay

from keras_serializable._installed.importable import module_exists

EXTENSION = machinery.EXTENSION_SUFFIXES[0]


@pytest.mark.parametrize(
    ("tree", "name", "place"),
    [
        ({"acme": {"__init__.py": ""}}, "acme", "acme"),
        ({"acme": {"layers.py": ""}}, "acme", "acme"),
        ({"acme.py": ""}, "acme", "acme.py"),
        ({"acme.pyc": ""}, "acme", "acme.pyc"),
        ({f"acme{EXTENSION}": ""}, "acme", f"acme{EXTENSION}"),
        ({"acme": {"__init__.py": ""}, "acme.py": ""}, "acme", "acme"),
        ({"acme": {"data.csv": ""}}, "acme", None),
        ({"acme": {"data.csv": ""}, "acme.py": ""}, "acme", "acme.py"),
        ({"acme.py": {}}, "acme", None),
        ({"acme": "a file"}, "acme", None),
        ({"acme": Link("acme")}, "acme", None),
        ({"acme-1.0.dist-info": {}}, "acme", None),
        ({"Acme": {"__init__.py": ""}}, "bolt", None),
        ({"acme": {"layers.py": ""}}, "acme/", None),
        ({"acme": {"layers.py": ""}}, "acme.layers", None),
        ({"acme.py": ""}, "nul\0byte", None),
        ({"acme.py": ""}, "", None),
    ],
)
def test_module_exists(tmp_path, tree, name, place):
    """A module is found by its file or folder alone."""
    lay(tmp_path / "site", tree)
    odd = [None, b"bytes", "nul\0", "\ud800", ["list"], str(tmp_path / "nowhere")]
    found = module_exists(name, [*odd, str(tmp_path / "site")])
    assert found == (place and str(tmp_path / "site" / place))


def test_module_exists_imports_nothing(tmp_path, fresh):
    """Nothing is imported to find a module, in the current directory either."""
    lay(tmp_path, {"acme": {"__init__.py": "raise RuntimeError"}})
    code = """
from keras_serializable._installed.importable import module_exists
import sys
before = set(sys.modules)
print(module_exists("acme", [""]), set(sys.modules) - before)
"""
    assert fresh(code) == "acme set()\n"
