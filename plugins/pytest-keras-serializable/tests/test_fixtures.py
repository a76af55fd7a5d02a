"""Tests for the fixtures, on distributions that are on disk."""

import importlib
import importlib.metadata
import sys

import keras_serializable
import pytest
from distributions import install

PLAIN = """
class Plain:
    def get_config(self):
        return {}
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Install two plugins into a folder of this process and of those that it starts."""
    for name in ("acme", "bolt"):
        install(tmp_path, f"{name}-layers", {f"{name}>Plain": f"{name}_layers:Plain"}, {})
        (tmp_path / f"{name}_layers.py").write_text(PLAIN, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    yield tmp_path
    for name in ("acme", "bolt"):
        sys.modules.pop(f"{name}_layers", None)


def test_registry(site, keras_serializable_registry):
    """The registry is empty, asks what is installed, and keeps to itself what is registered."""
    registry = keras_serializable_registry
    assert registry.get_custom_objects() == {}
    assert registry.get_registered_object("acme>Plain").__module__ == "acme_layers"
    registry.register_keras_serializable("mine", "abs")(lambda x: x)
    assert "mine>abs" not in keras_serializable.get_custom_objects()


def test_registry_is_fresh(keras_serializable_registry):
    """Each test gets a registry of its own."""
    assert keras_serializable_registry.get_custom_objects() == {}


def test_environment(site, keras_serializable_environment, keras_serializable_registry):
    """Only the chosen distributions are found; the modules of all can be imported."""
    keras_serializable_environment("acme-layers")
    assert [each.name for each in keras_serializable.providers()] == ["acme>Plain"]
    assert keras_serializable_registry.get_registered_object("bolt>Plain") is None
    assert keras_serializable_registry.get_registered_object("acme>Plain") is not None
    assert importlib.import_module("bolt_layers").Plain
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("pytest")


def test_environment_changes(site, keras_serializable_environment):
    """Another choice replaces the first; no distribution at all is a choice as well."""
    keras_serializable_environment("acme-layers")
    keras_serializable_environment("bolt_layers")
    assert [each.name for each in keras_serializable.providers()] == ["bolt>Plain"]
    keras_serializable_environment()
    assert keras_serializable.providers() == []


def test_environment_ends(site):
    """The next test finds everything again."""
    names = {each.name for each in keras_serializable.providers()}
    assert names >= {"acme>Plain", "bolt>Plain"}
    assert importlib.metadata.version("pytest")


def test_environment_of_what_is_not_installed(keras_serializable_environment):
    """A distribution that is not installed cannot be chosen."""
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        keras_serializable_environment("nowhere-to-be-found")


def test_process(site, keras_serializable_process):
    """The process has imported nothing before, and says what its code has imported."""
    code = """
import keras_serializable
print(keras_serializable.get_registered_object("acme>Plain").__module__)
"""
    finished = keras_serializable_process(code)
    assert finished.output == "acme_layers\n"
    assert {"acme_layers", "keras_serializable"} <= finished.modules
    assert not {"bolt_layers", "keras", "pytest"} & finished.modules


def test_process_with_chosen_distributions(site, keras_serializable_process):
    """Only chosen distributions are found in the process."""
    code = "import keras_serializable; print([p.name for p in keras_serializable.providers()])"
    finished = keras_serializable_process(code, distributions=["bolt-layers"])
    assert finished.output == "['bolt>Plain']\n"


def test_process_that_fails(keras_serializable_process):
    """A process that fails shows its traceback."""
    with pytest.raises(AssertionError, match=r"(?s)status 1.*ZeroDivisionError"):
        keras_serializable_process("1 / 0")


def test_process_with_variables(keras_serializable_process):
    """Environment variables are those of this process and those that are given."""
    code = "import os; print(os.environ['ACME'])"
    assert keras_serializable_process(code, variables={"ACME": "yes"}).output == "yes\n"
