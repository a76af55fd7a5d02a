"""The verbs of the command `keras-serializable` that this distribution has."""

import json

import pytest
from distributions import install
from keras_serializable._cli import main
from schemas import described, mismatch

SOURCE = """
from keras_serializable import register_keras_serializable

@register_keras_serializable("acme")
class Scale:
    def get_config(self):
        return {}
"""


@pytest.fixture
def library(tmp_path):
    """Return the folder of a library that registers one class."""
    (tmp_path / "acme.py").write_text(SOURCE)
    return str(tmp_path)


def test_scan(library, capsys):
    """All arguments are those of `python -m keras_serializable_build scan`."""
    assert main(["scan", library]) == 0
    assert '"acme>Scale" = "acme:Scale"' in capsys.readouterr().out
    assert main(["scan", library, "--json"]) == 0
    assert "acme>Scale" in str(json.loads(capsys.readouterr().out))
    assert main(["scan", library, "--import", "--time-limit", "60", "-v"]) == 0


def test_json(library, capsys):
    """The JSON of `scan` has the described fields."""
    assert main(["scan", library, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(mismatch(told, described()["scan"])) == []
    assert told["sources"] == {"acme>Scale": ["static"]}


def test_adapt(tmp_path, monkeypatch, capsys):
    """`adapt` drafts the file of a library, as `python -m keras_serializable_build adapt` does."""
    install(tmp_path, "acme", "1.0", files={"acme.py": SOURCE})
    (tmp_path / "acme-1.0.dist-info" / "RECORD").write_text("acme.py,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert main(["adapt", "acme"]) == 0
    assert '"acme>Scale" = "acme:Scale"' in capsys.readouterr().out
    assert main(["adapt", "no-such-library"]) == 2
    assert main(["adapt", "--help"]) == 0
    assert "usage: keras-serializable adapt" in capsys.readouterr().out


def test_exit_codes(library, tmp_path, capsys):
    """1 where the table differs, 2 for a wrong use, with one line that says so."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\nversion = "1.0"\n')
    assert main(["scan", library, "--check"]) == 1
    capsys.readouterr()
    assert main(["scan", library, "--no-such-option"]) == 2
    assert capsys.readouterr().err == "error: unrecognized arguments: --no-such-option\n"
    assert main(["scan", f"{library}/nothing"]) == 2


def test_help(capsys):
    """Its help has all options."""
    assert main(["scan", "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: keras-serializable scan")
    for option in ("--installed", "--import", "--model", "--json", "--check", "--write", "--bare"):
        assert option in out


def test_new(tmp_path, monkeypatch, capsys):
    """`new` makes a project, as `python -m keras_serializable_build new` does."""
    monkeypatch.chdir(tmp_path)
    assert main(["new", "acme-layers"]) == 0
    assert (tmp_path / "acme-layers" / "pyproject.toml").is_file()
    assert main(["new", "--help"]) == 0
    assert "usage: keras-serializable new" in capsys.readouterr().out
