"""Writing a stamp: into the comment of a `.keras` archive, or an attribute of an `.h5` file.

The stamp is no member of the archive, because Keras 3 unpacks an archive of more than three members
into a temporary folder before it reads the weights.
"""

import os
import struct
from dataclasses import replace
from importlib import import_module
from typing import Any

from keras_serializable.model_files import _hdf5
from keras_serializable.model_files._replacement import replace_file
from keras_serializable.model_files._stamp_text import is_stamp, text_of
from keras_serializable.model_files.errors import ModelFileError, StampError
from keras_serializable.model_files.reading import read_model
from keras_serializable.model_files.stamps import MAX_STAMP, Stamp
from keras_serializable.model_files.values import ModelFile

# Source: APPNOTE.TXT of PKWARE, "End of central directory record".
_END = b"PK\5\6"
_END_SIZE = 22  # bytes of the record; its last two are the length of the comment behind it


def write_stamp(model: ModelFile, stamp: Stamp) -> None:
    """Write the stamp of a model into its file, in place of a former one.

    Args:
        model: The model as `read_model` has read it.
        stamp: The stamp.

    Raises:
        StampError: If the file has no room for a stamp, or cannot be written; it is as it was.
        ModelFileError: If the file cannot be read any more.
    """
    path = model.path
    text = text_of(stamp)
    if model.format not in _WRITERS:
        raise StampError(path, f"a stamp fits into .keras and .h5 files, not into {model.format}")
    if len(text) > MAX_STAMP:
        reason = f"it has too many custom objects: a stamp has at most {MAX_STAMP} bytes"
        raise StampError(path, reason)
    write = _WRITERS[model.format]

    def change(copy: str) -> None:
        write(path, copy, text)
        try:
            found = read_model(copy)
        except ModelFileError as error:
            raise StampError(
                path, f"it could not be read with its stamp ({error.reason})"
            ) from error
        if found != replace(model, path=copy, stamp=stamp, stamp_problem=None):
            raise StampError(path, "it reads differently with its stamp")

    replace_file(path, change)


def _write_comment(path: str, copy: str, text: bytes) -> None:
    """Write a text as the comment of an archive. Its members and their table stay as they are."""
    with open(copy, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - _END_SIZE - MAX_STAMP)
        file.seek(start)
        tail = file.read()
        end = _end_of(tail)
        comment = tail[end + _END_SIZE :]
        (length,) = struct.unpack_from("<H", tail, end + _END_SIZE - 2)
        if length != len(comment):
            raise StampError(path, "there is something else behind the archive")
        if comment and not is_stamp(comment):
            raise StampError(path, "the archive has a comment, which is where a stamp would go")
        file.seek(start + end + _END_SIZE - 2)
        file.write(struct.pack("<H", len(text)) + text)
        file.truncate()


def _end_of(tail: bytes) -> int:
    """Return where the end record of an archive begins, as zipfile finds it."""
    last = len(tail) - _END_SIZE
    if tail.startswith(_END, last) and tail.endswith(b"\0\0"):
        return last
    return tail.rindex(_END)


def _write_attribute(path: str, copy: str, text: bytes) -> None:
    """Write a text as an attribute of an HDF5 file."""
    try:
        h5py: Any = import_module("h5py")  # of the extra `h5`; nothing else needs it
    except ImportError as error:
        reason = 'stamping it needs h5py: pip install "keras-serializable[h5]"'
        raise StampError(path, reason) from error
    try:
        with h5py.File(copy, "r+") as file:
            file.attrs[_hdf5.STAMP] = text.decode("ascii")
    except Exception as error:  # h5py raises many kinds
        raise StampError(path, f"h5py cannot write into it ({error})") from error


_WRITERS = {"keras": _write_comment, "h5": _write_attribute}
