"""Tests for `keras_serializable_example.initializers`."""

import numpy as np
import pytest

from keras_serializable_example.initializers import Stripes


def test_stripes_alternate_along_the_last_axis():
    """Each column of the weight holds one of the two numbers, in turn."""
    result = np.asarray(Stripes(even=2.0, odd=0.5)((2, 2, 3)))

    np.testing.assert_array_equal(result, np.broadcast_to([2.0, 0.5, 2.0], (2, 2, 3)))


@pytest.mark.parametrize(("asked", "given"), [(None, "float32"), ("float16", "float16")])
def test_stripes_have_the_type_asked_for(asked, given):
    """The data type is the one asked for, or Keras' default."""
    assert np.asarray(Stripes()((3,), dtype=asked)).dtype == given


def test_stripes_refuse_a_scalar():
    """A shape without axes has no columns, which the error says."""
    with pytest.raises(ValueError, match="at least one axis"):
        Stripes()(())
