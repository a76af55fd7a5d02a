"""Tests for `keras_serializable_example.regularizers`."""

import numpy as np
import pytest

from keras_serializable_example.regularizers import Elastic

WEIGHT = np.array([[1.0, -3.0], [0.0, 2.0]], "float32")


@pytest.mark.parametrize(("mixture", "penalty"), [(1.0, 3.0), (0.0, 7.0), (0.5, 5.0)])
def test_elastic_mixes_two_penalties(mixture, penalty):
    """The penalty is a mixture of the penalties of absolute and of squared numbers."""
    assert float(Elastic(strength=0.5, mixture=mixture)(WEIGHT)) == pytest.approx(penalty)


def test_elastic_refuses_a_mixture_above_one():
    """A mixture beyond 1 is refused, and the error names it."""
    with pytest.raises(ValueError, match=r"from 0 to 1, but is 1\.5"):
        Elastic(mixture=1.5)
