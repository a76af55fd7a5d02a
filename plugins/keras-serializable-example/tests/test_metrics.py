"""Tests for `keras_serializable_example.metrics`."""

import numpy as np
import pytest

from keras_serializable_example.metrics import WithinTolerance, largest_error

TRUTH = np.array([[0, 0], [1, 1]])  # Integers, as labels often are.
PREDICTIONS = np.array([[0.25, 9.0], [1.0, 1.25]], "float32")


def test_within_tolerance_counts_over_batches():
    """The share is that of all batches since the last reset."""
    metric = WithinTolerance(tolerance=0.5)

    metric.update_state(TRUTH, PREDICTIONS)
    assert float(metric.result()) == pytest.approx(0.75)
    metric.update_state(TRUTH, TRUTH)
    assert float(metric.result()) == pytest.approx(0.875)
    metric.reset_state()
    assert float(metric.result()) == 0.0


def test_within_tolerance_weighs_rows():
    """A row with weight zero does not count."""
    metric = WithinTolerance(tolerance=0.5)

    metric.update_state(TRUTH, PREDICTIONS, sample_weight=np.array([0.0, 1.0], "float32"))

    assert float(metric.result()) == pytest.approx(1.0)


def test_largest_error_measures_each_row():
    """Each row has one number: its largest absolute error."""
    result = np.asarray(largest_error(TRUTH, PREDICTIONS))

    np.testing.assert_allclose(result, [9.0, 0.25])
