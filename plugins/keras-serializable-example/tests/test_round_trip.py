"""Tests for the key and the config of each object in a saved model."""

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


@pytest.mark.parametrize(
    ("key", "make"),
    [
        ("example>Elastic", lambda: Elastic(strength=0.5, mixture=0.25)),
        ("example>ResidualMLP", lambda: ResidualMLP(2, 8, 3, activation=squish, name="mlp")),
        ("example>Scale", lambda: Scale(Stripes(2.0, 0.5), Elastic(0.5), UnitRange(), name="s")),
        ("example>Stripes", lambda: Stripes(even=2.0, odd=0.5)),
        ("example>UnitRange", lambda: UnitRange(signed=True)),
        ("example.training>SawTooth", lambda: SawTooth(high=1.0, low=0.5, period=3)),
        ("example.training>SignDescent", lambda: SignDescent(SawTooth(), 0.5, dead_zone=0.25)),
        ("example.training>TrimmedError", lambda: TrimmedError(limit=2.0, reduction="sum")),
        ("example.training>WithinTolerance", lambda: WithinTolerance(0.5, name="close")),
    ],
)
def test_an_object_comes_back_from_its_config(key, make):
    """A saved object is found by its key, and has the arguments of the original."""
    original = make()
    saved = keras.saving.serialize_keras_object(original)
    loaded = keras.saving.deserialize_keras_object(saved)

    assert saved["registered_name"] == key
    assert type(loaded) is type(original)
    assert loaded.get_config() == original.get_config()
    assert type(original).from_config(original.get_config()).get_config() == loaded.get_config()


@pytest.mark.parametrize(
    ("key", "function"),
    [
        ("example>squish", squish),
        ("example.training>largest_error", largest_error),
        ("example.training>smooth_error", smooth_error),
    ],
)
def test_a_function_comes_back_from_its_key(key, function):
    """A saved function is only its key; Keras 2.15 and 3 up to 3.6 leave out the package."""
    saved = keras.saving.serialize_keras_object(function)

    assert saved["config"] in {key, function.__name__}
    assert keras.saving.deserialize_keras_object(saved) is function
