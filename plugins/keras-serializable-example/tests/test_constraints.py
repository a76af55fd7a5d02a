"""Tests for `keras_serializable_example.constraints`."""

import numpy as np
import pytest

from keras_serializable_example.constraints import UnitRange


@pytest.mark.parametrize(
    ("signed", "expected"), [(False, [[0.0, 0.0, 0.5, 1.0]]), (True, [[-1.0, -0.5, 0.5, 1.0]])]
)
def test_unit_range_moves_what_is_outside(signed, expected):
    """`UnitRange` clips numbers outside of its range and keeps the others."""
    result = UnitRange(signed=signed)(np.array([[-3.0, -0.5, 0.5, 3.0]], "float32"))

    np.testing.assert_array_equal(np.asarray(result), expected)
