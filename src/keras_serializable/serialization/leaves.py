"""Leaves: values that are neither plain nor objects, each way.

NumPy is used where there is an array, and imported for no other reason.
"""

import importlib

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


class LeafError(Exception):
    """A leaf cannot be written or read; who knows the path makes it an error of the package.

    Args:
        reason: What is wrong.
        remedy: What to do.
        field: The field of the config where it is wrong.
    """

    def __init__(self, reason: str, remedy: str = "", field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.field = field


def write_bytes(value: bytes) -> "dict[str, Any]":
    """Return the config of bytes, which the format has for UTF-8 text alone."""
    try:
        return {"class_name": "__bytes__", "config": {"value": value.decode()}}
    except UnicodeDecodeError as error:
        raise LeafError(
            f"Keras' format holds bytes as UTF-8 text, and these are not: {error}",
            "Encode them in get_config(), with base64 for instance, and decode in from_config().",
        ) from error


def write_numpy(value: "Any") -> object:
    """Return the config of an array, or the plain value of a scalar."""
    if getattr(value, "ndim", 0) > 0 and hasattr(value, "tolist"):
        dtype = value.dtype.name
        if dtype not in _STANDARD_DTYPES and dtype not in _EXTENDED_DTYPES:
            raise LeafError(
                f"an array of {dtype} has no place in Keras' format",
                "Convert it to numbers or to a list in get_config().",
            )
        return {"class_name": "__numpy__", "config": {"value": value.tolist(), "dtype": dtype}}
    plain = value.item() if hasattr(value, "item") else value
    if not isinstance(plain, (str, int, float, bool)):
        raise LeafError(
            f"a {type(value).__name__} of NumPy has no place in Keras' format",
            "Convert it to a number or a string in get_config().",
        )
    return plain


def read_bytes(config: "dict[str, Any]") -> bytes:
    """Return the bytes of a config."""
    value = config.get("value")
    if not isinstance(value, str):
        raise LeafError(f"expected a str, not {_kind(config, 'value')}", field="value")
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise LeafError(f"not the text of any bytes: {error}", field="value") from error


def read_ellipsis(_: "dict[str, Any]") -> object:
    """Return the ellipsis."""
    return ...


def read_array(config: "dict[str, Any]") -> object:
    """Return the array of a config."""
    value, dtype = config.get("value"), config.get("dtype")
    if not isinstance(value, (list, tuple)):
        raise LeafError(f"expected a list, not {_kind(config, 'value')}", field="value")
    # Of the many things NumPy takes for a dtype some ask for gigabytes a number.
    if not isinstance(dtype, str) or dtype not in _STANDARD_DTYPES | _EXTENDED_DTYPES:
        found = repr(dtype)[:100] if "dtype" in config else "missing"
        raise LeafError(f"expected the name of a numeric dtype, not {found}", field="dtype")
    try:
        numpy = importlib.import_module("numpy")
        if dtype in _EXTENDED_DTYPES:
            importlib.import_module("ml_dtypes")  # makes its dtypes known to NumPy
    except ImportError as error:
        raise LeafError(
            f"an array of {dtype}, and {error.name} cannot be imported here: {error}",
            f"Install {error.name}.",
        ) from error
    try:
        return numpy.array(value, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise LeafError(f"not an array of {dtype}: {error}", field="value") from error


READERS: "dict[str, Callable[[dict[str, Any]], object]]" = {
    "__bytes__": read_bytes,
    "__ellipsis__": read_ellipsis,
    "__numpy__": read_array,
}
"""For the name of each leaf the function that reads its config."""


def _kind(config: "dict[str, Any]", field: str) -> str:
    return type(config[field]).__name__ if field in config else "missing"
