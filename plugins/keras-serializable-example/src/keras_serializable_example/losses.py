"""A loss class and a loss function."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Tensor, keras, ops


@register_keras_serializable("example.training")
class TrimmedError(keras.losses.Loss):
    """The mean absolute error, with a limit for each single error.

    Args:
        limit: A larger error counts as this limit. It has the unit of the predictions.
        name: The name of the loss.
        **options: The options of every loss, such as `reduction`.

    Example:
        >>> import numpy as np
        >>> float(TrimmedError(limit=2.0)(np.array([[1.0, 1.0]]), np.array([[2.0, 9.0]])))
        1.5
    """

    def __init__(self, limit: float = 1.0, name: str = "trimmed_error", **options: Any) -> None:
        super().__init__(name=name, **options)
        self.limit = limit

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each row.

        Args:
            y_true: The true values, of shape `(batch, ..., outputs)`.
            y_pred: The predictions, in the shape of `y_true`.

        Returns:
            The mean over the outputs, of shape `(batch, ...)`.
        """
        return ops.mean(ops.minimum(ops.abs(_error(y_true, y_pred)), self.limit), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this loss again."""
        return {**super().get_config(), "limit": self.limit}


@register_keras_serializable("example.training")
def smooth_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Return the mean of `sqrt(1 + error²) - 1` for each row.

    Small errors count by their square, large errors by their size.

    Args:
        y_true: The true values, of shape `(batch, ..., outputs)`.
        y_pred: The predictions, in the shape of `y_true`.

    Returns:
        The mean over the outputs, of shape `(batch, ...)`.

    Example:
        >>> import numpy as np
        >>> np.asarray(smooth_error([[0.0], [0.75]], [[0.0], [0.0]])).tolist()
        [0.0, 0.25]
    """
    return ops.mean(ops.sqrt(1 + ops.square(_error(y_true, y_pred))) - 1, axis=-1)


def _error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Return the predictions minus the true values, which may have another data type."""
    y_pred = ops.convert_to_tensor(y_pred)
    return y_pred - ops.cast(y_true, y_pred.dtype)
