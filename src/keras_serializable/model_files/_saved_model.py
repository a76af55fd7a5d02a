"""Reading `keras_metadata.pb`, in which a SavedModel of Keras 2 holds the configs of its objects.

Source: the messages `SavedMetadata` and `SavedObject` in `saved_metadata.proto` of Keras 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from keras_serializable.model_files._config_text import MAX_TEXT
from keras_serializable.model_files._files import read_whole
from keras_serializable.model_files.errors import MalformedModelError

METADATA = "keras_metadata.pb"
METRIC = "_tf_keras_metric"
"""The identifier of a metric's record."""
_NODES = 1  # in SavedMetadata
_NODE_PATH, _IDENTIFIER, _METADATA = 3, 4, 5  # in SavedObject
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_VARINT_SIZE = 10  # bytes


@dataclass(frozen=True)
class SavedObject:
    """One record: an object of the model.

    Attributes:
        path: Its place in the model, such as ``root.layer-1``.
        identifier: What it is, such as ``_tf_keras_layer``.
        metadata: Its config and more, as JSON.
    """

    path: str
    identifier: str
    metadata: bytes


def read_records(path: str) -> list[SavedObject]:
    """Return the records of a `keras_metadata.pb`."""
    content = memoryview(read_whole(path, MAX_TEXT))
    records: list[SavedObject] = []
    for number, node in _fields(content, path):
        if number == _NODES:
            fields = dict(_fields(node, path))
            place, identifier = (
                bytes(fields.get(each, b"")).decode("utf-8", "replace")
                for each in (_NODE_PATH, _IDENTIFIER)
            )
            records.append(SavedObject(place, identifier, bytes(fields.get(_METADATA, b""))))
    return records


def _fields(message: memoryview, path: str) -> Iterator[tuple[int, memoryview]]:
    """Yield number and content of each field of a message that has a length."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position, path)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == _VARINT:
            _, position = _varint(message, position, path)
            continue
        if wire_type == _BYTES:
            size, position = _varint(message, position, path)
        elif wire_type in {_FIXED64, _FIXED32}:
            size = 8 if wire_type == _FIXED64 else 4
        else:
            raise MalformedModelError(path, f"it is broken (field type {wire_type})")
        if size > len(message) - position:
            raise MalformedModelError(path, "it is cut off")
        if wire_type == _BYTES:
            yield number, message[position : position + size]
        position += size


def _varint(message: memoryview, position: int, path: str) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the position behind it."""
    value = 0
    for place in range(_VARINT_SIZE):
        if position + place >= len(message):
            raise MalformedModelError(path, "it is cut off")
        byte = message[position + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 -- the highest bit: more bytes follow
            return value, position + place + 1
    raise MalformedModelError(path, "it is broken (a number without end)")
