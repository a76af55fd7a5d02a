"""Which modules a folder or file holds."""

import pytest

import keras_serializable_build

CODE = """
import keras
@keras.saving.register_keras_serializable("acme")
class Scale(keras.layers.Layer):
    pass
"""


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"acme.py": CODE}, "acme:Scale"),
        ({"acme/__init__.py": CODE}, "acme:Scale"),
        ({"acme/layers.py": CODE}, "acme.layers:Scale"),
        ({"pyproject.toml": "", "src/acme/layers.py": CODE}, "acme.layers:Scale"),
        ({"pyproject.toml": "", "acme/layers.py": CODE, "setup.py": CODE}, "acme.layers:Scale"),
        ({"org/acme/layers.py": CODE, "org/acme/__init__.py": ""}, "org.acme.layers:Scale"),
        ({"setup.py": "", "acme.py": CODE, "docs/conf.py": CODE}, "acme:Scale"),
    ],
)
def test_layouts(scan, files, value):
    """Projects with and without `src`, packages, namespace packages and flat modules are found."""
    assert scan(files).entry_points == {"acme>Scale": value}


def test_package_or_module_as_path(write):
    """A package or a module may be named itself; its import name starts at its root."""
    root = write({"org/__init__.py": "", "org/acme/__init__.py": "", "org/acme/layers.py": CODE})
    for path in ("org/acme", "org/acme/layers.py", "org"):
        result = keras_serializable_build.scan_source([root / path])
        assert result.entry_points == {"acme>Scale": "org.acme.layers:Scale"}
        assert str(result.entries["acme>Scale"].place) == "org/acme/layers.py:3"


def test_tests_are_left_out(scan):
    """Tests are not scanned, unless the library imports them."""
    files = {f"acme/{name}.py": CODE for name in ("tests/a", "test_b", "c_test", "conftest")}
    assert scan(files).entry_points == {}
    files["acme/__init__.py"] = "from .tests.a import Scale\n"
    assert scan(files).entry_points == {"acme>Scale": "acme.tests.a:Scale"}


def test_not_a_module(scan):
    """Files that no import can name are left out."""
    assert scan({"my-script.py": CODE, "acme/1st.py": CODE, "a.b/x.py": CODE}).modules == 0


def test_unreadable_file(scan):
    """A file that is no valid Python is reported, and all others are scanned."""
    result = scan({"acme/a.py": CODE, "acme/b.py": "print 'two'\n", "acme/c.py": "x = '\0'\n"})
    assert result.entry_points == {"acme>Scale": "acme.a:Scale"}
    assert [str(told.place) for told in result.unresolved] == ["acme/b.py:1", "acme/c.py:1"]
    assert "cannot be read as Python" in result.unresolved[0].reason


def test_encoding(write):
    """A file may declare its encoding."""
    root = write({})
    text = "# -*- coding: latin-1 -*-\nNAME = 'é'\n" + CODE.replace('"acme"', "NAME")
    (root / "acme.py").write_bytes(text.encode("latin-1"))
    result = keras_serializable_build.scan_source([root])
    assert result.entry_points == {"é>Scale": "acme:Scale"}


def test_missing_path(tmp_path):
    """A path that does not exist is an error that names it."""
    with pytest.raises(FileNotFoundError, match="nowhere"):
        keras_serializable_build.scan_source([tmp_path / "nowhere"])


def test_one_path_instead_of_several(tmp_path):
    """A string is refused: its letters would be read as paths, and the first is the root."""
    for path in (str(tmp_path), tmp_path):
        with pytest.raises(TypeError, match="write scan_source"):
            keras_serializable_build.scan_source(path)
