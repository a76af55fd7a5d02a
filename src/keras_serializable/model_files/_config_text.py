"""The JSON text of a config, parsed within limits of time and memory."""

import json
import re
from typing import Any

from keras_serializable.model_files.errors import MalformedModelError, ModelLimitError

MAX_TEXT = 32 << 20
"""Bytes of a config. A large config holds numbers, such as the initial values of an embedding."""
MAX_PARSED = 8 << 20
"""Bytes of a config without long lists of numbers. 1000 layers take about 1 MiB."""
MAX_VALUES = 400_000
"""Values of a config without long lists of numbers."""
MAX_DEPTH = 256
"""Levels of nesting. Keras' own models have up to 30. The json module fails at about 1000."""

_LONG_LIST = re.compile(rb"\[[\d\s.,eE+\-]{64,}\]")
_STRING = re.compile(rb'"[^"]*"')
_BRACKET = re.compile(rb"[\[\]{}]")


def parse(text: bytes, path: str, place: str) -> Any:
    """Return the value of a JSON text of up to `MAX_TEXT` bytes, with `None` for numbers."""
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
        # `MAX_DEPTH` levels fit, unless the stack of the caller is nearly full.
        raise ModelLimitError.too_deep(path, place=place) from None


def _no_number(_digits: str) -> None:
    """Return `None` in place of a number: 10,000 digits take long to convert."""


def _check_structure(text: bytes, path: str, place: str) -> None:
    """Raise an error if the text is too long or too deep, or has too many values."""
    if len(text) > MAX_PARSED:
        raise ModelLimitError.too_long(path, MAX_PARSED, place)
    # Brackets and commas inside strings do not count. Escapes are removed first: \" ends no string.
    structure = _STRING.sub(b"", text.replace(rb"\\", b"").replace(rb"\"", b""))
    openings = structure.count(b"[") + structure.count(b"{")
    if structure.count(b",") + openings > MAX_VALUES:
        raise ModelLimitError(path, f"it has more than {MAX_VALUES} values", place)
    depth = 0
    for bracket in _BRACKET.finditer(structure):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            raise ModelLimitError.too_deep(path, MAX_DEPTH, place)
