"""`stamp`: what it writes, what it says, and its exit codes."""

import shutil
import subprocess
import sys

import pytest
from distributions import install
from model_makers import SCALE, keras_object, sequential, write_json, write_keras

from keras_serializable import _resolver
from keras_serializable.model_files import read_model

LAYERS = {"acme_layers.py": "class Scale: pass\n"}


@pytest.fixture
def plugin(site):
    """Install a distribution that advertises the layer `acme>Scale`."""
    install(site, "acme-layers", "1.2", {"acme>Scale": "acme_layers:Scale"}, LAYERS)
    _resolver().refresh()
    return site


@pytest.fixture
def scale(tmp_path):
    """Return the file of a model with one custom layer."""
    return write_keras(tmp_path / "scale.keras", sequential(SCALE))


def test_stamped(run, plugin, scale):
    """The file has a stamp, the table says what is in it, and the exit code is 0."""
    done = run("stamp", scale)
    assert done.code == 0
    first, header, row = done.out.splitlines()
    assert first == f"{scale}: the stamp names the distributions of 1 of 1 custom objects"
    assert header.split() == ["KEY", "REQUIREMENT", "ENTRY", "POINT"]
    assert row.split() == [
        *("acme>Scale", "acme-layers==1.2", "acme>Scale", "=", "acme_layers:Scale")
    ]
    assert str(read_model(scale).stamp.objects["acme>Scale"]) == "acme-layers 1.2"


def test_json(run, plugin, scale, model):
    """JSON has the stamp of each file and the keys that nothing is known of."""
    done = run("stamp", "--json", scale, model)
    assert done.code == 1
    one, two = done.json["models"]
    assert one == {
        "path": str(scale),
        "stamp": {
            "python": read_model(scale).stamp.python,
            "keras": "3.15.1",
            "objects": {
                "acme>Scale": {
                    "distribution": "acme-layers",
                    "version": "1.2",
                    "entry_point": "acme>Scale = acme_layers:Scale",
                    "requirement": "acme-layers==1.2",
                }
            },
        },
        "unknown": [],
    }
    assert (two["path"], two["unknown"]) == (str(model), ["beta>F1"])


def test_unknown(run, plugin, model):
    """A key of which nothing is known is in the table, and the exit code is 1."""
    done = run("stamp", model)
    assert done.code == 1
    assert done.out.splitlines()[-1].split() == ["beta>F1", "unknown"]


def test_nothing_to_name(run, plugin, tmp_path):
    """A model of Keras' own parts is left alone, and that is no failure."""
    path = write_keras(tmp_path / "plain.keras", sequential(keras_object("Dense")))
    done = run("stamp", path)
    assert (done.code, done.out) == (0, f"{path} has no custom objects, and needs no stamp\n")
    assert read_model(path).stamp is None


def test_errors(run, plugin, tmp_path):
    """What cannot be stamped is one line on standard error, and exit code 2."""
    path = write_json(tmp_path / "model.json", sequential(SCALE))
    done = run("stamp", path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {path}: a stamp fits into .keras and .h5 files")
    assert run("stamp", tmp_path / "nothing").code == 2
    assert run("stamp").code == 2


def test_what_others_say_then(run, plugin, scale):
    """Where the plugin is not installed, `inspect` and `requirements` say what the file claims."""
    run("stamp", scale)
    shutil.rmtree(plugin / "acme_layers-1.2.dist-info")
    _resolver().refresh()
    done = run("requirements", scale)
    assert done.code == 0
    assert "acme-layers==1.2  # the file claims this" in done.out.splitlines()
    written = run("requirements", "--json", scale).json
    assert (written["claimed"], written["unknown"]) == (["acme-layers==1.2"], [])
    assert "acme-layers==1.2" in written["requirements"]
    done = run("inspect", scale)
    assert done.code == 1
    assert "acme>Scale: the file itself claims this" in done.out
    last = "To install: pip install keras==3.15.1; as the file claims, pip install acme-layers==1.2"
    assert done.out.splitlines()[-1].endswith(last)
    (written,) = run("inspect", "--json", scale).json["models"]
    assert written["claimed"] == ["acme-layers==1.2"]
    assert written["objects"][0]["is_claimed"]


def test_pip_accepts_the_lines(run, plugin, scale, tmp_path):
    """Comments and claims are no hindrance: pip reads the lines of `requirements`."""
    run("stamp", scale)
    shutil.rmtree(plugin / "acme_layers-1.2.dist-info")
    _resolver().refresh()
    file = tmp_path / "requirements.txt"
    unknown = write_keras(tmp_path / "unknown.keras", sequential(keras_object("A", None, "b>A")))
    file.write_text(run("requirements", scale, unknown).out)
    options = ("--dry-run", "--no-index", "--no-deps", "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "install", *options, "-r", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # pip has read all lines before it looks for the first one, which no index has.
    assert "Could not find a version that satisfies the requirement keras==3.15.1" in done.stderr


def test_a_broken_stamp(run, plugin, scale):
    """A broken stamp hinders nobody: `inspect` says so, and `stamp` writes a new one."""
    run("stamp", scale)
    content = scale.read_bytes()
    scale.write_bytes(content.replace(b'"format":"1"', b'"format":"9"'))
    done = run("inspect", scale)
    assert done.code == 0
    assert "The stamp of the file is passed over: it has a format that this release" in done.out
    (written,) = run("inspect", "--json", scale).json["models"]
    assert written["stamp_problem"].startswith("it has a format that this release")
    assert written["claimed"] == []
    assert run("stamp", scale).code == 0
    assert scale.read_bytes() == content
