"""Tests for `keras_serializable_example.models`."""

import numpy as np

from keras_serializable_example.models import ResidualMLP


def test_residual_mlp_maps_features_to_outputs():
    """The model has the given depth and width, and one row of outputs for each row of inputs."""
    model = ResidualMLP(outputs=2, width=8, depth=3)

    assert tuple(model(np.zeros((5, 4), "float32")).shape) == (5, 2)
    assert len(model.layers) == 5
    assert [tuple(weight.shape) for weight in model.weights][::2] == [
        (4, 8),
        (8, 8),
        (8, 8),
        (8, 8),
        (8, 2),
    ]


def test_residual_mlp_adds_each_layer_to_its_input():
    """If the layers between the first and the last return zeros, their inputs pass unchanged."""
    model = ResidualMLP(outputs=2, width=4, depth=2)
    inputs = np.arange(6.0, dtype="float32").reshape(2, 3)
    model(inputs)  # The first call creates the weights.
    for block in model.blocks:
        block.set_weights([np.zeros((4, 4)), np.zeros(4)])

    expected = np.asarray(model.last(model.first(inputs)))

    np.testing.assert_allclose(np.asarray(model(inputs)), expected, rtol=1e-6)
