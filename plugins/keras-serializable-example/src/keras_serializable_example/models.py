"""A model."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Identifier, Tensor, keras


@register_keras_serializable("example")
class ResidualMLP(keras.Model):
    """A stack of dense layers. Each layer adds its output to its input.

    Inputs have the shape `(batch, features)`, outputs have `(batch, outputs)`.

    Args:
        outputs: The number of outputs.
        width: The number of units of each dense layer.
        depth: The number of dense layers between the first and the last.
        activation: The activation of the layers between the first and the last.
        **options: The options of every model, such as `name`.

    Example:
        >>> import numpy as np
        >>> model = ResidualMLP(outputs=2, width=8, depth=3)
        >>> model(np.zeros((5, 4))).shape == (5, 2)
        True
    """

    def __init__(
        self,
        outputs: int,
        width: int = 16,
        depth: int = 2,
        activation: Identifier = "relu",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.outputs_per_row = outputs
        self.width = width
        self.depth = depth
        self.activation = keras.activations.get(activation)
        self.first = keras.layers.Dense(width)
        self.blocks = [keras.layers.Dense(width, activation=self.activation) for _ in range(depth)]
        self.last = keras.layers.Dense(outputs)

    def call(self, inputs: Tensor) -> Tensor:
        """Return the outputs, of shape `(batch, outputs)`."""
        x = self.first(inputs)
        for block in self.blocks:
            x = x + block(x)
        return self.last(x)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this model again, without its weights."""
        return {
            **super().get_config(),
            "name": self.name,
            "outputs": self.outputs_per_row,
            "width": self.width,
            "depth": self.depth,
            "activation": keras.activations.serialize(self.activation),
        }
