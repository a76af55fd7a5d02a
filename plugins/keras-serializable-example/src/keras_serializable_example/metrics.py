"""A metric class and a metric function."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Tensor, keras, ops


@register_keras_serializable("example.training")
class WithinTolerance(keras.metrics.Mean):
    """The share of predictions that are close to the true values, from 0 to 1.

    Args:
        tolerance: The largest error that counts as close, in the unit of the predictions.
        name: The name of the metric.
        **options: The options of every metric, such as `dtype`.

    Example:
        >>> import numpy as np
        >>> share = WithinTolerance(tolerance=0.5)
        >>> _ = share.update_state(np.array([1.0, 2.0]), np.array([1.25, 3.0]))
        >>> float(share.result())
        0.5
    """

    def __init__(
        self, tolerance: float = 0.1, name: str = "within_tolerance", **options: Any
    ) -> None:
        super().__init__(name=name, **options)
        self.tolerance = tolerance

    def update_state(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None
    ) -> Any:
        """Add one batch to the share.

        Args:
            y_true: The true values, of shape `(batch, ...)`.
            y_pred: The predictions, in the shape of `y_true`.
            sample_weight: The weight of each row, of shape `(batch,)`; equal weights if `None`.
        """
        error = ops.cast(y_pred, self.dtype) - ops.cast(y_true, self.dtype)
        is_close = ops.cast(ops.abs(error) <= self.tolerance, self.dtype)
        return super().update_state(is_close, sample_weight=sample_weight)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this metric again."""
        return {**super().get_config(), "tolerance": self.tolerance}


@register_keras_serializable("example.training")
def largest_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Return the largest absolute error of each row.

    Args:
        y_true: The true values, of shape `(batch, ..., outputs)`.
        y_pred: The predictions, in the shape of `y_true`.

    Returns:
        The largest error of each row, of shape `(batch, ...)`.

    Example:
        >>> import numpy as np
        >>> np.asarray(largest_error([[1.0, 2.0]], [[1.5, 4.0]])).tolist()
        [2.0]
    """
    y_pred = ops.convert_to_tensor(y_pred)
    return ops.max(ops.abs(y_pred - ops.cast(y_true, y_pred.dtype)), axis=-1)
