"""Installed distributions: the files that are scanned."""

import json
import sys

import pytest

import keras_serializable_build

CODE = (
    "import keras\n@keras.saving.register_keras_serializable('acme')\n"
    "class Scale(keras.layers.Layer): pass\n"
)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a folder that stands on `sys.path`."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def install(site, files, table="", direct_url=None):
    """Write an installed distribution `acme` with a RECORD, as installers do."""
    info = "acme-1.0.dist-info"
    files = {
        **files,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n",
        f"{info}/entry_points.txt": f"[keras_serializable]\n{table}",
    }
    if direct_url is not None:
        files[f"{info}/direct_url.json"] = json.dumps(direct_url)
    for name, content in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD", "../bin/acme.py"])
    (site / info / "RECORD").write_text(record)


def test_own_files(site):
    """Only the distribution's own files are scanned, not its neighbours'."""
    install(site, {"acme/layers.py": CODE})
    (site / "other.py").write_text(CODE)
    result = keras_serializable_build.scan_installed("acme")
    assert result.entry_points == {"acme>Scale": "acme.layers:Scale"}
    assert "acme" not in sys.modules


def test_editable(site):
    """The sources of an editable installation are scanned."""
    project = site / "my project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "acme.py").write_text(CODE)
    (project / "pyproject.toml").write_text("")
    install(site, {}, direct_url={"url": project.as_uri(), "dir_info": {"editable": True}})
    result = keras_serializable_build.scan_installed("acme")
    assert result.entry_points == {"acme>Scale": "acme:Scale"}


@pytest.mark.parametrize(("table", "code"), [("acme>Scale = acme:Scale\n", 0), ("", 1)])
def test_check(site, table, code, capsys):
    """`--check` compares with the entry points of the installed distribution."""
    install(site, {"acme.py": CODE}, table)
    assert keras_serializable_build.main(["scan", "--installed", "acme", "--check"]) == code
    assert capsys.readouterr().out == ('+"acme>Scale" = "acme:Scale"\n' if code else "")


@pytest.mark.parametrize(
    ("given", "error"),
    [(None, "has no list of its files"), ({"editable": True}, "there is no file or folder")],
    ids=["no RECORD", "the source of an editable installation"],
)
def test_missing_files(site, given, error, capsys):
    """If the files of a distribution are unknown or gone, the scan says so: it finds nothing."""
    gone = {"url": (site / "gone").as_uri(), "dir_info": given}
    install(site, {"acme.py": CODE}, direct_url=given and gone)
    (site / "acme-1.0.dist-info" / "RECORD").unlink()
    assert keras_serializable_build.main(["scan", "--installed", "acme"]) == 2
    assert error in capsys.readouterr().err
