"""Keys: package and name, joined by ``>``."""

import pytest

from keras_serializable._keys import (
    advertises_package,
    key_of,
    library_of,
    name_of,
    package_of,
    stated_module,
)


def test_join():
    """A key is package and name with ``>`` between them."""
    assert key_of("acme", "Scale") == "acme>Scale"


@pytest.mark.parametrize(
    ("key", "package", "name"),
    [
        ("acme>Scale", "acme", "Scale"),
        ("MDN", None, "MDN"),
        ("a>b>c", "a", "b>c"),
        (">Scale", "", "Scale"),
        ("acme>", "acme", ""),
        ("", None, ""),
        ("Custom>ünïcode layer", "Custom", "ünïcode layer"),
    ],
)
def test_parts(key, package, name):
    """The first ``>`` ends the package; a bare name has none."""
    assert package_of(key) == package
    assert name_of(key) == name


@pytest.mark.parametrize("package", ["acme", ""])
@pytest.mark.parametrize("name", ["Scale", "a>b", ""])
def test_parts_of_a_joined_key(package, name):
    """What was joined comes apart again."""
    key = key_of(package, name)
    assert (package_of(key), name_of(key)) == (package, name)


@pytest.mark.parametrize(
    ("config", "module"),
    [
        ({"module": "mdn.layers"}, "mdn.layers"),
        ({"module": None}, "__main__"),
        ({"module": ""}, ""),
        ({}, None),
    ],
)
def test_stated_module(config, module):
    """Null stands for a script or a notebook, and no field for nothing."""
    assert stated_module(config) == module


@pytest.mark.parametrize(
    ("key", "module", "library"),
    [
        ("MDN", "mdn.layers", "mdn"),
        ("MDN", "__main__", "__main__"),
        ("MDN", "builtins", None),
        ("MDN", "", None),
        ("MDN", None, None),
        ("MDN", 3, None),
        ("acme>MDN", "mdn.layers", None),
    ],
)
def test_library_of(key, module, library):
    """A file tells by a module which library it means by a bare key."""
    assert library_of(key, module) == library


@pytest.mark.parametrize(
    ("name", "value", "package"),
    [
        ("acme>Scale", "acme.layers:Scale", False),
        ("acme>Scale", "acme.layers", False),
        ("acme", "acme.layers", True),
        ("MDN", "mdn:MDN", False),
        (">Scale", "acme.layers", False),
    ],
)
def test_key_or_package(name, value, package):
    """A value with an attribute makes the name a key, and so does ``>`` in it."""
    assert advertises_package(name, value) is package
