"""Tests for `keras_serializable_example.losses`."""

import numpy as np
import pytest

from keras_serializable_example.losses import TrimmedError, smooth_error

TRUTH = np.array([[0, 0], [1, 1]])  # Integers, as labels often are.
PREDICTIONS = np.array([[0.5, 9.0], [1.0, 0.75]], "float32")


def test_trimmed_error_limits_each_error():
    """An error above the limit counts as the limit; the loss is the mean of all rows."""
    loss = TrimmedError(limit=2.0)

    np.testing.assert_allclose(np.asarray(loss.call(TRUTH, PREDICTIONS)), [1.25, 0.125])
    assert float(loss(TRUTH, PREDICTIONS)) == pytest.approx(0.6875)


def test_trimmed_error_takes_the_options_of_losses():
    """The option `reduction` reaches the base class."""
    loss = TrimmedError(limit=2.0, reduction="sum")

    assert float(loss(TRUTH, PREDICTIONS)) == pytest.approx(1.375)


def test_smooth_error_measures_each_row():
    """Each row has one number: the mean of `sqrt(1 + error²) - 1`."""
    result = np.asarray(smooth_error(np.array([[0, 0], [1, 1]]), np.array([[0.75, 0.0], [1, 1]])))

    np.testing.assert_allclose(result, [0.125, 0.0], rtol=1e-6)
