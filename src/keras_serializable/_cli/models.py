"""Models, as the verbs that read them take them."""

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import click

from keras_serializable import __version__
from keras_serializable._cli.output import one_line
from keras_serializable._cli.providers import resolver
from keras_serializable._needs.bound_needs import BoundNeeds
from keras_serializable._texts import LONGEST_REASON
from keras_serializable.model_files import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keras_serializable._needs.model_needs import ModelNeeds

T = TypeVar("T")

model_paths = click.argument(
    "models", metavar="MODEL...", nargs=-1, required=True, type=click.Path()
)
"""The argument of verbs that read models."""


def inspect(path: str) -> "ModelNeeds":
    """Return what a saved model needs."""
    return BoundNeeds(resolver, f"keras-serializable=={__version__}").inspect_model(path)


def of_each(
    paths: "Iterable[str]", function: "Callable[[str], T]"
) -> "tuple[list[T], list[dict[str, str]]]":
    """Return what a function returns for each file, and the errors, which are also written."""
    results: list[T] = []
    errors: list[dict[str, str]] = []
    for path in paths:
        try:
            results.append(function(path))
        except ModelFileError as error:  # the other files are answered anyway
            text = one_line(error, LONGEST_REASON)
            with suppress(OSError):  # standard error may be full
                sys.stderr.write(f"error: {text}\n")
            errors.append({"path": path, "error": text})
    return results, errors
