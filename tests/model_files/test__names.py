"""The table of Keras' names is sound. `tests/matrix/keras_names.py` checks it with each Keras."""

import json
import pathlib

import pytest

import keras_serializable.model_files
from keras_serializable.model_files._names import names_of

FILE = pathlib.Path(keras_serializable.model_files.__file__).with_name("keras_names.json")


def test_sorted_and_once():
    """Every name of a kind is there once, in order."""
    for kinds in json.loads(FILE.read_text("utf-8")).values():
        for lines in kinds.values():
            names = " ".join(lines).split()
            assert names == sorted(set(names))


@pytest.mark.parametrize("generation", ["2", "3", None])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Dense", "layers"),
        ("Functional", "layers"),
        ("Sequential", "layers"),
        ("relu", "activations"),
        ("relu", "functions"),
        ("mse", "losses"),
        ("MeanSquaredError", "losses"),
        ("accuracy", "metrics"),
        ("SGD", "optimizers"),
        ("sgd", "optimizers"),
        ("ExponentialDecay", "schedules"),
        ("zeros", "initializers"),
        ("L2", "regularizers"),
        ("NonNeg", "constraints"),
        ("Dense", None),
    ],
)
def test_known(generation, name, kind):
    """Names that every Keras has."""
    assert names_of(generation).has_name(name, kind)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Dense", "losses"), ("dense", "layers"), ("get", "losses"), ("Input_", None), ("", None)],
)
def test_unknown(name, kind):
    """Names of another kind, other letters, helpers."""
    assert not names_of(None).has_name(name, kind)


def test_keys():
    """Keras 2 registers classes of its own, Keras 3 none."""
    assert names_of("2").has_key("Custom>Adam")
    assert not names_of("3").has_key("Custom>Adam")
    assert names_of(None).has_key("Custom>Adam")
