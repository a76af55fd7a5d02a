"""`inspect`: what saved models need."""

from distributions import install, install_example
from model_makers import keras_object, sequential, write_json, write_keras


def test_tree_and_table(site, run, model):
    """The tree shows each part, the table each key, the last line whether it will load."""
    install_example(site, "decorated")
    done = run("inspect", model)
    lines = done.out.splitlines()
    assert lines[0] == (
        f"{model}: model sequential (Sequential), saved by Keras 3.15.1 on 2026-11-25 16:44:07"
    )
    assert "├── layer scale (Scale)  acme>Scale: provided by acme-layers 1.2" in lines
    assert "├── layer dense (Dense)" in lines
    assert "├── loss (mse)" in lines
    assert "└── metric (F1)  beta>F1: unknown" in lines
    row = next(line for line in lines if line.startswith("acme>Scale"))
    assert " ".join(row.split()) == "acme>Scale class provided by acme-layers 1.2 config.layers[0]"
    assert lines[-1].startswith("It will not load: 1 unknown.")
    assert done.code == 1


def test_unknown(site, run, tmp_path):
    """The output says which class the file names, and whether its library is installed."""
    install(site, "acme-layers", "1.2")
    layer = keras_object("Scale", "acme_layers.nets", None, name="scale")
    twice = keras_object("Twice", None, "acme>Twice", name="twice")
    done = run("inspect", write_keras(tmp_path / "m.keras", sequential(layer, twice)))
    assert (
        "Scale: the file names acme_layers.nets:Scale; acme-layers 1.2 is installed, and does not "
        "advertise it\n" in done.out
    )
    assert "acme>Twice: a script or a notebook defines it\n" in done.out


def test_a_wrong_name(run, site, tmp_path):
    """Keras knows a format by the name of the file; a wrong name is told."""
    install(site, "keras", "3.15.1")
    done = run("inspect", write_keras(tmp_path / "model.h5", sequential()))
    assert done.code == 1
    assert done.out.endswith(
        "It will not load. Keras reads a .keras archive only if its name ends in .keras: rename "
        "it.\n"
    )
    (told,) = run("inspect", "--json", tmp_path / "model.h5").json["models"]
    assert not told["loads"]
    assert told["format_problem"].endswith("rename it")


def test_custom_only(site, run, model):
    """What is Keras' own is left out, but for what a custom object is in."""
    done = run("inspect", "--custom-only", model)
    assert "Dense" not in done.out
    assert "mse" not in done.out
    assert "layer scale (Scale)" in done.out
    keys = [
        each["key"]
        for each in run("inspect", "--custom-only", "--json", model).json["models"][0]["objects"]
    ]
    assert keys == ["acme>Scale", "beta>F1"]


def test_it_will_load(site, run, model):
    """Exit code 0 if each custom object of each model is provided."""
    install(site, "acme", "1.0", {"acme": "acme", "beta": "acme.beta"}, {"acme.py": ""})
    install(site, "keras", "3.15.1")
    other = write_json(model.parent / "other.json", sequential())
    done = run("inspect", model, other)
    assert done.code == 0
    assert done.out.count("It will load.\n") == 2
    assert (
        run("inspect", "--json", model, other).json["models"][1]["objects"][0]["key"]
        == "Sequential"
    )


def test_what_to_install(site, run, tmp_path, knowledge):
    """What is known to be missing is told as a command."""
    install(site, "keras", "3.15.1")
    layer = {"class_name": "Custom>TCN", "config": {"name": "tcn"}}
    model = write_json(tmp_path / "m.json", sequential(layer))
    done = run("inspect", model)
    last = 'It will not load: 1 not installed. To install: pip install "keras-tcn>=3"\n'
    assert done.out.endswith(last)
    assert "Custom>TCN: known to knowledge 1.0" in done.out
    assert done.code == 1


def test_hostile_names(run, tmp_path):
    """Control characters and markup of a file are shown as text."""
    layer = {"class_name": "a>\x1b[31m[bold red]B[/]", "config": {"name": "\x1b]0;x\x07\n"}}
    done = run("inspect", write_json(tmp_path / "m.json", sequential(layer)))
    assert "\x1b" not in done.out
    assert "\x07" not in done.out
    assert "[bold red]B[/]" in done.out


def test_one_unreadable(run, model, tmp_path):
    """A file that cannot be read is an error, and the others are shown anyway."""
    done = run("inspect", model, write_keras(tmp_path / "b.keras", b"nothing"))
    assert done.code == 2
    assert "b.keras: config.json: it is not JSON" in done.err
    assert "layer scale (Scale)" in done.out
    told = run("inspect", "--json", tmp_path / "b.keras", model).json
    assert [each["path"] for each in told["models"]] == [str(model)]
    (error,) = told["errors"]
    assert error["path"] == str(tmp_path / "b.keras")
    assert "it is not JSON" in error["error"]
