"""An activation function."""

from __future__ import annotations

from keras_serializable import register_keras_serializable

from ._keras import Tensor, ops


@register_keras_serializable("example")
def squish(x: Tensor) -> Tensor:
    """Map every number into the range from -1 to 1: `x / sqrt(1 + x²)`.

    Args:
        x: A tensor of any shape.

    Returns:
        A tensor of the shape of `x`.

    Example:
        >>> [round(float(squish(x)), 3) for x in (-0.75, 0.0, 0.75)]
        [-0.6, 0.0, 0.6]
    """
    x = ops.convert_to_tensor(x)
    return x / ops.sqrt(1 + ops.square(x))
