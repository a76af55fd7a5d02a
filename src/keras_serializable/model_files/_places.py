"""Places: the path from a model to a part of its config, as text."""

import re

from keras_serializable._texts import escaped

TRAINING = "training_config"
"""The place of the compile arguments of a model, if they are stored beside its config."""
ROOT = "(root)"
"""The place of the model itself, whose path is empty."""

_PLAIN_STEP = re.compile(r"\w+")
_STEP_SHOWN = 100  # characters of a key in a place


def step_into(place: str, field: str) -> str:
    """Return the place of a field: ``.name``, or ``["my name"]`` if it is no plain word."""
    if _PLAIN_STEP.fullmatch(field) and len(field) <= _STEP_SHOWN:
        return f"{place}.{field}" if place else field
    shown = escaped(field[:_STEP_SHOWN]).replace('"', '\\"')
    return f'{place}["{shown}"]'
