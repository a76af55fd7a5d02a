"""Reserved class names, such as ``__slice__``: they do not mean a class."""

from keras_serializable._keras_releases import FUNCTION
from keras_serializable._registry.registry import lookup_of
from keras_serializable._texts import shown
from keras_serializable.serialization.bytes_and_arrays import READ_BY_NAME
from keras_serializable.serialization.config_names import OF_KERAS
from keras_serializable.serialization.errors import (
    MISSING,
    MalformedConfigError,
    UnknownObjectError,
    UnsafeConfigError,
)
from keras_serializable.serialization.paths import ROOT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol, TypeAlias

    from keras_serializable.serialization.config_names import NameLookup
    from keras_serializable.serialization.config_tree import ConfigTree
    from keras_serializable.serialization.keras_reader import KerasReader

    Config: TypeAlias = dict[str, Any]

    class Reader(Protocol):
        """Reads the whole config."""

        lookup: NameLookup
        tree: ConfigTree
        keras: KerasReader

        def read(self, config: Any) -> object:
            """Return the object of a part."""


def read_function(reader: "Reader", config: "Config") -> object:
    """Return a function."""
    name = arguments_of(reader, config, str, "a non-null str for a function")
    found = reader.lookup.function(name, config.get("module"))
    if found is OF_KERAS:
        return reader.keras.read(config, f"the function {shown(name)}")
    if found is None:
        raise unknown(reader, FUNCTION, name, config)
    return found


def read_value(reader: "Reader", config: "Config") -> object:
    """Return bytes, an array or the ellipsis."""
    name = config["class_name"]
    arguments = arguments_of(reader, config, dict, f"a dict for {name}")
    try:
        return READ_BY_NAME[name](arguments)
    except MalformedConfigError as error:
        error.move_below(reader.tree.path(config, "config")[len(ROOT) :])
        raise


def read_slice(reader: "Reader", config: "Config") -> object:
    """Return a slice of the parts that its config holds."""
    arguments = arguments_of(reader, config, dict, "a dict for __slice__")
    parts: list[object] = []
    for field in ("start", "stop", "step"):
        if field not in arguments:
            path = reader.tree.path(config, "config", field)
            raise MalformedConfigError.of_type("a value", MISSING, path)
        parts.append(reader.read(arguments[field]))
    return slice(*parts)


def read_tensor(reader: "Reader", config: "Config") -> object:
    """Return the tensor that Keras makes."""
    name = config["class_name"]
    arguments_of(reader, config, dict, f"a dict for {name}")
    return reader.keras.read(config, name)


def read_type(reader: "Reader", config: "Config") -> object:
    """Refuse a ``TypeSpec``: TensorFlow would import a module because the config names it."""
    arguments_of(reader, config, (list, tuple), "a list or a tuple")
    raise MalformedConfigError(
        "a TypeSpec of TensorFlow cannot be read here", path=reader.tree.path(config)
    )


def read_lambda(reader: "Reader", config: "Config") -> object:
    """Refuse a lambda that a class has added to its config after the check."""
    raise UnsafeConfigError.when_reading(reader.tree.path(config))


RESERVED: "dict[str, Callable[[Reader, Config], object]]" = {
    **dict.fromkeys(READ_BY_NAME, read_value),
    "__keras_tensor__": read_tensor,
    "__lambda__": read_lambda,
    "__slice__": read_slice,
    "__tensor__": read_tensor,
    "__typespec__": read_type,
    FUNCTION: read_function,
}
"""class name -> function that reads a config of this class name."""


def arguments_of(
    reader: "Reader", config: "Config", kind: "type | tuple[type, ...]", expected: str
) -> "Any":
    """Return the inner ``config`` after a check of its type; `None` counts as empty."""
    arguments = {} if config["config"] is None else config["config"]
    if not isinstance(arguments, kind):
        path = reader.tree.path(config, "config")
        raise MalformedConfigError.of_arguments(expected, arguments, path)
    return arguments


def unknown(reader: "Reader", kind: str, key: str, config: "Config") -> UnknownObjectError:
    """Return the error of a class or function that is neither registered nor advertised."""
    module = config.get("module")
    remedy = lookup_of(reader.lookup.registry).explain(
        key, module if isinstance(module, str) else None
    )
    return UnknownObjectError.of_key(kind, key, module, remedy, reader.tree.path(config))
