"""Places: the way from the model to a part of its config."""

import re

from keras_serializable.model_files.errors import escaped

TRAINING = "training_config"
"""The place of what a model was compiled with, where that is stored beside its config."""
ROOT = "(root)"
"""The place of the model itself: a place is the way from it."""

_PLAIN_STEP = re.compile(r"\w+")
_STEP_SHOWN = 100  # characters of a key in a place


def step_into(place: str, field: str) -> str:
    """Return the place of a field: ``.name``, or ``["my name"]`` if it is no plain word."""
    if _PLAIN_STEP.fullmatch(field) and len(field) <= _STEP_SHOWN:
        return f"{place}.{field}" if place else field
    shown = escaped(field[:_STEP_SHOWN]).replace('"', '\\"')
    return f'{place}["{shown}"]'
