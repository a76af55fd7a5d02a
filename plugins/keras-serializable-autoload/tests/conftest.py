"""Real environments: wheels are built from the source folders and installed by pip.

The environment of pytest supplies Keras, joblib and Dask, so nothing is downloaded. Its `.pth`
files and the distributions of this repository are left out.
"""

import pytest
from large_data import LargeData
from virtual_environments import ROOT, Environment, build_wheel, link_library

SOURCES = {
    "core": ROOT,
    "example": ROOT / "plugins" / "keras-serializable-example",
    "autoload": ROOT / "plugins" / "keras-serializable-autoload",
}


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """Return a wheel of each distribution, by name."""
    built = {}
    for name, source in SOURCES.items():
        built[name] = build_wheel(source, tmp_path_factory.mktemp(name), "--no-build-isolation")
    return built


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """Return a folder with the installed distributions, without those of this repository."""
    folder = tmp_path_factory.mktemp("library")
    link_library(folder)
    return folder


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory, wheels, library):
    """Return a function that makes an environment with Keras and some of our distributions."""

    def make(*names, keras=True):
        environment = Environment(tmp_path_factory.mktemp("environment"))
        if keras:
            (environment.site_packages / "library.pth").write_text(f"{library}\n")
        if names:
            environment.install(*(wheels[name] for name in names))
        return environment

    return make


@pytest.fixture(scope="session")
def environment(make_environment):
    """Return an environment with Keras and all of our distributions. No test may change it."""
    return make_environment("core", "example", "autoload")


@pytest.fixture(scope="session")
def unconnected(make_environment):
    """Return an environment without autoload. No test may change it."""
    return make_environment("core", "example")


@pytest.fixture(scope="session")
def large_data(tmp_path_factory, unconnected):
    """Return a model, data that one worker's memory does not hold, and scripts for both."""
    return LargeData(tmp_path_factory.mktemp("large"), unconnected)


@pytest.fixture(scope="session")
def saved(tmp_path_factory, unconnected):
    """Return a folder with a model of the plugin in several forms, and a module that loads it."""
    folder = tmp_path_factory.mktemp("saved")
    (folder / "program.py").write_text(PROGRAM)
    unconnected.python("-c", SAVE, cwd=folder)
    return folder


SAVE = """
import pickle
from pathlib import Path
import keras, numpy
from keras_serializable_example.activations import squish
from keras_serializable_example.layers import Scale
from keras_serializable_example.losses import TrimmedError

model = keras.Sequential([
    keras.Input((3,)),
    Scale(factor_initializer=keras.initializers.Constant(2.0)),
    keras.layers.Dense(2, activation=squish),
])
model.compile(optimizer="sgd", loss=TrimmedError(limit=0.5))
model.save("model.keras")
model.save("model.h5")
model.save_weights("model.weights.h5")
Path("model.json").write_text(model.to_json())
Path("model.pickle").write_bytes(pickle.dumps(model))
inputs = numpy.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
numpy.savez("expected.npz", inputs=inputs, outputs=model.predict(inputs, verbose=0))
"""

PROGRAM = '''
"""A program that does not import the plugin of its models."""

import json
import pickle
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
FORMS = ("model.keras", "model.h5", "model.json", "model.pickle")


def imported():
    """Return the imported packages among Keras, keras_serializable and the plugin."""
    names = ("keras", "keras_serializable", "keras_serializable_example")
    return [name for name in names if name in sys.modules]


def load(form):
    """Return the saved model."""
    if form == "model.pickle":
        return pickle.loads((FOLDER / form).read_bytes())
    import keras

    if form == "model.json":
        model = keras.models.model_from_json((FOLDER / form).read_text())
        model.load_weights(FOLDER / "model.weights.h5")
        return model
    return keras.saving.load_model(FOLDER / form)


def predicts_as_expected(model):
    """Return whether a model has the predictions of the saved model."""
    import numpy

    with numpy.load(FOLDER / "expected.npz") as expected:
        outputs = model.predict(expected["inputs"], verbose=0)
        return bool(numpy.allclose(outputs, expected["outputs"], rtol=1e-5))


def works(forms=FORMS):
    """Return the packages imported at first, and whether each form of the model works."""
    return [imported(), {form: predicts_as_expected(load(form)) for form in forms}]


if __name__ == "__main__":
    print(json.dumps(works(sys.argv[1:] or FORMS)))
'''
