"""Models, as the verbs that read them take them."""

from typing import TYPE_CHECKING

import click

from keras_serializable import __version__
from keras_serializable._cli.providers import resolver
from keras_serializable._needs.bound_needs import BoundNeeds

if TYPE_CHECKING:
    from keras_serializable._needs.values import ModelNeeds

model_paths = click.argument(
    "models", metavar="MODEL...", nargs=-1, required=True, type=click.Path()
)
"""The argument of verbs that read models."""


def inspect(path: str) -> "ModelNeeds":
    """Return what a saved model needs."""
    return BoundNeeds(resolver, f"keras-serializable=={__version__}").inspect_model(path)
