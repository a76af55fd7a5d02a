"""Tests for `keras_serializable_example.schedules`."""

import pytest

from keras_serializable_example._keras import ops
from keras_serializable_example.schedules import SawTooth


def test_saw_tooth_falls_and_jumps_back():
    """The rate falls in a straight line for one period, then it starts again."""
    rate = SawTooth(high=1.0, low=0.5, period=2)

    assert [float(rate(step)) for step in range(5)] == [1.0, 0.75, 1.0, 0.75, 1.0]


def test_saw_tooth_takes_the_step_as_a_tensor():
    """The schedule accepts a tensor, because an optimizer counts its steps in one."""
    assert float(SawTooth(high=1.0, low=0.0, period=4)(ops.convert_to_tensor(7))) == 0.25


def test_saw_tooth_refuses_an_empty_period():
    """A period without steps is refused."""
    with pytest.raises(ValueError, match="at least 1 training step, but is 0"):
        SawTooth(period=0)
