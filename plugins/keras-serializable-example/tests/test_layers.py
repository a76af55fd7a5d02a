"""Tests for `keras_serializable_example.layers`."""

import numpy as np

from keras_serializable_example._keras import keras
from keras_serializable_example.constraints import UnitRange
from keras_serializable_example.initializers import Stripes
from keras_serializable_example.layers import Scale
from keras_serializable_example.regularizers import Elastic


def test_scale_multiplies_each_feature():
    """Every feature is multiplied by its own factor; the other axes do not change."""
    layer = Scale(factor_initializer=Stripes(even=2.0, odd=0.5))

    result = np.asarray(layer(np.ones((4, 5, 3), "float32")))

    np.testing.assert_array_equal(result, np.broadcast_to([2.0, 0.5, 2.0], (4, 5, 3)))


def test_scale_has_one_weight_with_its_penalty_and_constraint():
    """The factor is the only weight, and it has its regularizer and its constraint."""
    constraint = UnitRange()
    layer = Scale(factor_regularizer=Elastic(strength=0.5), factor_constraint=constraint)
    layer.build((None, 3))

    (factor,) = layer.trainable_weights
    assert tuple(factor.shape) == (3,)
    assert factor.constraint is constraint
    np.testing.assert_allclose([float(loss) for loss in layer.losses], [1.5])


def test_scale_can_be_wrapped():
    """A wrapper such as `TimeDistributed` accepts the layer."""
    wrapped = keras.layers.TimeDistributed(Scale(factor_initializer="zeros"))

    result = np.asarray(wrapped(np.ones((2, 4, 3), "float32")))

    np.testing.assert_array_equal(result, np.zeros((2, 4, 3)))
