"""Stamps: what a connected Keras saves is stamped, and what a stamp says ends up in its error.

Each test runs in a process of its own, beside a small Keras (see `small_keras`). Real ones are
tested with the plugins.
"""

import os
import shutil
import time

import pytest
from distributions import install, lay
from model_makers import write_keras
from small_keras import small_keras, small_keras_2

from keras_serializable._keras.stamps import claim_about, stamp_saved, state_of
from keras_serializable.errors import StampWarning

PRELUDE = """
import importlib, os, sys, warnings
import keras_serializable
from keras_serializable.model_files import read_model

SCALE = {"module": "acme_layers", "class_name": "Scale", "config": {},
         "registered_name": "acme>Scale"}
MODEL = {"class_name": "Sequential", "config": {"name": "model", "layers": [SCALE]}}

def api(root="keras"):
    return importlib.import_module(f"{root}.src.saving.saving_api")

def stamped(path="model.keras"):
    stamp = read_model(path).stamp
    return None if stamp is None else {key: str(each) for key, each in stamp.objects.items()}
"""
CLASS = """
class Scale:
    def get_config(self): return {}
"""
STAMPED = "{'acme>Scale': 'acme-layers 1.2'}\n"


@pytest.fixture(params=["keras", "tf_keras"], ids=["Keras 3", "Keras 2"])
def root(request):
    """Return the import name of a small Keras."""
    return request.param


@pytest.fixture
def run(site, fresh, root):
    """Return a function that runs code beside a small Keras and a plugin."""
    lay(site, small_keras() if root == "keras" else small_keras_2())
    install(
        site, "acme-layers", "1.2", {"acme>Scale": "acme_layers:Scale"}, {"acme_layers.py": CLASS}
    )

    def run(code, **variables):
        return fresh(f"{PRELUDE}\nROOT = {root!r}\n{code}", site, **variables)

    return run


class TestSaving:
    @pytest.mark.parametrize("first", ["keras_serializable.connect(stamp=True)", "api(ROOT)"])
    def test_saved_is_stamped(self, run, first):
        """A Keras that is imported before or after stamps what it saves, and imports no plugin."""
        code = f"""
{first}
keras_serializable.connect(stamp=True)
api(ROOT).save_model(MODEL, "model.keras")
print(stamped(), "acme_layers" in sys.modules)
"""
        assert run(code) == STAMPED.replace("\n", " False\n")

    def test_only_where_asked(self, run):
        """Without `stamp=True`, and after disconnect(), a file is as Keras has saved it."""
        code = """
keras_serializable.connect()
api(ROOT).save_model(MODEL, "model.keras")
print(stamped())
keras_serializable.connect(stamp=True)
keras_serializable.connect()
api(ROOT).save_model(MODEL, "model.keras")
print(stamped())
keras_serializable.disconnect()
api(ROOT).save_model(MODEL, "model.keras")
print(stamped())
"""
        assert run(code) == f"None\n{STAMPED}None\n"

    def test_every_way_to_call(self, run):
        """Arguments by place, by name and beyond those known reach Keras, and so do paths."""
        code = """
import pathlib
keras_serializable.connect(stamp=True)
save = api(ROOT).save_model
PARAMETER = "zipped" if ROOT == "keras" else "save_format"
save(MODEL, pathlib.Path("a.keras"))
save(MODEL, overwrite=True, filepath="b.keras", **{PARAMETER: None})
save(MODEL, "c.keras", True, None, later=1)
print([stamped(f"{name}.keras") is not None for name in "abc"])
"""
        assert run(code) == "[True, True, True]\n"

    def test_what_was_not_saved(self, run):
        """Keras' own error passes, and a file that the user kept is not stamped."""
        code = """
save = api(ROOT).save_model
save(MODEL, "model.keras")
keras_serializable.connect(stamp=True)
save(MODEL, "model.keras", overwrite=False, answer="no")
print(stamped())
try:
    save(MODEL, "model.txt")
except ValueError as error:
    print(error, os.path.exists("model.txt"))
"""
        assert run(code) == "None\nInvalid filepath extension for saving. False\n"

    def test_a_failure_is_a_warning(self, run):
        """A file that cannot be stamped is saved, with a warning or a line on standard error."""
        code = """
keras_serializable.connect(stamp=True)
save = api(ROOT).save_model
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    save({"class_name": "Sequential"}, "model.keras")
print(caught[0].category.__name__, caught[0].message, os.path.getsize("model.keras") > 0)
sys.stderr = sys.stdout
save({"class_name": "Sequential"}, "model.keras")
"""
        first, second = run(code).splitlines()
        assert first.startswith("StampWarning model.keras is saved, but could not be stamped. ")
        assert first.endswith("it has no class_name and config True")
        assert second.startswith("model.keras is saved, but could not be stamped. NoConfigError: ")

    def test_a_wrong_variable(self, run):
        """An operator's variable that does not exist does not make saving fail either."""
        code = """
warnings.simplefilter("ignore")
keras_serializable.connect(stamp=True)
api(ROOT).save_model(MODEL, "model.keras")
print(stamped())
"""
        assert run(code, KERAS_SERIALIZABLE_DENNY_KEYS="x") == "None\n"


class TestLoading:
    SAVE = """
keras_serializable.connect(stamp=True)
api(ROOT).save_model(MODEL, "model.keras")
"""
    LOAD = """
def load(path):
    try:
        api(ROOT).load_model(path)
    except Exception as error:
        return "\\n".join([str(error), *getattr(error, "__notes__", [])])

keras_serializable.connect()
said = load("model.keras")
print(said.count("not registered"), *said.splitlines()[-1:])
"""
    CLAIM = 'The file says that acme-layers 1.2 provides it: pip install "acme-layers==1.2"\n'

    @pytest.fixture
    def load(self, run, site):
        """Return a function that loads the stamped model where the plugin is not installed."""
        run(self.SAVE)
        shutil.rmtree(site / "acme_layers-1.2.dist-info")
        (site / "acme_layers.py").unlink()

        return lambda: run(self.LOAD)

    def test_the_claim(self, load):
        """The note of a key that was not found says what the file claims."""
        assert load() == f"1 {self.CLAIM}"

    def test_a_broken_stamp(self, load, tmp_path):
        """A broken stamp, or none, adds nothing to the note."""
        path = tmp_path / "model.keras"
        path.write_bytes(path.read_bytes().replace(b'"format":"1"', b'"format":"9"'))
        assert "The file says" not in load()

    def test_elsewhere(self, run):
        """A key that is not looked for in a file has no claim."""
        assert claim_about("acme>Scale") == ""


def load_model(filepath, key):
    """Ask what the file says of a key, from a function that is called like one of Keras."""
    return claim_about(key)


def test_a_function_of_somebody_else(tmp_path):
    """A function that is called like Keras' own and is in no Keras does not count."""
    path = write_keras(tmp_path / "model.keras", {"class_name": "A", "config": {}})
    assert load_model(str(path), "acme>Scale") == ""


class Odd(os.PathLike):
    """A path that has no text."""

    def __fspath__(self):
        raise RuntimeError


def test_state(tmp_path):
    """The state of a file changes with every save; what is no local file has none."""
    path = tmp_path / "model.keras"
    assert state_of(path) is None
    assert state_of(tmp_path) is None
    assert state_of(b"model.keras") is None
    assert state_of(None) is None
    assert state_of("gs://bucket/model.keras") is None
    assert state_of("a\0b") is None
    assert state_of(Odd()) is None
    path.write_bytes(b"one")
    former = state_of(str(path))
    assert former == state_of(path)
    time.sleep(0.02)
    path.write_bytes(b"two")
    assert former != state_of(path)


def test_stamp_saved(tmp_path):
    """The path is handed on as text if the file is there and new; any error is a warning."""
    path, stamped = tmp_path / "model.keras", []
    stamp_saved(stamped.append, path, None)
    path.write_bytes(b"")
    stamp_saved(stamped.append, path, state_of(path))
    assert stamped == []
    stamp_saved(stamped.append, path, None)
    assert stamped == [os.fspath(path)]

    def fail(path):
        raise RuntimeError("a\x1b[31m")

    with pytest.warns(StampWarning, match=r"could not be stamped\. RuntimeError: a\\x1b\[31m"):
        stamp_saved(fail, path, None)
