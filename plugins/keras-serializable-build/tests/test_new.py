"""Tests for the project that `new` makes."""

import subprocess
import sys

import pytest

from keras_serializable_build import main, new, scan_source


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the working directory, an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("backend", new.BACKENDS)
def test_project(folder, backend, capsys):
    """The project has a module, tests, a README, CI, and says what to do next."""
    assert main(["new", "acme-layers", "--backend", backend]) == 0
    root = folder / "acme-layers"
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert files - {"MANIFEST.in"} == {
        ".github/workflows/ci.yml",
        ".gitignore",
        "README.md",
        "pyproject.toml",
        "src/acme_layers/__init__.py",
        "src/acme_layers/layers.py",
        "src/acme_layers/losses.py",
        "tests/conftest.py",
        "tests/test_layers.py",
        "tests/test_losses.py",
    }
    # Without it, setuptools leaves conftest.py out of the source distribution.
    assert ("MANIFEST.in" in files) == (backend == "setuptools")
    assert backend in (root / "pyproject.toml").read_text("utf-8")
    assert "cd acme-layers" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["acme-layers"]


def test_no_placeholder_stays(folder):
    """Every placeholder of the templates is filled in; GitHub's own expressions stay."""
    main(["new", "acme-layers"])
    for path in (folder / "acme-layers").rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8").replace("${{ matrix.python-version }}", "")
            assert "$" not in text, path


@pytest.mark.parametrize(
    ("options", "package"), [((), "acme_layers"), (("--package", "acme"), "acme")]
)
def test_keys(folder, options, package):
    """The keys have the package that was asked for, else the name of the module."""
    main(["new", "acme-layers", *options])
    assert scan_source([folder / "acme-layers" / "src"]).entry_points == {
        f"{package}>CappedError": "acme_layers.losses:CappedError",
        f"{package}>Shift": "acme_layers.layers:Shift",
    }


@pytest.mark.parametrize("name", ["acme-layers", "A", "a.very-long_name." * 3 + "x"])
def test_lint(folder, name):
    """The project passes its linter, whatever the length of its name."""
    assert main(["new", name]) == 0
    for options in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *options, "--no-cache", "."]
        done = subprocess.run(
            command, cwd=folder / name, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("-acme", "cannot be the name of a distribution"),
        ("acme layers", "cannot be the name of a distribution"),
        ("../acme", "cannot be the name of a distribution"),
        ("acmé", "cannot be the name of a distribution"),
        ("3d-layers", "let the name begin with a letter"),
        ("class", "is no name in Python"),
        ("json", "is taken"),
        ("Keras", "is taken"),
    ],
)
def test_wrong_name(folder, capsys, name, message):
    """A name that cannot be used is an error, and nothing is written."""
    assert main(["new", "--", name]) == 2
    assert message in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_wrong_package(folder, capsys):
    """A package that cannot be that of a key is an error."""
    assert main(["new", "acme", "--package", "a>b"]) == 2
    assert "cannot be the package of a key" in capsys.readouterr().err


def test_folder_that_is_there(folder, capsys):
    """What is there already stays as it is; an empty folder is filled."""
    (folder / "acme").mkdir()
    assert main(["new", "acme"]) == 0
    (folder / "acme" / "README.md").write_text("mine", encoding="utf-8")
    assert main(["new", "acme"]) == 2
    assert "is not empty: nothing was changed" in capsys.readouterr().err
    assert (folder / "acme" / "README.md").read_text("utf-8") == "mine"
    (folder / "other").write_text("mine", encoding="utf-8")
    assert main(["new", "other"]) == 2
    assert "is no folder" in capsys.readouterr().err
