"""An optimizer."""

from __future__ import annotations

from typing import Any

from keras_serializable import register_keras_serializable

from ._keras import Tensor, keras, ops


@register_keras_serializable("example.training")
class SignDescent(keras.optimizers.SGD):
    """Gradient descent with momentum that uses only the sign of each gradient.

    Each number of a weight moves by the learning rate, for small and for large gradients.

    Args:
        learning_rate: The size of a step: a number or a schedule.
        momentum: The share of the last step that is added to the next one, from 0 to 1.
        dead_zone: A gradient of this size or smaller counts as zero.
        name: The name of the optimizer.
        **options: The options of `keras.optimizers.SGD`, such as `nesterov` and `clipnorm`.

    Example:
        >>> import numpy as np
        >>> weight = keras.layers.Layer().add_weight(name="w", shape=(3,), initializer="ones")
        >>> optimizer = SignDescent(learning_rate=0.5)
        >>> _ = optimizer.apply_gradients([(ops.convert_to_tensor([100.0, 0.0, -0.01]), weight)])
        >>> np.asarray(weight).tolist()
        [0.5, 1.0, 1.5]
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        dead_zone: float = 0.0,
        name: str = "sign_descent",
        **options: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, momentum=momentum, name=name, **options)
        self.dead_zone = dead_zone

    def update_step(self, gradient: Tensor, variable: Any, *learning_rate: Tensor) -> None:
        """Move `variable` by one step against the sign of `gradient`, a tensor of its shape.

        Keras 3 passes the learning rate as an argument. Keras 2 does not.
        """
        gradient = ops.convert_to_tensor(gradient)
        is_dead = ops.abs(gradient) <= self.dead_zone
        sign = ops.where(is_dead, ops.zeros_like(gradient), ops.sign(gradient))
        super().update_step(sign, variable, *learning_rate)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this optimizer again."""
        return {**super().get_config(), "dead_zone": self.dead_zone}
