"""Tests for distributions under test."""

import pytest
from distributions import install

from pytest_keras_serializable._subjects import NotInstalled, Subject


@pytest.fixture
def subject(tmp_path, monkeypatch):
    """Return a distribution with a package and a key, in a project that has its table."""
    code = """
    import keras
    @keras.saving.register_keras_serializable("all")
    class One(keras.layers.Layer): pass
    @keras.saving.register_keras_serializable("acme")
    class Two(keras.layers.Layer): pass
    """
    table = {"all": "acme", "acme>Two": "acme:Two", "Bare": "acme:One"}
    site = install(tmp_path / "site", "acme", table, {"acme.py": code})
    lines = [f'"{name}" = "{value}"' for name, value in table.items()]
    head = ["[project]", 'name = "Acme"', "[project.entry-points.keras_serializable]"]
    (tmp_path / "pyproject.toml").write_text("\n".join([*head, *lines]), encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    return Subject.installed("acme", tmp_path)


def test_keys(subject):
    """The keys are those of the table and, of a package, those that the source registers."""
    assert subject.packages == {"all": "acme"}
    assert subject.keys == {"Bare": "acme:One", "acme>Two": "acme:Two", "all>One": "acme"}
    assert subject.modules == {"acme"}


def test_lines(subject):
    """The line of a key is that of the project's table; a key of a package has the package's."""
    assert subject.is_project
    assert subject.line_of("acme>Two") == "pyproject.toml:5"
    assert subject.line_of("all>One") == subject.line_of("all") == "pyproject.toml:4"


def test_lines_elsewhere(subject, tmp_path):
    """Without a project the metadata is the place of a key."""
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    other = Subject.installed("acme", tmp_path)
    assert not other.is_project
    assert other.line_of("Bare") == (
        "the entry points of acme ([keras_serializable] Bare = acme:One)"
    )


def test_not_installed(tmp_path):
    """A distribution that is not installed is an error that says what to do."""
    with pytest.raises(NotInstalled, match="pip install --editable"):
        Subject.installed("nowhere-to-be-found", tmp_path)
