"""Reading `keras_metadata.pb`: it holds the configs in a SavedModel of Keras 2.

Source: the messages `SavedMetadata` and `SavedObject` in `saved_metadata.proto` of Keras 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from keras_serializable._texts import escaped
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
_PLACE_SHOWN = 200  # characters


@dataclass(frozen=True)
class SavedObject:
    """One record: an object of the model."""

    path: str  # the place in the model, such as ``root.layer-1``, escaped and cut
    identifier: str  # the kind of object, such as ``_tf_keras_layer``
    metadata: bytes  # JSON with the config of the object


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
            shown = escaped(place, _PLACE_SHOWN)
            records.append(SavedObject(shown, identifier, bytes(fields.get(_METADATA, b""))))
    return records


def _fields(message: memoryview, path: str) -> Iterator[tuple[int, memoryview]]:
    """Yield the number and the content of each field of a message that has a length."""
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
            raise MalformedModelError.of_broken_file(path, f"field type {wire_type}")
        if size > len(message) - position:
            raise MalformedModelError.of_broken_file(path, "it is cut off")
        if wire_type == _BYTES:
            yield number, message[position : position + size]
        position += size


def _varint(message: memoryview, position: int, path: str) -> tuple[int, int]:
    """Return a number with seven bits in each byte, and the position after it."""
    value = 0
    for place in range(_VARINT_SIZE):
        if position + place >= len(message):
            raise MalformedModelError.of_broken_file(path, "it is cut off")
        byte = message[position + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 -- the highest bit: more bytes follow
            return value, position + place + 1
    raise MalformedModelError.of_broken_file(path, "a number without end")
