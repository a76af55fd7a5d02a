"""The JSON text of a config, parsed within bounds of time and memory."""

import json
import re
from typing import Any

from keras_serializable.model_files.errors import MalformedModelError, ModelLimitError

MAX_TEXT = 32 << 20
"""Bytes of a config. A large one consists of numbers: an embedding's initial values."""
MAX_PARSED = 8 << 20
"""Bytes of a config without its long lists of numbers. 1000 layers take about 1 MiB."""
MAX_VALUES = 400_000
"""Values of a config without its long lists of numbers."""
MAX_DEPTH = 256
"""Levels of nesting. A model of Keras' own has up to 30; the json module ends at about 1000."""

_LONG_LIST = re.compile(rb"\[[\d\s.,eE+\-]{64,}\]")
_STRING = re.compile(rb'"[^"]*"')
_BRACKET = re.compile(rb"[\[\]{}]")


def parse(text: bytes, path: str, place: str) -> Any:
    """Return the value of a JSON text of up to `MAX_TEXT` bytes, with `None` for numbers.

    Raises:
        ModelLimitError: If it is too long, too deep, or has too many values.
        MalformedModelError: If it is not JSON in UTF-8.
    """
    if len(text) > MAX_VALUES:
        text = _LONG_LIST.sub(b"[]", text)
    _check_structure(text, path, place)
    try:
        return json.loads(
            text.decode("utf-8-sig"),
            parse_int=_no_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as error:
        reason = f"it is not UTF-8 (byte {error.start})"
        raise MalformedModelError(path, reason, place) from None
    except json.JSONDecodeError as error:
        reason = f"it is not JSON ({error.msg}, at character {error.pos})"
        raise MalformedModelError(path, reason, place) from None
    except RecursionError:
        # The caller's own stack was nearly full already.
        raise ModelLimitError(path, "it is nested too deep", place) from None


def _no_number(_digits: str) -> None:
    """Stand for a number: turning 10,000 digits into one would take long."""


def _check_structure(text: bytes, path: str, place: str) -> None:
    """Raise an error if the text is too long, too deep or has too many values to be parsed."""
    if len(text) > MAX_PARSED:
        raise ModelLimitError(path, f"it is longer than {MAX_PARSED} bytes", place)
    # Without its strings, a text shows its structure. Escapes go first: \" ends no string.
    structure = _STRING.sub(b"", text.replace(rb"\\", b"").replace(rb"\"", b""))
    openings = structure.count(b"[") + structure.count(b"{")
    if structure.count(b",") + openings > MAX_VALUES:
        raise ModelLimitError(path, f"it has more than {MAX_VALUES} values", place)
    depth = 0
    for bracket in _BRACKET.finditer(structure):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            reason = f"it is nested more than {MAX_DEPTH} levels deep"
            raise ModelLimitError(path, reason, place)
