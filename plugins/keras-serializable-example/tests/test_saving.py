"""Tests for models that use the plugin, saved and loaded."""

import json
import zipfile

import h5py
import numpy as np
import pytest

from keras_serializable_example._keras import keras
from keras_serializable_example.activations import squish
from keras_serializable_example.constraints import UnitRange
from keras_serializable_example.initializers import Stripes
from keras_serializable_example.layers import Scale
from keras_serializable_example.losses import TrimmedError, smooth_error
from keras_serializable_example.metrics import WithinTolerance, largest_error
from keras_serializable_example.models import ResidualMLP
from keras_serializable_example.optimizers import SignDescent
from keras_serializable_example.regularizers import Elastic
from keras_serializable_example.schedules import SawTooth

INPUTS = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
TRUTH = INPUTS[:, :2]
KEYS = {
    "example>ResidualMLP",
    "example>Scale",
    "example.training>SignDescent",
    "example.training>WithinTolerance",
    "example.training>largest_error",
}
NESTED_KEYS = {
    "example>Elastic",
    "example>Stripes",
    "example>UnitRange",
    "example>squish",
    "example.training>SawTooth",
}
# Keras 2.15 and Keras 3 up to 3.6 write a function without its package, and find it by its name.
FUNCTIONS = {
    "largest_error": "example.training>largest_error",
    "smooth_error": "example.training>smooth_error",
    "squish": "example>squish",
}


def simple_model(loss):
    """Return a trained model without nested parts of the plugin."""
    inputs = keras.Input((3,))
    x = Scale(name="scale")(inputs)
    model = keras.Model(inputs, ResidualMLP(outputs=2, width=4, name="mlp")(x))
    return train(model, loss, learning_rate=0.1)


def nested_model(loss):
    """Return a trained model with all parts of the plugin, some of them nested."""
    inputs = keras.Input((3,))
    x = Scale(Stripes(0.5, 0.25), Elastic(strength=0.01), UnitRange(), name="scale")(inputs)
    x = keras.layers.Dense(4, activation=squish)(x)
    outputs = ResidualMLP(outputs=2, width=4, activation=squish, name="mlp")(x)
    schedule = SawTooth(high=0.1, low=0.01, period=3)
    return train(keras.Model(inputs, outputs), loss, learning_rate=schedule)


def train(model, loss, learning_rate):
    """Compile and train a model for a moment, with the plugin's optimizer and metrics."""
    model.compile(
        optimizer=SignDescent(learning_rate=learning_rate, momentum=0.5),
        loss=loss,
        metrics=[WithinTolerance(tolerance=0.25), largest_error],
    )
    train_on(model)
    return model


def train_on(model):
    """Train a compiled model for a moment, without randomness."""
    model.fit(INPUTS, TRUTH, batch_size=4, epochs=2, shuffle=False, verbose=0)


def keys_in(path):
    """Return all strings of a saved model, and among them its keys."""
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            todo = [json.loads(archive.read("config.json"))]
    else:
        with h5py.File(path) as file:
            todo = [json.loads(file.attrs[name]) for name in ("model_config", "training_config")]
    keys = set()
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo.extend(value.values())
            if value.get("class_name") == "function":
                keys.add(FUNCTIONS.get(value["config"]))
        elif isinstance(value, list):
            todo.extend(value)
        else:
            keys.add(value)
    return keys


def assert_same(loaded, model):
    """Check that a loaded model and the saved model have equal predictions and metrics."""
    for judge in (
        lambda each: each.predict(INPUTS, verbose=0),
        lambda each: each.evaluate(INPUTS, TRUTH, verbose=0),
    ):
        np.testing.assert_allclose(judge(loaded), judge(model), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize(
    ("loss", "loss_key"),
    [
        (TrimmedError(limit=0.5), "example.training>TrimmedError"),
        (smooth_error, "example.training>smooth_error"),
    ],
    ids=["loss class", "loss function"],
)
def test_a_model_with_every_kind_of_object_comes_back(tmp_path, suffix, loss, loss_key):
    """The file has the key of each object, and the loaded model works like the saved one."""
    keys = {*KEYS, loss_key}
    if suffix == ".h5" and not hasattr(keras, "ops"):
        model = simple_model(loss)  # Keras 2 cannot load nested registered parts from `.h5`.
    else:
        keys |= NESTED_KEYS
        model = nested_model(loss)
    path = tmp_path / f"model{suffix}"

    model.save(path)
    loaded = keras.saving.load_model(path)

    assert keys <= keys_in(path)
    assert isinstance(loaded.get_layer("scale"), Scale)
    assert isinstance(loaded.get_layer("mlp"), ResidualMLP)
    assert isinstance(loaded.optimizer, SignDescent)
    assert_same(loaded, model)


def test_a_subclassed_model_comes_back_and_trains_on(tmp_path):
    """A saved model of the plugin loads, and its optimizer continues from its saved state."""
    schedule = SawTooth(high=0.1, low=0.01, period=3)
    model = train(ResidualMLP(outputs=2, width=4, activation=squish), TrimmedError(), schedule)
    path = tmp_path / "model.keras"  # Keras cannot save subclassed models as `.h5`.

    model.save(path)
    loaded = keras.saving.load_model(path)

    assert isinstance(loaded, ResidualMLP)
    assert_same(loaded, model)
    train_on(loaded)
    train_on(model)
    assert_same(loaded, model)
