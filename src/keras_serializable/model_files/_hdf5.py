"""Reading the attributes of an HDF5 file that hold a model's config.

They belong to the root group. No link is followed, no dataset is read, no other file is opened.
"""

import importlib
from typing import Any

from keras_serializable.model_files._files import BoundedFile, malformed
from keras_serializable.model_files.errors import (
    MalformedModelError,
    MissingH5pyError,
    ModelFileError,
    ModelLimitError,
)

ATTRIBUTES = ("model_config", "training_config", "keras_version")
_ALLOWANCE = 24 << 20  # bytes that HDF5 may read in all; it keeps a text four times


def read_attributes(file: BoundedFile) -> dict[str, bytes]:
    """Return those of the attributes that the file has."""
    try:
        h5py = importlib.import_module("h5py")
        numpy = importlib.import_module("numpy")  # comes with h5py
    except ImportError as error:
        raise MissingH5pyError(file.path) from error
    file.allowance = _ALLOWANCE
    try:
        with h5py.File(file, "r") as opened:
            return {
                name: _read_attribute(h5py, numpy, opened, file.path, name)
                for name in ATTRIBUTES
                if h5py.h5a.exists(opened.id, name.encode())
            }
    except ModelFileError:
        raise
    except Exception as error:  # HDF5 reports broken files in many ways
        raise malformed(file.path, error) from error


def _read_attribute(h5py: Any, numpy: Any, opened: Any, path: str, name: str) -> bytes:
    """Return an attribute that is one text."""
    attribute = h5py.h5a.open(opened.id, name.encode())
    kind = attribute.get_type()
    if not isinstance(kind, h5py.h5t.TypeStringID):
        raise MalformedModelError(path, "it is no text", name)
    if attribute.get_space().get_simple_extent_npoints() != 1:
        raise MalformedModelError(path, "it is not one text", name)
    if not kind.is_variable_str() and kind.get_size() > _ALLOWANCE:
        raise ModelLimitError(path, f"it is longer than {_ALLOWANCE} bytes", name)
    value = numpy.zeros(attribute.shape, attribute.dtype)
    attribute.read(value)
    return bytes(value.item())
