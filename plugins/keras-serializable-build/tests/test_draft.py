"""The command `adapt`: the draft for a library on disk, and its verification by real loads."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from distributions import install
from model_makers import legacy_object, legacy_sequential, record, write_saved_model
from schemas import described, mismatch

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LAYERS = """\
import os
import keras


@keras.saving.register_keras_serializable("acme")
class Scale(keras.layers.Layer):
    def __init__(self, factor=1.0, **options):
        super().__init__(**options)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Shift(keras.layers.Layer):
    def call(self, inputs):
        return inputs + 1.0


class Noise(keras.layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.seed = keras.random.SeedGenerator(1)

    def call(self, inputs):
        return inputs + keras.random.uniform((5,), seed=self.seed)


class Process(keras.layers.Layer):
    def call(self, inputs):
        return inputs * float(os.getpid())


class Stop(keras.layers.Layer):
    @classmethod
    def from_config(cls, config):
        os._exit(3)
"""
NAMESAKES = """\
import keras


class Flatten(keras.layers.Layer):
    def __init__(self, factor=1.0, **options):
        super().__init__(**options)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Dense(keras.layers.Dense):
    pass
"""
SAVE = """\
import sys
import keras
import acme_names
from acme_nets.layers import Noise, Process, Scale, Shift, Stop

def save(name, *layers):
    keras.Sequential([keras.Input((5,)), *layers]).save(name)

save("scale.keras", Scale(3.0), keras.layers.Dense(2))
save("scale.h5", Scale(3.0), keras.layers.Dense(2))
save("shift.keras", keras.layers.Dense(2), Shift())
save("noise.keras", Noise())
save("process.keras", Process())
save("stop.keras", Stop())
save("words.keras", Shift(), keras.layers.Lambda(lambda x: x))
words = keras.Input((None,), dtype="int32")
layers = [words, keras.layers.Embedding(2, 3), Shift()]
keras.Sequential(layers).save("integers.keras")
save("dense.keras", keras.layers.Dense(2))
save("dense.h5", keras.layers.Dense(2))
save("flatten.h5", acme_names.Flatten(3.0))
"""
KEYS = {
    "Noise": "acme_nets.layers:Noise",
    "Process": "acme_nets.layers:Process",
    "Shift": "acme_nets.layers:Shift",
    "Stop": "acme_nets.layers:Stop",
    "acme>Scale": "acme_nets.layers:Scale",
}
FILES = {"acme_nets": {"__init__.py": "", "layers.py": LAYERS}}
RECORD = "acme_nets/__init__.py,,\nacme_nets/layers.py,,\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Install a library that advertises nothing, and return where."""
    folder = tmp_path_factory.mktemp("site")
    install(folder, "acme-nets", "1.2.3", files=FILES)
    (folder / "acme_nets-1.2.3.dist-info" / "RECORD").write_text(RECORD)
    install(folder, "acme-names", "1.0", files={"acme_names.py": NAMESAKES})
    (folder / "acme_names-1.0.dist-info" / "RECORD").write_text("acme_names.py,,\n")
    return folder


@pytest.fixture(scope="module")
def models(site, tmp_path_factory):
    """Return a folder with saved models of the library."""
    if importlib.util.find_spec("keras") is None:
        pytest.skip("a model is verified by a real Keras")
    folder = tmp_path_factory.mktemp("models")
    run_python(site, "-c", SAVE, cwd=folder, check=True)
    return folder


def run_python(site, *arguments, cwd=None, check=False):
    """Run Python with the library on its path."""
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    variables = {**os.environ, "PYTHONPATH": path}
    variables.setdefault("KERAS_BACKEND", "jax")
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=variables, capture_output=True, text=True, timeout=500, check=check
    )


def adapt(site, *arguments, cwd=None):
    """Run `adapt` as the command of the core does."""
    return run_python(site, "-m", "keras_serializable_build", "adapt", *arguments, cwd=cwd)


class TestDraft:
    """Without a model."""

    def test_text(self, site):
        """The draft is on standard output, how to contribute it on standard error."""
        done = adapt(site, "acme-nets")
        assert done.returncode == 0
        assert tomllib.loads(done.stdout) == {
            "requirement": "acme-nets>=1.2.3",
            "kerases": ["keras 3"],
            "made": "static scan",
            "verified": {"version": "1.2.3", "keras": "", "date": ""},
            "limits": [],
            "keys": KEYS,
        }
        steps = done.stderr.splitlines()
        assert steps[0].startswith("1. Save a small model")
        assert "plugins/keras-serializable-adapters/libraries/acme-nets.toml" in steps[1]
        assert "the oldest release in which a scan finds all keys" in steps[2]
        assert "nox -s adapters -- acme-nets" in steps[-1]
        assert "\x1b" not in done.stderr

    def test_json(self, site):
        """The JSON has the described fields."""
        done = adapt(site, "acme-nets", "--json", "--leave-out", "S*")
        told = json.loads(done.stdout)
        assert list(mismatch(told, described()["adapt"])) == []
        assert set(told["keys"]) == {"Noise", "Process", "acme>Scale"}
        assert tomllib.loads(told["draft"])["keys"] == told["keys"]
        assert done.stderr == ""

    def test_output(self, site, tmp_path):
        """The draft goes into a new file; what exists is not changed."""
        done = adapt(site, "acme-nets", "--output", tmp_path)
        file = tmp_path / "acme-nets.toml"
        assert done.stdout == ""
        told = done.stderr.splitlines()
        assert told[0] == f"{file}: it has the draft"
        assert told[2].startswith(f"2. In a clone of keras-serializable put {file} into plugins/")
        assert tomllib.loads(file.read_text("utf-8"))["keys"] == KEYS
        file.write_text("mine")
        done = adapt(site, "acme-nets", "--output", file)
        told = f"error: {file} is there already: name another file with --output\n"
        assert (done.returncode, done.stderr) == (2, told)
        assert file.read_text() == "mine"

    def test_output_in_a_clone(self, site, tmp_path):
        """A draft that is where it belongs has not to be put there."""
        folder = tmp_path / "plugins/keras-serializable-adapters/libraries"
        folder.mkdir(parents=True)
        done = adapt(site, "acme-nets", "--output", "libraries", "--json", cwd=folder.parent)
        told = json.loads(done.stdout)
        assert told["output"] == str(Path("libraries", "acme-nets.toml"))
        assert (folder / "acme-nets.toml").read_text("utf-8") == told["draft"]
        assert not any("In a clone" in step for step in told["steps"])

    def test_names_of_keras(self, site):
        """Keys with the names of Keras' own objects are told, with what follows."""
        (note,) = json.loads(adapt(site, "acme-names", "--json").stdout)["notes"]
        assert note.startswith("Keras has objects of its own named Dense, Flatten, and tries these")
        assert "custom_objects" in note

    def test_nothing_to_cover(self, tmp_path):
        """The exit code is 1 for a library without an object that Keras saves."""
        install(tmp_path, "plain", "1.0", files={"plain.py": "class A: pass\n"})
        (tmp_path / "plain-1.0.dist-info" / "RECORD").write_text("plain.py,,\n")
        done = adapt(tmp_path, "plain")
        assert done.returncode == 1
        assert done.stderr == "plain registers and defines nothing that Keras saves\n"

    def test_covered_already(self, tmp_path):
        """Who advertises the library's keys already is told."""
        table = {"acme>Scale": "acme_nets.layers:Scale"}
        install(tmp_path, "acme-nets", "1.0", table, FILES)
        (tmp_path / "acme_nets-1.0.dist-info" / "RECORD").write_text(RECORD)
        metadata = "Name: keras-serializable-adapters\nVersion: 9\nProvides-Extra: acme-nets\n\n"
        install(tmp_path, "keras-serializable-adapters", "9", metadata=metadata)
        lines = adapt(tmp_path, "acme-nets").stderr.splitlines()
        assert lines[:2] == [
            "acme-nets advertises 1 keys itself, and these go first",
            "keras-serializable-adapters 9 covers acme-nets already",
        ]

    @pytest.mark.parametrize(
        ("version", "requirement"),
        [
            ("0.2.5", "acme-nets>=0.2.5"),
            ("3", "acme-nets>=3"),
            ("1!2.0.3.4", "acme-nets>=1!2.0.3.4"),
            ("2024.1rc1", "acme-nets>=2024.1rc1"),
            ("1.2.0.dev3+g12ab", "acme-nets>=1.2.0.dev3"),
            ("x", "acme-nets"),
        ],
    )
    def test_requirement(self, tmp_path, version, requirement):
        """The requirement begins with the release that was scanned: older ones were not tried."""
        install(tmp_path, "acme-nets", version, files=FILES)
        (tmp_path / f"acme_nets-{version}.dist-info" / "RECORD").write_text(RECORD)
        draft = tomllib.loads(adapt(tmp_path, "acme-nets").stdout)
        assert draft["requirement"] == requirement

    def test_wrong_use(self, site, tmp_path):
        """Wrong use is one line, and the exit code 2."""
        (tmp_path / "m.json").write_text('{"class_name": "Sequential", "config": {}}')
        (tmp_path / "m.keras").write_text("nothing")
        for arguments, text in (
            (["no-such-library"], "error: no distribution no-such-library is installed"),
            (["acme-nets", "--model", "nothing.keras"], "error: there is no nothing.keras"),
            (["acme-nets", "--values", "v.npz"], "error: --values keeps the prediction of one"),
            (["acme-nets", "--model", "m.json"], "error: m.json is no .keras file"),
            (["acme-nets", "--model", "m.keras"], "error: m.keras is no .keras file"),
        ):
            done = adapt(site, *arguments, cwd=tmp_path)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.startswith(text)
            assert done.stderr.count("\n") == 1


class TestVerification:
    """With models: each is loaded after an import, and with nothing imported."""

    def test_verified(self, site, models, tmp_path):
        """Models of registered and of unregistered classes load, and the draft says so."""
        files = [models / name for name in ("scale.keras", "scale.h5", "shift.keras")]
        options = [option for file in files for option in ("--model", file)]
        done = adapt(site, "acme-nets", "--import", "--json", *options)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert list(mismatch(told, described()["adapt"])) == []
        draft = tomllib.loads(told["draft"])
        assert draft["made"] == "static scan, confirmed by importing every module"
        assert draft["verified"]["keras"].startswith("keras 3.")
        assert draft["verified"]["date"]
        assert draft["keys"] == KEYS
        assert [each["predictions"] for each in told["models"]] == ["equal"] * 3
        assert [each["with_draft"] for each in told["models"]] == [""] * 3
        # The import registers Scale, but not Shift.
        imported = [each["after_import"] for each in told["models"]]
        assert imported[:2] == ["", ""]
        assert "Shift" in imported[2]

    def test_another_adapter_is_installed(self, site, models, tmp_path):
        """What an installed keras-serializable-adapters says does not count."""
        metadata = (
            "Name: keras-serializable-adapters\nVersion: 9\nProvides-Extra: acme-nets\n"
            'Requires-Dist: acme-nets; extra == "acme-nets"\n\n'
        )
        wrong = {"Shift": "acme_nets:Nothing [acme-nets]"}
        install(tmp_path, "keras-serializable-adapters", "9", wrong, metadata=metadata)
        path = os.pathsep.join([str(site), str(tmp_path)])
        values = tmp_path / "values.npz"
        model = models / "shift.keras"
        done = adapt(path, "acme-nets", "--model", model, "--values", values)
        assert done.returncode == 0, done.stderr
        assert "it loads with the draft on keras 3" in done.stderr
        assert values.is_file()
        told = done.stderr.splitlines()
        assert f"{values}: it has the inputs of {model} and its prediction" in told
        assert f"{values} into tests/libraries/values" in told[-2]

    def test_data_in_a_clone(self, site, models, tmp_path):
        """A model and its values that are where they belong have not to be put there."""
        for name in ("models", "values"):
            (tmp_path / "tests/libraries" / name).mkdir(parents=True)
        model = tmp_path / "tests/libraries/models/acme-nets.keras"
        shutil.copy(models / "scale.keras", model)
        values = tmp_path / "tests/libraries/values/acme-nets.npz"
        done = adapt(site, "acme-nets", "--json", "--model", model, "--values", values)
        told = json.loads(done.stdout)
        assert told["models"][0]["values"] == str(values)
        assert told["steps"][-2] == "Put a line into tests/libraries/libraries.toml"

    def test_what_a_prediction_is_compared_with(self, site, models):
        """Where an import is not enough, it is that of a load with custom_objects."""
        options = ["--model", models / "scale.keras", "--model", models / "shift.keras"]
        told = adapt(site, "acme-nets", *options).stderr.splitlines()
        assert told[0].endswith("; its prediction is that after an import")
        assert told[1].endswith("; its prediction is that with custom_objects")
        assert "an import alone is too little, so custom_objects were used to compare" in told[2]

    def test_folders(self, site, models, tmp_path):
        """An unpacked .keras file is a model, too. Keras 3 loads no SavedModel."""
        folder = tmp_path / "scale"
        with zipfile.ZipFile(models / "scale.keras") as archive:
            archive.extractall(folder)
        done = adapt(site, "acme-nets", "--json", "--model", folder)
        assert done.returncode == 0, done.stderr
        (told,) = json.loads(done.stdout)["models"]
        assert (told["format"], told["predictions"]) == ("keras-directory", "equal")
        saved = legacy_sequential(legacy_object("Shift"))
        write_saved_model(tmp_path / "old", record("root", saved, "_tf_keras_sequential"))
        done = adapt(site, "acme-nets", "--keras", "keras", "--model", "old", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr == (
            "error: old is a SavedModel, which Keras 3 does not load: pip install tf_keras\n"
        )

    def test_names_of_keras(self, site, models):
        """An .h5 file means Keras' own objects: no table can help, so `limits` has to tell."""
        options = ["--model", models / "flatten.h5", "--model", models / "dense.h5"]
        told = json.loads(adapt(site, "acme-names", "--json", *options).stdout)
        assert [each["hidden"] for each in told["models"]] == [["Flatten"], ["Dense"]]
        assert [each["is_verified"] for each in told["models"]] == [False, False]
        assert told["steps"][0].startswith("Say in `limits` what cannot work")
        lines = adapt(site, "acme-names", *options).stderr.splitlines()
        assert f"{models / 'flatten.h5'}: Keras first tries its own Flatten" in lines
        assert f"{models / 'flatten.h5'}: with the draft it does not load: TypeError" in str(lines)
        assert f"{models / 'dense.h5'}: no custom object of it is in the draft" in lines

    def test_what_is_compared(self, site, models):
        """Random and differing predictions are told apart; whole numbers are inputs, too."""
        names = ("noise", "process", "integers")
        options = [option for name in names for option in ("--model", models / f"{name}.keras")]
        done = adapt(site, "acme-nets", "--json", *options)
        assert done.returncode == 1
        told = json.loads(done.stdout)["models"]
        assert [each["predictions"] for each in told] == ["random", "differ", "equal"]
        assert [each["is_verified"] for each in told] == [True, False, True]

    def test_what_does_not_load(self, site, models):
        """Each failure is told in one line, and the draft is not said to be verified."""
        names = ("words", "stop", "dense")
        options = [option for name in names for option in ("--model", models / f"{name}.keras")]
        done = adapt(site, "acme-nets", *options)
        assert done.returncode == 1
        assert tomllib.loads(done.stdout)["verified"]["date"] == ""
        told = [line for line in done.stderr.splitlines() if str(models) in line]
        assert "words.keras: with the draft it does not load: ValueError: " in told[0]
        assert "safe_mode" in told[0]
        assert "stop.keras: with the draft it does not load: the process ends (3)" in told[2]
        assert told[-1].endswith("dense.keras: no custom object of it is in the draft")
        assert "1. Mend the table" in done.stderr

    @pytest.mark.skipif(
        importlib.util.find_spec("tf_keras") is not None, reason="tf_keras is installed"
    )
    def test_another_keras(self, site, models, monkeypatch):
        """A Keras that is asked for and not installed is one line, and the exit code 2."""
        model = models / "scale.keras"
        error = f"error: tf_keras, which is to load {model}, is not installed: "
        done = adapt(site, "acme-nets", "--model", model, "--keras", "tf_keras")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(error)
        monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
        assert adapt(site, "acme-nets", "--model", model).stderr == done.stderr

    def test_time_limit(self, site, models):
        """A load that takes too long is told."""
        model = models / "scale.keras"
        done = adapt(site, "acme-nets", "--model", model, "--time-limit", "0.01")
        assert done.returncode == 1
        assert "with the draft it does not load: it takes longer than 0.01 s" in done.stderr
