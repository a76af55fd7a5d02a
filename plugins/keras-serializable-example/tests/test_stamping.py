"""Tests for stamping models of the plugin, with the installed Keras."""

from importlib.metadata import version

import keras_serializable
import numpy as np
import pytest
from keras_serializable.model_files import read_model

from keras_serializable_example._keras import keras
from keras_serializable_example.activations import squish
from keras_serializable_example.layers import Scale

PLUGIN = f"keras-serializable-example {version('keras-serializable-example')}"
INPUTS = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


@pytest.fixture
def model():
    """Return a model with a layer and a function of the plugin."""
    layers = [keras.layers.InputLayer((3,)), Scale(), keras.layers.Dense(2, activation=squish)]
    return keras.Sequential(layers)


@pytest.fixture
def stamping():
    """Connect the installed Keras, and stamp what it saves."""
    keras_serializable.connect(stamp=True)
    yield
    keras_serializable.disconnect()


def named(path):
    """Return what the stamp of a file says."""
    stamp = read_model(path).stamp
    return {} if stamp is None else {key: str(each) for key, each in stamp.objects.items()}


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_each_save_is_stamped(tmp_path, stamping, model, suffix):
    """The file names the plugin, and loads as it would without a stamp."""
    path = tmp_path / f"model{suffix}"
    model.save(path)
    assert named(path) == {"example>Scale": PLUGIN, "example>squish": PLUGIN}
    loaded = keras.saving.load_model(path)
    np.testing.assert_array_equal(
        loaded.predict(INPUTS, verbose=0), model.predict(INPUTS, verbose=0)
    )


def test_every_way_to_save(tmp_path, stamping, model):
    """A checkpoint of `fit` and `save_model` are stamped; weights are not."""
    keras.saving.save_model(model, tmp_path / "one.keras")
    model.compile(loss=keras.losses.MeanSquaredError())
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "two.keras")
    model.fit(INPUTS, INPUTS[:, :2], verbose=0, callbacks=[checkpoint])
    model.save_weights(tmp_path / "three.weights.h5")
    for name in ("one.keras", "two.keras"):
        assert named(tmp_path / name) == {"example>Scale": PLUGIN, "example>squish": PLUGIN}


def test_a_folder_is_not_stamped(tmp_path, stamping, model):
    """What Keras saves as a folder has no room for a stamp, and gives no warning."""
    if not hasattr(keras, "ops"):
        pytest.skip("Keras 2 saves other folders")
    model.save(tmp_path / "folder", zipped=False)
    assert named(tmp_path / "folder") == {}
