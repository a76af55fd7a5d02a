"""Examples: the instances of an author's classes that the compliance suite tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

USES = (
    "activation",
    "constraint",
    "dtype policy",
    "initializer",
    "layer",
    "loss",
    "metric",
    "optimizer",
    "regularizer",
    "schedule",
)
"""What an object can be used for in a model."""


@dataclass(frozen=True)
class Example:
    """An instance of a class, or a function, and what its tiny model needs.

    Args:
        object: The instance or function.
        inputs: The inputs of the model, an array or a list of arrays, each with a batch axis.
        targets: The targets of the model, an array.
        use: What the object is used for, one of `USES`. By default its class tells.

    Raises:
        ValueError: If `use` is none of `USES`.

    Example:
        >>> Example(abs, use="activation").use
        'activation'
    """

    object: Any
    inputs: Any = None
    targets: Any = None
    use: str = ""

    def __post_init__(self) -> None:
        if self.use and self.use not in USES:
            message = f"use={self.use!r} is none of {', '.join(USES)}"
            raise ValueError(message)
