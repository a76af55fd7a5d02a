"""A layer."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Identifier, Tensor, keras


@register_keras_serializable("example")
class Scale(keras.layers.Layer):
    """Multiply each feature by a factor that is trained.

    Inputs and outputs have the shape `(batch, ..., features)`. The factor has the shape
    `(features,)`.

    Args:
        factor_initializer: The initializer of the factor.
        factor_regularizer: The regularizer of the factor, or `None`.
        factor_constraint: The constraint of the factor after each training step, or `None`.
        **options: The options of every layer, such as `name` and `dtype`.

    Example:
        >>> import numpy as np
        >>> double = Scale(factor_initializer=keras.initializers.Constant(2.0))
        >>> np.asarray(double(np.array([[1.0, 2.0, 3.0]]))).tolist()
        [[2.0, 4.0, 6.0]]
    """

    def __init__(
        self,
        factor_initializer: Identifier = "ones",
        factor_regularizer: Identifier = None,
        factor_constraint: Identifier = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.factor_initializer = keras.initializers.get(factor_initializer)
        self.factor_regularizer = keras.regularizers.get(factor_regularizer)
        self.factor_constraint = keras.constraints.get(factor_constraint)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the factor, with one number for each feature."""
        self.factor = self.add_weight(
            name="factor",
            shape=(input_shape[-1],),
            initializer=self.factor_initializer,
            regularizer=self.factor_regularizer,
            constraint=self.factor_constraint,
        )
        super().build(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        """Return `inputs` times the factor, in the shape of `inputs`."""
        return inputs * self.factor

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return `input_shape`; wrappers such as `TimeDistributed` need this method."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        return {
            **super().get_config(),
            "factor_initializer": keras.initializers.serialize(self.factor_initializer),
            "factor_regularizer": keras.regularizers.serialize(self.factor_regularizer),
            "factor_constraint": keras.constraints.serialize(self.factor_constraint),
        }
