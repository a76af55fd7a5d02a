"""A constraint."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Tensor, keras, ops


@register_keras_serializable("example")
class UnitRange(keras.constraints.Constraint):
    """Keep every number of a weight between 0 and 1, or between -1 and 1.

    Args:
        signed: Whether the range starts at -1 instead of 0.

    Example:
        >>> import numpy as np
        >>> np.asarray(UnitRange()(np.array([-2.0, 0.5, 2.0]))).tolist()
        [0.0, 0.5, 1.0]
    """

    def __init__(self, *, signed: bool = False) -> None:
        self.signed = signed

    def __call__(self, w: Tensor) -> Tensor:
        """Return the weight `w`, of any shape, with its numbers clipped to the range."""
        return ops.clip(w, -1.0 if self.signed else 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this constraint again."""
        return {"signed": self.signed}
