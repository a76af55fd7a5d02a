"""Tests for the connection to the installed Keras: edited, imported twice, or during its import."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

KERAS = Path(importlib.util.find_spec("keras").origin).parent
"""The installed Keras, which the tests copy."""

KINDS = ("activations", "constraints", "initializers", "losses", "metrics", "regularizers")
FUNCTIONS = {
    "saving/object_registration.py": ("get_registered_name", "get_registered_object"),
    "saving/serialization_lib.py": ("deserialize_keras_object", "_retrieve_class_or_fn"),
    "legacy/saving/serialization.py": ("class_and_config_for_serialized_keras_object",),
    "layers/__init__.py": ("deserialize",),
    "models/model.py": ("model_from_json",),
    "optimizers/schedules/learning_rate_schedule.py": ("deserialize",),
    "saving/saving_api.py": ("load_model",),
    **{f"{kind}/__init__.py": ("deserialize", "get") for kind in (*KINDS, "optimizers")},
}
"""The functions by which Keras looks keys up, in ``keras/src``."""

SAVE = """
import keras
from keras_serializable_example.activations import squish
from keras_serializable_example.layers import Scale
model = keras.Sequential([keras.Input((3,)), Scale(), keras.layers.Dense(2, activation=squish)])
model.save("model.keras")
model.save("model.h5")
"""

LOADS = """
def loads():
    "Return whether this Keras loads a model of the plugin, of classes made for it."
    import keras
    for name in ("model.keras", "model.h5"):
        scale, dense = keras.saving.load_model(name).layers
        assert isinstance(scale, keras.layers.Layer) and type(scale).__name__ == "Scale"
        assert dense.activation.__name__ == "squish"
    found = keras.losses.deserialize("example.training>smooth_error")
    return getattr(found, "__name__", None) == "smooth_error"
"""


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Return a function that runs a program beside saved models, and returns its error output."""
    folder = tmp_path_factory.mktemp("models")

    def run(code, *arguments, path=""):
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }
        done = subprocess.run(
            [sys.executable, *arguments, "-c", code],
            cwd=folder,
            env={**variables, "JAX_PLATFORMS": "cpu", "KERAS_BACKEND": "jax", "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    run(SAVE)
    return run


def add_parameter(keras, file, function, parameter):
    """Add a parameter at the end of the parameters of a function in a copied Keras."""
    path = keras / "src" / file
    text = path.read_text()
    found = re.search(rf"\ndef {function}\((.*?)\):", text, re.DOTALL)
    before, stars, after = found[1].rstrip(", \n").partition("**")
    parameters = f"{before.rstrip(', ')}, {parameter}" + (f", {stars}{after}" if stars else "")
    path.write_text(text[: found.start(1)] + parameters + text[found.end(1) :])


@pytest.fixture
def edited(tmp_path):
    """Return a function that copies the installed Keras and adds a parameter to functions."""

    def edit(functions, parameter):
        shutil.copytree(KERAS, tmp_path / "keras")
        for file, names in functions.items():
            for name in names:
                add_parameter(tmp_path / "keras", file, name, parameter)
        return str(tmp_path)

    return edit


def test_a_keras_with_new_parameters_that_have_defaults(run, edited):
    """Keras is connected as a whole, without a warning."""
    path = edited(FUNCTIONS, "strict=None")
    errors = run(
        f"""
import keras_serializable
keras_serializable.connect()
{LOADS}
assert loads()
import keras
assert keras.__file__.startswith({path!r})
""",
        path=path,
    )
    assert "UnknownKerasWarning" not in errors


@pytest.mark.parametrize(
    ("file", "function"),
    [
        ("saving/object_registration.py", "get_registered_object"),
        ("layers/__init__.py", "deserialize"),
    ],
)
@pytest.mark.parametrize("is_connected_first", [True, False])
def test_a_keras_with_a_new_parameter_without_default(
    run, edited, file, function, is_connected_first
):
    """Keras is left alone as a whole, and one warning names the function and the parameter."""
    steps = ["import keras_serializable; keras_serializable.connect()", "import keras"]
    errors = run(
        "\n".join(steps if is_connected_first else steps[::-1])
        + """
assert keras.saving.get_registered_name(print) == "print"
name = "example.training>smooth_error"
assert keras.saving.deserialize_keras_object(name) == keras.losses.deserialize(name) == name
code = keras.saving.get_registered_object.__code__
assert "keras_serializable" not in str(code.co_names)
""",
        path=edited({file: [function]}, "*, strict"),
    )
    assert errors.count("UnknownKerasWarning: keras_serializable leaves keras alone") == 1
    module = file[:-3].replace("/", ".").removesuffix(".__init__")
    name = f"keras.src.{module}.{function}"
    assert f"{name} has a new parameter 'strict'" in errors


@pytest.mark.parametrize("copies", [1, 2])
def test_setting_the_backend_imports_keras_anew(run, copies):
    """The new Keras is connected once, and it gets no object that was made for the old one."""
    run(f"""
import keras, keras_serializable
keras_serializable.connect()
{LOADS}
assert loads()
old = keras
keras.config.set_backend("jax")
del keras
import keras
assert keras is not old
if {copies} == 2:
    import keras_serializable as second
    assert second is not keras_serializable
    second.connect()
assert loads()

def is_connected(keras):
    return "keras_serializable" in str(keras.saving.get_registered_object.__code__.co_names)

assert is_connected(keras) and not is_connected(old)
keras_serializable.disconnect()
assert is_connected(keras) == ({copies} == 2)
if {copies} == 2:
    second.disconnect()
assert not is_connected(keras)
""")


HELD_UP = """
import importlib, sys, threading
import keras_serializable

class Blocking:
    "Stops the import of one module after the module is found, and before `sys.modules` has it."

    found, go_on = threading.Event(), threading.Event()

    def find_spec(name, path=None, target=None):
        if name != sys.argv[1]:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        def create_module(spec):
            Blocking.found.set()
            assert Blocking.go_on.wait(60)
        spec.loader.create_module = create_module
        return spec

sys.meta_path.insert(0, Blocking)
thread = threading.Thread(target=importlib.import_module, args=("keras",), daemon=True)
thread.start()
assert Blocking.found.wait(60)
assert sys.argv[1] not in sys.modules
keras_serializable.connect()
Blocking.go_on.set()
thread.join(60)
import keras
keras.layers.Dense(1)
"""


@pytest.mark.parametrize(
    "part", ["saving.object_registration", "saving.serialization_lib", "losses"]
)
def test_connecting_while_another_thread_imports_keras(run, part):
    """A module that another thread has found but not imported yet is connected too."""
    code = HELD_UP.replace("sys.argv[1]", repr(f"keras.src.{part}"))
    run(f"{code}\n{LOADS}\nassert loads()")


def test_a_warning_that_is_an_error(run, edited):
    """Keras is imported; a later connect() raises the warning and leaves no finder."""
    functions = {"layers/__init__.py": ["deserialize"]}
    run(
        """
import sys
import keras_serializable
keras_serializable.connect()
import keras
keras_serializable.disconnect()
before = sys.meta_path.copy()
try:
    keras_serializable.connect()
except UserWarning:
    pass
else:
    raise AssertionError
assert sys.meta_path == before
""",
        "-W",
        "error::UserWarning",
        path=edited(functions, "*, strict"),
    )
