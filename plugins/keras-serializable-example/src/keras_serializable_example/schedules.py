"""A learning rate schedule."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Tensor, keras, ops


@register_keras_serializable("example.training")
class SawTooth(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that falls in a straight line, again and again.

    Args:
        high: The learning rate at the start of each period.
        low: The learning rate that would be reached at the end of each period.
        period: The length of a period in training steps.

    Raises:
        ValueError: If `period` is less than 1.

    Example:
        >>> rate = SawTooth(high=1.0, low=0.0, period=4)
        >>> [float(rate(step)) for step in range(6)]
        [1.0, 0.75, 0.5, 0.25, 1.0, 0.75]
    """

    def __init__(self, high: float = 0.1, low: float = 0.001, period: int = 1000) -> None:
        if period < 1:
            msg = f"period has to be at least 1 training step, but is {period!r}."
            raise ValueError(msg)
        self.high = high
        self.low = low
        self.period = period

    def __call__(self, step: Tensor) -> Tensor:
        """Return the learning rate, a scalar, at the training step `step`, counted from 0."""
        progress = ops.cast(step % self.period, keras.backend.floatx()) / self.period
        return self.high + (self.low - self.high) * progress

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this schedule again."""
        return {"high": self.high, "low": self.low, "period": self.period}
