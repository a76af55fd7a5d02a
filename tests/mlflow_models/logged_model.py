"""What MLflow logs of a model with `requirements`, and that a server loads it from there.

`nox -s mlflow` runs it with a real MLflow, beside the example plugin and autoload. Its name keeps
it out of the other sessions, which have no MLflow.
"""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import keras
import mlflow
import pytest

from keras_serializable import requirements
from keras_serializable_example.activations import squish
from keras_serializable_example.layers import Scale
from keras_serializable_example.losses import smooth_error

NEEDED = (
    "keras",
    "keras-serializable",
    "keras-serializable-autoload",
    "keras-serializable-example",
)


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """Return the folder of what MLflow has logged of a model with objects of a plugin."""
    folder = tmp_path_factory.mktemp("mlflow")
    former = Path.cwd()
    os.chdir(folder)
    try:
        mlflow.set_tracking_uri(f"sqlite:///{folder}/runs.db")
        model = keras.Sequential(
            [keras.Input((4,)), Scale(name="scale"), keras.layers.Dense(2, activation=squish)]
        )
        model.compile("sgd", loss=smooth_error)
        with mlflow.start_run():
            info = mlflow.keras.log_model(
                model, name="model", extra_pip_requirements=requirements(model)
            )
        return Path(mlflow.artifacts.download_artifacts(info.model_uri))
    finally:
        os.chdir(former)


def test_requirements(logged):
    """MLflow's requirements file has each distribution once, in the version that is installed."""
    lines = (logged / "requirements.txt").read_text("utf-8").split()
    for name in NEEDED:
        assert lines.count(f"{name}=={importlib.metadata.version(name)}") == 1
        assert len([line for line in lines if line.partition("==")[0] == name]) == 1


def test_without_it(logged):
    """The file that MLflow keeps is one whose needs are read from itself, too."""
    needed = requirements(next(logged.glob("**/model.keras")))
    assert needed == [f"{name}=={importlib.metadata.version(name)}" for name in NEEDED]


def test_a_server_loads_it(logged):
    """A process that imports no plugin, and does not connect by itself, loads the model."""
    code = (
        "import sys, mlflow.keras\n"
        f"model = mlflow.keras.load_model({str(logged)!r})\n"
        "print(type(model.layers[0]).__name__, model.layers[1].activation.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Scale squish\n"
