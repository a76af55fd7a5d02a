"""Tests for the examples in the docstrings."""

import doctest
import importlib

import numpy as np
import pytest

from keras_serializable_example._keras import keras, ops

MODULES = [
    "activations",
    "constraints",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "regularizers",
    "schedules",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    """Each module has an example, and each example has the result that it shows."""
    module = importlib.import_module(f"keras_serializable_example.{name}")

    failed, tried = doctest.testmod(module, extraglobs={"keras": keras, "np": np, "ops": ops})

    assert tried > 0
    assert failed == 0
