"""Reading the attributes of an HDF5 file that hold a model's config.

They belong to the root group, so a few hundred bytes lead to them. No link is followed and no
dataset is read. The HDF5 library is not used, because it can run for ever on a broken file. An
address is relative to the signature, and Keras writes the signature at the start of a file.

Source: "HDF5 File Format Specification Version 3.0", the sections named below.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from keras_serializable.model_files._config_text import MAX_TEXT
from keras_serializable.model_files._files import BoundedFile, read_some
from keras_serializable.model_files.errors import MalformedModelError, ModelLimitError
from keras_serializable.model_files.stamps import MAX_STAMP

SIGNATURE = b"\x89HDF\r\n\x1a\n"
ATTRIBUTES = ("model_config", "training_config", "keras_version")
STAMP = "keras_serializable_stamp"
"""The attribute that holds the stamp."""
_ALLOWANCE = 4 << 20  # bytes that lead to the attributes
_STEPS = 10_000  # blocks, messages, heap objects
_CONTINUATION, _ATTRIBUTE, _ATTRIBUTE_INFO = 0x10, 0x0C, 0x15  # types of messages
_SHARED = 0x02  # a flag of a message: its content is stored elsewhere
_STRING, _VARIABLE_LENGTH = 3, 9  # classes of datatypes
_ONE_BYTE, _TWO_BYTES = 1, 2


def read_attributes(file: BoundedFile) -> dict[str, bytes]:
    """Return the texts of the attributes, by name, without those that the file lacks."""
    return _read(file, ATTRIBUTES, MAX_TEXT)


def read_stamp(file: BoundedFile) -> "bytes | None":
    """Return the text of the stamp, `None` where the file has none."""
    return _read(file, (STAMP,), MAX_STAMP).get(STAMP)


def _read(file: BoundedFile, names: tuple[str, ...], longest: int) -> dict[str, bytes]:
    file.allowance = _ALLOWANCE
    reader = _Reader(file, len(SIGNATURE))
    found: dict[str, bytes] = {}
    for attribute in reader.attributes():
        name = attribute.name.decode("ascii", "replace")
        if name in names:
            found[name] = reader.text_of(name, attribute, longest)
    return found


@dataclass(frozen=True)
class _Attribute:
    """An attribute with its encoded parts."""

    name: bytes
    datatype: bytes
    dataspace: bytes
    data: bytes


class _Reader:
    """Reads the structures of one file. `position` is the end of its signature."""

    def __init__(self, file: BoundedFile, position: int) -> None:
        self._file = file
        self._steps = _STEPS
        self._end = os.fstat(file.fileno()).st_size
        self._root = self._read_superblock(position)

    # II.A. Superblock

    def _read_superblock(self, position: int) -> int:
        """Return the address of the root group's object header."""
        head = self._read(position, 16)
        version = head[0]
        if version in {0, 1}:
            self._set_widths(head[5], head[6])
            addresses = position + (16 if version == 0 else 20)
            root = 5  # base, free space, end, driver; then the root's entry: name and header
        elif version in {2, 3}:
            self._set_widths(head[1], head[2])
            addresses, root = position + 4, 3  # base, extension, end, root
        else:
            self._fail(f"superblock of version {version}")
        fields = self._read(addresses, (root + 1) * self._offset_size)
        if self._offset(fields, 2 * self._offset_size) > self._end:
            self._fail("it is cut off")
        return self._offset(fields, root * self._offset_size)

    def _set_widths(self, offset_size: int, length_size: int) -> None:
        if not {offset_size, length_size} <= {2, 4, 8}:
            self._fail(f"addresses of {offset_size} bytes, lengths of {length_size}")
        self._offset_size, self._length_size = offset_size, length_size

    # IV.A.1. Data object headers

    def attributes(self) -> Iterator[_Attribute]:
        """Yield the attributes of the root group."""
        for kind, flags, data in self._messages():
            if kind == _ATTRIBUTE and not flags & _SHARED:
                yield self._attribute(data)
            elif kind == _ATTRIBUTE_INFO:
                self._check_attribute_info(data)

    def _messages(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield the type, the flags and the data of each message in the root's header."""
        start = self._read(self._root, 6)
        is_new = start.startswith(b"OHDR")
        if is_new:
            # After the flags: 16 bytes of times, 4 of limits, then the size of the first block.
            flags = start[5]
            position = self._root + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
            width = 1 << (flags & 3)
            size = int.from_bytes(self._read(position, width), "little")
            blocks = [(position + width, size)]
            head = 6 if flags & 0x04 else 4
        elif start[0] == 1:
            size = int.from_bytes(self._read(self._root + 8, 4), "little")
            blocks = [(self._root + 16, size)]
            head = 8
        else:
            self._fail("no object header of the root group")
        while blocks:
            address, size = blocks.pop(0)
            block = self._read(address, size)
            position = 0
            while position + head <= len(block):
                self._step()
                width = _ONE_BYTE if is_new else _TWO_BYTES
                kind = int.from_bytes(block[position : position + width], "little")
                length, flags = struct.unpack_from("<HB", block, position + width)
                data = block[position + head : position + head + length]
                position += head + length
                if kind == _CONTINUATION:
                    address, size = self._continuation(data)
                    # A newer block has a signature before its messages and a checksum after them.
                    blocks.append((address + 4, size - 8) if is_new else (address, size))
                else:
                    yield kind, flags, data

    def _continuation(self, data: bytes) -> tuple[int, int]:
        """Return the address and the size of the next block of messages."""
        if len(data) < self._offset_size + self._length_size:
            self._fail("a continuation without an address")
        return self._offset(data, 0), self._length(data, self._offset_size)

    # IV.A.2.m. The attribute message; IV.A.2.v. The attribute info message

    def _attribute(self, data: bytes) -> _Attribute:
        if len(data) < 9:  # noqa: PLR2004 -- version, flags, three sizes, character set
            self._fail("an attribute of a few bytes")
        version, flags, *sizes = struct.unpack_from("<BB3H", data)
        if version not in {1, 2, 3} or (flags and version > 1):
            self._fail(f"an attribute of version {version} with flags {flags}")
        position = 9 if version == 3 else 8  # noqa: PLR2004 -- with the character set
        parts: list[bytes] = []
        for size in sizes:
            parts.append(data[position : position + size])
            position += -(-size // 8) * 8 if version == 1 else size
        name, datatype, dataspace = parts
        return _Attribute(name.rstrip(b"\0"), datatype, dataspace, data[position:])

    def _check_attribute_info(self, data: bytes) -> None:
        """Raise an error if the attributes are in a separate heap: Keras writes no such file."""
        start = 4 if data[1:2] and data[1] & 1 else 2
        heap = data[start : start + self._offset_size]
        if heap.strip(b"\xff"):
            self._fail("its attributes are in dense storage")

    # IV.A.2.b. The dataspace message; IV.A.2.d. The datatype message

    def text_of(self, name: str, attribute: _Attribute, longest: int) -> bytes:
        """Return the value of an attribute that is one text of up to `longest` bytes."""
        datatype, data = attribute.datatype, attribute.data
        if len(datatype) < 8:  # noqa: PLR2004 -- class, flags, size
            self._fail("a datatype of a few bytes", name)
        kind, flags = datatype[0] & 0x0F, datatype[1] & 0x0F
        if kind != _STRING and not (kind == _VARIABLE_LENGTH and flags == 1):
            raise MalformedModelError(self._file.path, "it is no text", name)
        if not self._is_one(attribute.dataspace):
            raise MalformedModelError(self._file.path, "it is not one text", name)
        if kind == _STRING:
            (size,) = struct.unpack_from("<L", datatype, 4)
            return data[:size].rstrip(b"\0")
        if len(data) < 8 + self._offset_size:
            self._fail("a text without an address", name)
        (size,) = struct.unpack_from("<L", data)
        (index,) = struct.unpack_from("<L", data, 4 + self._offset_size)
        if size > longest:
            raise ModelLimitError.too_long(self._file.path, longest, name)
        return self._heap_object(self._offset(data, 4), index, size, name)

    def _is_one(self, dataspace: bytes) -> bool:
        """Return whether a dataspace is a scalar, or has one element."""
        if len(dataspace) < 4:  # noqa: PLR2004 -- version, rank, flags, type
            return False
        version, rank = dataspace[0], dataspace[1]
        if version == 1:
            start = 8
        elif version == 2:  # noqa: PLR2004
            start = 4
            if dataspace[3] == 2:  # noqa: PLR2004 -- the null dataspace
                return False
        else:
            return False
        sizes = range(start, start + rank * self._length_size, self._length_size)
        return all(self._length(dataspace, each) == 1 for each in sizes)

    # III.E. Global heap

    def _heap_object(self, address: int, index: int, size: int, name: str) -> bytes:
        """Return the start of an object in a global heap."""
        head = self._read(address, 8 + self._length_size)
        if not head.startswith(b"GCOL"):
            self._fail("no global heap where its text should be", name)
        end = address + self._length(head, 8)
        position = address + 8 + self._length_size
        while position < end:
            self._step()
            entry = self._read(position, 8 + self._length_size)
            (number,) = struct.unpack_from("<H", entry)
            length = self._length(entry, 8)
            position += len(entry)
            if number == index and number:
                if size > length:
                    self._fail("a text that is longer than its space", name)
                self._file.allowance += size
                return self._read(position, size).rstrip(b"\0")
            if number == 0:
                break  # The rest of the heap is free space.
            position += -(-length // 8) * 8
        return self._fail("no text where it should be", name)

    # Numbers and bytes

    def _offset(self, data: bytes, start: int) -> int:
        return int.from_bytes(data[start : start + self._offset_size], "little")

    def _length(self, data: bytes, start: int) -> int:
        return int.from_bytes(data[start : start + self._length_size], "little")

    def _read(self, position: int, size: int) -> bytes:
        """Return `size` bytes at a position in the file."""
        if size < 0 or position + size > self._end:
            self._fail("an address beyond the end")
        self._file.seek(position)
        return read_some(self._file, size)

    def _step(self) -> None:
        """Count a message or object: a small file can lead to many, or to an endless loop."""
        self._steps -= 1
        if self._steps < 0:
            raise ModelLimitError(self._file.path, f"it has more than {_STEPS} parts")

    def _fail(self, reason: str, place: str = "") -> NoReturn:
        raise MalformedModelError.of_broken_file(self._file.path, reason, place)
