"""The text of a stamp: ASCII JSON, which starts with a mark."""

import json

from keras_serializable.model_files._config_text import parse
from keras_serializable.model_files.errors import MalformedModelError, ModelLimitError
from keras_serializable.model_files.stamps import MAX_STAMP, Stamp, StampedObject

PLACE = "stamp"
"""The place that an error about a stamp names."""
_MARK = "keras_serializable_stamp"
_FORMAT = "1"
_START = f'{{"{_MARK}":'.encode()


def is_stamp(text: bytes) -> bool:
    """Return whether a text is a stamp, sound or broken, and no remark of somebody else."""
    return text.startswith(_START)


def text_of(stamp: Stamp) -> bytes:
    """Return the text of a stamp.

    Example:
        >>> print(text_of(Stamp({}, "3.13.1", None)).decode())
        {"keras_serializable_stamp":{"format":"1","keras":null,"objects":{},"python":"3.13.1"}}
    """
    objects = {key: vars(each) for key, each in stamp.objects.items()}
    content = {
        "format": _FORMAT,
        "keras": stamp.keras,
        "objects": objects,
        "python": stamp.python,
    }
    text = json.dumps({_MARK: content}, sort_keys=True, separators=(",", ":"))
    return text.encode("ascii")


def stamp_of(text: bytes, path: str) -> Stamp:
    """Return the stamp of a text, or raise the error that says what is wrong with it."""
    if len(text) > MAX_STAMP:
        raise ModelLimitError.too_long(path, MAX_STAMP, PLACE)
    value = parse(text, path, PLACE)
    content = value.get(_MARK) if isinstance(value, dict) else None
    if not isinstance(content, dict):
        raise MalformedModelError(path, "it is no JSON object", PLACE)
    if content.get("format") != _FORMAT:
        reason = "it has a format that this release does not know"
        raise MalformedModelError(path, reason, PLACE)
    objects = content.get("objects")
    if not isinstance(objects, dict):
        raise MalformedModelError(path, "its objects are no JSON object", PLACE)
    try:
        keras = content["keras"]
        return Stamp(
            {key: _object_of(each) for key, each in objects.items()},
            _text(content["python"]),
            None if keras is None else _text(keras),
        )
    except (TypeError, KeyError):
        reason = "a field is missing or of the wrong type"
        raise MalformedModelError(path, reason, PLACE) from None
    except ValueError as error:
        raise MalformedModelError(path, str(error), PLACE) from None


def _object_of(value: object) -> StampedObject:
    if not isinstance(value, dict):
        raise TypeError
    return StampedObject(
        _text(value["distribution"]), _text(value["version"]), _text(value["entry_point"])
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
