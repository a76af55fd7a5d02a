"""The bare names in a saved model."""

import json
import subprocess
import sys
import zipfile

import h5py
import pytest
from model_makers import legacy_object, legacy_sequential, record, write_saved_model

import keras_serializable_build

CODE = "import keras\nclass MLP(keras.layers.Layer): pass\n"


@pytest.fixture
def model(tmp_path):
    """Return a function that writes a `.keras` file whose layers have given names and classes."""

    def write_model(*layers):
        config = {
            "module": "keras",
            "class_name": "Sequential",
            "registered_name": "Sequential",
            "config": {
                "layers": [
                    {
                        "registered_name": name,
                        "module": module,
                        "class_name": class_name,
                        "config": {},
                    }
                    for name, module, class_name in layers
                ]
            },
        }
        path = tmp_path / "model.keras"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", json.dumps(config))
        return path

    return write_model


@pytest.fixture
def model_h5(tmp_path):
    """Return a function that writes an `.h5` file with a layer of a given name and class."""

    def write_model(name, module, class_name):
        layer = {"registered_name": name, "module": module, "class_name": class_name}
        path = tmp_path / "model.h5"
        with h5py.File(path, "w") as file:
            file.attrs["model_config"] = json.dumps({"config": {"layers": [layer]}})
        return path

    return write_model


def scan(*arguments):
    """Run the command in this process."""
    return keras_serializable_build.main(["scan", "--json", *map(str, arguments)])


def test_agrees(write, model, capsys):
    """A file that states the class of a bare key is a second source of it."""
    root = write({"src/acme.py": CODE})
    assert scan(root / "src", "--model", model(("MLP", "acme", "MLP"))) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["entry_points"] == {"MLP": "acme:MLP"}
    assert result["sources"] == {"MLP": ["static", "file"]}


def test_chooses(write, model, capsys):
    """If two classes have one bare name, the file decides."""
    root = write({"src/acme/a.py": CODE, "src/acme/b.py": CODE})
    assert scan(root / "src", "--model", model(("MLP", "acme.b", "MLP"))) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["entry_points"] == {"MLP": "acme.b:MLP"}
    assert result["sources"] == {"MLP": ["file"]}


def test_stays_inside_the_library(write, model, capsys):
    """Classes of other libraries, registered keys and Keras' own classes add nothing."""
    root = write({"src/acme.py": CODE})
    path = model(("A", "os", "path"), ("x>B", "acme", "MLP"), ("Dense", "keras.layers", "Dense"))
    assert scan(root / "src", "--model", path) == 0
    assert json.loads(capsys.readouterr().out)["entry_points"] == {"MLP": "acme:MLP"}


def test_class_that_is_gone(write, model, capsys):
    """A class that the library does not have is reported and not advertised."""
    root = write({"src/acme.py": CODE})
    assert scan(root / "src", "--model", model(("Old", "acme.old", "Old"))) == 0
    result = json.loads(capsys.readouterr().out)
    assert "Old" not in result["entry_points"]
    assert "which the library does not have" in result["unresolved"][0]["reason"]


def test_another_class(write, model, capsys):
    """A file that states another class than the table is reported."""
    code = CODE + "class MLP2(keras.layers.Layer): pass\n"
    root = write({"src/acme.py": code})
    assert scan(root / "src", "--model", model(("MLP", "acme", "MLP2"))) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["entry_points"]["MLP"] == "acme:MLP"
    assert "the file states acme:MLP2" in result["unresolved"][0]["reason"]


def test_h5(write, model_h5, capsys):
    """An `.h5` file says which class is meant, too."""
    root = write({"src/acme/a.py": CODE, "src/acme/b.py": CODE})
    assert scan(root / "src", "--model", model_h5("MLP", "acme.b", "MLP")) == 0
    assert json.loads(capsys.readouterr().out)["entry_points"] == {"MLP": "acme.b:MLP"}


def test_unpacked(write, model, tmp_path, capsys):
    """An unpacked `.keras` file says the same as the file."""
    root = write({"src/acme/a.py": CODE, "src/acme/b.py": CODE})
    with zipfile.ZipFile(model(("MLP", "acme.b", "MLP"), ("x>B", "acme", "B"))) as archive:
        archive.extractall(tmp_path / "model")
    assert scan(root / "src", "--model", tmp_path / "model") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["entry_points"] == {"MLP": "acme.b:MLP"}
    assert result["sources"] == {"MLP": ["file"]}


def test_saved_model(write, tmp_path, capsys):
    """A SavedModel is read. It names no module of a layer, so it adds nothing."""
    root = write({"src/acme.py": CODE})
    config = legacy_sequential(legacy_object("MLP"))
    path = write_saved_model(tmp_path / "old", record("root", config, "_tf_keras_sequential"))
    assert scan(root / "src", "--model", path) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["sources"] == {"MLP": ["static"]}


def test_h5_without_a_model(write, tmp_path, capsys):
    """An `.h5` file without a model is an error that names it."""
    with h5py.File(tmp_path / "x.h5", "w"):
        pass
    root = write({"src/acme.py": CODE})
    assert scan(root / "src", "--model", tmp_path / "x.h5") == 2
    assert "x.h5 is no model" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["h5py", "keras_serializable"])
def test_missing_reader(write, model_h5, missing):
    """Where a module that reads the model is missing, the error says how to get it."""
    root = write({"src/acme.py": CODE})
    path = model_h5("MLP", "acme", "MLP") if missing == "h5py" else root
    program = (
        f"import sys; sys.modules['{missing}'] = None; import keras_serializable_build as build; "
        f"sys.exit(build.main(['scan', {str(root / 'src')!r}, '--model', {str(path)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert f"pip install {missing.replace('_', '-')}" in done.stderr


@pytest.mark.parametrize("kind", ["text", "folder", "broken HDF5", "nested too deep"])
def test_no_model_file(write, kind, capsys):
    """A file of another format is an error that names it."""
    root = write({"src/acme.py": CODE, "x.keras": "no zip"})
    path = root / "x.keras"
    if kind == "folder":
        path = root
    elif kind == "broken HDF5":
        path.write_bytes(b"\x89HDF\r\n\x1a\nand nothing else")
    elif kind == "nested too deep":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", "[" * 100_000)
    assert scan(root / "src", "--model", path) == 2
    assert str(path) in capsys.readouterr().err
