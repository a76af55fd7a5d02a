"""An initializer."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Tensor, keras, ops


@register_keras_serializable("example")
class Stripes(keras.initializers.Initializer):
    """Fill the columns of a weight with two alternating numbers.

    A column has one index of the last axis.

    Args:
        even: The number in columns 0, 2, 4, ...
        odd: The number in columns 1, 3, 5, ...

    Example:
        >>> import numpy as np
        >>> np.asarray(Stripes(even=1.0, odd=0.0)((2, 3))).tolist()
        [[1.0, 0.0, 1.0], [1.0, 0.0, 1.0]]
    """

    def __init__(self, even: float = 1.0, odd: float = -1.0) -> None:
        self.even = even
        self.odd = odd

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Tensor:
        """Return the initial weight.

        Args:
            shape: The shape of the weight, with one axis or more.
            dtype: The data type of the weight; Keras' default float type if `None`.

        Returns:
            A tensor of this shape and data type.

        Raises:
            ValueError: If `shape` is `()`, which has no columns.
        """
        if not shape:
            msg = "Stripes needs a shape with at least one axis, such as (3,), but got ()."
            raise ValueError(msg)
        is_even = ops.arange(shape[-1]) % 2 == 0
        dtype = dtype or keras.backend.floatx()
        row = ops.cast(ops.where(is_even, self.even, self.odd), dtype)
        # Not broadcast_to(): on torch its rows share memory, so such a weight cannot be assigned.
        return row * ops.ones(shape, dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this initializer again."""
        return {"even": self.even, "odd": self.odd}
