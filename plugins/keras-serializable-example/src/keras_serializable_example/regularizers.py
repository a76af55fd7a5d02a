"""A regularizer."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Tensor, keras, ops


@register_keras_serializable("example")
class Elastic(keras.regularizers.Regularizer):
    """A penalty from the absolute and the squared numbers of a weight.

    The penalty is `strength * (mixture * sum(|x|) + (1 - mixture) * sum(x²))`.

    Args:
        strength: The factor of the penalty, 0 or more.
        mixture: The share of the absolute numbers in the penalty, from 0 to 1.

    Raises:
        ValueError: If `mixture` is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> float(Elastic(strength=0.5, mixture=0.5)(np.array([1.0, -3.0])))
        3.5
    """

    def __init__(self, strength: float = 0.01, mixture: float = 0.5) -> None:
        if not 0 <= mixture <= 1:
            msg = f"mixture has to be from 0 to 1, but is {mixture!r}."
            raise ValueError(msg)
        self.strength = strength
        self.mixture = mixture

    def __call__(self, x: Tensor) -> Tensor:
        """Return the penalty, a scalar, of a weight `x` of any shape."""
        absolute = ops.sum(ops.abs(x))
        squared = ops.sum(ops.square(x))
        return self.strength * (self.mixture * absolute + (1 - self.mixture) * squared)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this regularizer again."""
        return {"strength": self.strength, "mixture": self.mixture}
