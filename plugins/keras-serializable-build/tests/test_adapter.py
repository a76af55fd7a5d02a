"""Adapters: the drafted file of a library that advertises nothing itself."""

import importlib.metadata
import sys

import pytest

from keras_serializable_build import adapt, compare

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CODE = """\
import keras
@keras.saving.register_keras_serializable("acme")
class Scale(keras.layers.Layer): pass
class Shift(keras.layers.Layer): pass
class Dense(keras.layers.Layer): pass
"""


@pytest.fixture
def acme(tmp_path, monkeypatch):
    """Install a library with a class that it registers, and two that it does not."""
    folder = tmp_path / "acme-1.2.3.dist-info"
    folder.mkdir()
    (tmp_path / "acme_layers.py").write_text(CODE)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.2.3\n")
    (folder / "RECORD").write_text("acme_layers.py,,\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("acme")
def test_draft():
    """The draft covers what is registered and what is not, and leaves open what was verified."""
    draft = tomllib.loads(adapt("acme", leave_out=["De*"]))
    assert draft == {
        "requirement": "acme>=1.2.3",
        "kerases": ["keras 3"],
        "made": "static scan",
        "verified": {"version": "1.2.3", "keras": "", "date": ""},
        "limits": [],
        "keys": {"Shift": "acme_layers:Shift", "acme>Scale": "acme_layers:Scale"},
    }


@pytest.mark.usefixtures("acme")
def test_registered_only():
    """Classes that are never registered can be left out."""
    assert set(tomllib.loads(adapt("acme", bare=False))["keys"]) == {"acme>Scale"}


def test_not_installed():
    """A library that is not installed is an error that names it."""
    with pytest.raises(importlib.metadata.PackageNotFoundError, match="no-such-library"):
        adapt("no-such-library")


def test_compare_one_key_for_two_kerases(acme, tmp_path):
    """Where a key names one object in each Keras, the value of either one is right."""
    old = CODE.partition("class Shift")[0].replace("keras", "tf_keras", 2)
    (tmp_path / "acme_old.py").write_text(old.replace("keras.layers", "tf_keras.layers"))
    (tmp_path / "acme-1.2.3.dist-info" / "RECORD").write_text("acme_layers.py,,\nacme_old.py,,\n")
    for module in ("acme_layers", "acme_old"):
        assert compare("acme", {"acme>Scale": f"{module}:Scale"}) == ""
    assert "+" in compare("acme", {"acme>Scale": "acme_layers:Shift"})


@pytest.mark.usefixtures("acme")
def test_compare():
    """What is gone and what is new is told; a key of no class of the library is an alias."""
    keys = {"acme>Scale": "acme_layers:Scale", "Old": "acme_layers:Shift"}
    assert compare("acme", keys) == ""
    assert compare("acme", {"Gone": "acme_layers:Gone"}) == (
        '-"Gone" = "acme_layers:Gone"\n+"acme>Scale" = "acme_layers:Scale"\n'
    )
