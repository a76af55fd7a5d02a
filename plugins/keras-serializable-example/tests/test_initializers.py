"""Tests for `keras_serializable_example.initializers`."""

import numpy as np
import pytest

from keras_serializable_example._keras import keras
from keras_serializable_example.initializers import Stripes


def test_stripes_alternate_along_the_last_axis():
    """The two numbers alternate along the last axis."""
    result = np.asarray(Stripes(even=2.0, odd=0.5)((2, 2, 3)))

    np.testing.assert_array_equal(result, np.broadcast_to([2.0, 0.5, 2.0], (2, 2, 3)))


@pytest.mark.parametrize(("requested", "expected"), [(None, "float32"), ("float16", "float16")])
def test_stripes_have_the_requested_type(requested, expected):
    """The data type is the requested one, or Keras' default."""
    assert np.asarray(Stripes()((3,), dtype=requested)).dtype == expected


def test_a_weight_of_stripes_can_be_assigned_to():
    """Each number of the weight has a memory of its own, so it can be trained and loaded."""
    layer = keras.layers.Dense(3, kernel_initializer=Stripes())
    layer.build((None, 4))
    layer.set_weights([np.zeros((4, 3)), np.zeros(3)])

    assert not layer.get_weights()[0].any()


def test_stripes_refuse_a_scalar():
    """A shape without axes is an error, because it has no columns."""
    with pytest.raises(ValueError, match="at least one axis"):
        Stripes()(())
