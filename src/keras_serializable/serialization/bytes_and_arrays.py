"""Bytes, NumPy arrays and the ellipsis, written to configs and read from configs.

NumPy is imported only where a config holds an array.
"""

import importlib

from keras_serializable._texts import escaped, shown
from keras_serializable.serialization.errors import (
    MISSING,
    MalformedConfigError,
    NotSerializableError,
)
from keras_serializable.serialization.paths import ROOT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_STANDARD_DTYPES = frozenset(
    {
        *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    }
)
_EXTENDED_DTYPES = frozenset({"bfloat16", "float8_e4m3fn", "float8_e5m2"})  # from ml_dtypes


def write_bytes(value: bytes) -> "dict[str, Any]":
    """Return the config of bytes; the format allows only UTF-8 text."""
    try:
        return {"class_name": "__bytes__", "config": {"value": value.decode()}}
    except UnicodeDecodeError as error:
        raise NotSerializableError(
            f"Keras' format stores bytes as UTF-8 text, and these bytes are not UTF-8: {error}",
            "Encode the bytes in get_config(), for example with base64, and decode them in "
            "from_config().",
        ) from error


def write_numpy(value: "Any") -> object:
    """Return the config of an array, or the plain value of a scalar."""
    if getattr(value, "ndim", 0) > 0 and hasattr(value, "tolist"):
        dtype = value.dtype.name
        if dtype in _STANDARD_DTYPES or dtype in _EXTENDED_DTYPES:
            return {"class_name": "__numpy__", "config": {"value": value.tolist(), "dtype": dtype}}
        kind = f"array of {dtype}"
    else:
        plain = value.item() if hasattr(value, "item") else value
        if isinstance(plain, (str, int, float, bool)):
            return plain
        kind = type(value).__name__
    raise NotSerializableError(
        f"Keras' format cannot store a NumPy {escaped(kind)}",
        "Convert it to a number, a string or a list in get_config().",
    )


def read_bytes(config: "dict[str, Any]") -> bytes:
    """Return the bytes of a config."""
    value = config.get("value", MISSING)
    if not isinstance(value, str):
        raise MalformedConfigError.of_type("a str", value, _VALUE)
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise MalformedConfigError(f"the text is not UTF-8: {error}", path=_VALUE) from error


def read_ellipsis(_: "dict[str, Any]") -> object:
    """Return the ellipsis."""
    return ...


def read_array(config: "dict[str, Any]") -> object:
    """Return the array of a config."""
    value, dtype = config.get("value", MISSING), config.get("dtype", MISSING)
    if not isinstance(value, (list, tuple)):
        raise MalformedConfigError.of_type("a list", value, _VALUE)
    if not isinstance(dtype, str):
        raise MalformedConfigError.of_type("the name of a numeric dtype", dtype, _DTYPE)
    # NumPy accepts many other texts as a dtype. Some of them take gigabytes for each number.
    if dtype not in _STANDARD_DTYPES and dtype not in _EXTENDED_DTYPES:
        raise MalformedConfigError(f"{shown(dtype)} is no numeric dtype", path=_DTYPE)
    try:
        numpy = importlib.import_module("numpy")
        if dtype in _EXTENDED_DTYPES:
            importlib.import_module("ml_dtypes")  # makes its dtypes known to NumPy
    except ImportError as error:
        raise MalformedConfigError(
            f"an array of {dtype} needs {error.name}, which cannot be imported here: {error}",
            f"Install {error.name}.",
        ) from error
    try:
        return numpy.array(value, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise MalformedConfigError(f"not an array of {dtype}: {error}", path=_VALUE) from error


_VALUE = f"{ROOT}.value"
_DTYPE = f"{ROOT}.dtype"

READ_BY_NAME: "dict[str, Callable[[dict[str, Any]], object]]" = {
    "__bytes__": read_bytes,
    "__ellipsis__": read_ellipsis,
    "__numpy__": read_array,
}
"""class name -> function that reads the inner config. Paths in its errors start there."""
