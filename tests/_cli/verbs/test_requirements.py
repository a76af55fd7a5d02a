"""`requirements`: a requirements file."""

from distributions import install, install_example
from model_makers import keras_object, sequential, write_json

import keras_serializable

CORE = f"keras-serializable=={keras_serializable.__version__}"
BACKEND = "# Keras 3 also needs a backend of your choice: jax, tensorflow, torch"


def test_lines(site, run, model):
    """Keras, what finds providers, the distributions; comments for the rest."""
    install_example(site, "decorated")
    done = run("requirements", model)
    assert done.out.splitlines() == [
        "keras==3.15.1",
        CORE,
        "acme-layers==1.2",
        BACKEND,
        "# beta>F1: the module 'm' is not installed (m:F1, at compile_config.metrics[0])",
    ]
    assert done.code == 1
    install(site, "beta", "2.0", {"beta": "beta"}, {"beta.py": ""})
    done = run("requirements", model, model)
    lines = ["keras==3.15.1", CORE, "acme-layers==1.2", "beta==2.0", BACKEND]
    assert done.out.splitlines() == lines
    assert done.code == 0


def test_models_of_several_kerases(run, tmp_path):
    """A comment says where several versions of one distribution are asked for."""
    files = [
        write_json(tmp_path / f"{version}.json", {**sequential(), "keras_version": version})
        for version in ("2.15.0", "3.15.1", "2.16.0")
    ]
    lines = run("requirements", *files).out.splitlines()
    tensorflow = "tensorflow==2.15.*"
    assert lines[:4] == ["keras==2.15.0", tensorflow, "keras==3.15.1", "tf_keras==2.16.0"]
    assert lines[4:] == [
        BACKEND,
        "# pip cannot install keras==2.15.0 and keras==3.15.1 together: ask for each model alone",
    ]


def test_no_line_of_a_file_is_a_command(site, run, tmp_path):
    """Whatever a file says, a line is a comment or names what metadata says."""
    layer = {"class_name": "a>B\n-r /etc/passwd\n", "config": {}}
    model = {**sequential(layer), "keras_version": "3\n--index-url=http://evil"}
    done = run("requirements", write_json(tmp_path / "m.json", model))
    assert all(line.startswith("#") for line in done.out.splitlines())
    assert len(done.out.splitlines()) == 2


def test_json(site, run, model):
    """JSON names the lines, and the keys of which nothing is known."""
    done = run("requirements", "--json", model)
    assert done.json == {
        "requirements": ["keras==3.15.1"],
        "claimed": [],
        "unknown": ["acme>Scale", "beta>F1"],
        "errors": [],
    }


def test_broken(site, run, model):
    """Lines that cannot make an object load are no success."""
    install(site, "acme", "1.0", {"acme>Scale": "acme_nowhere:Scale", "beta": "acme_nowhere"})
    done = run("requirements", model)
    assert done.code == 1
    assert "acme==1.0\n" in done.out
    assert "# acme>Scale: acme 1.0 advertises it, but the module 'acme_nowhere' is not" in done.out
    assert run("requirements", "--json", model).json["unknown"] == ["acme>Scale", "beta>F1"]


def test_a_series_and_a_release(site, run, tmp_path):
    """A release of the TensorFlow that Keras 2 needs contradicts nothing."""
    install(site, "tensorflow", "2.15.1", {"tf>A": "tensorflow:A"}, {"tensorflow.py": ""})
    layer = keras_object("A", "tensorflow", "tf>A", name="a")
    file = write_json(tmp_path / "m.json", {**sequential(layer), "keras_version": "2.15.0"})
    lines = run("requirements", file).out.splitlines()
    assert lines == [
        *("keras==2.15.0", "tensorflow==2.15.*", CORE, "tensorflow==2.15.1"),
    ]


def test_one_unreadable(run, model, tmp_path):
    """The lines of the other files are written, with a comment about the one without."""
    done = run("requirements", tmp_path / "no.keras", model)
    assert done.code == 2
    error = f"{tmp_path / 'no.keras'}: there is no such file"
    assert done.err == f"error: {error}\n"
    assert done.out.splitlines()[0] == "keras==3.15.1"
    assert done.out.splitlines()[-1] == f"# {error}"
