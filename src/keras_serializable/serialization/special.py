"""Special configs: those whose ``class_name`` stands for something else than a class."""

from keras_serializable._registry.registry import lookup_of
from keras_serializable._texts import shown
from keras_serializable.serialization import leaves
from keras_serializable.serialization.errors import (
    MalformedConfigError,
    UnknownObjectError,
    UnsafeConfigError,
)
from keras_serializable.serialization.lookup import OF_KERAS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol, TypeAlias

    from keras_serializable.serialization.handover import Handover
    from keras_serializable.serialization.lookup import Lookup
    from keras_serializable.serialization.survey import Survey

    Config: TypeAlias = dict[str, Any]

    class Reader(Protocol):
        """Who reads the whole."""

        lookup: Lookup
        survey: Survey
        handover: Handover

        def read(self, config: Any) -> object:
            """Return the object of a part."""


def read_function(reader: "Reader", config: "Config") -> object:
    """Return a function."""
    name = arguments_of(reader, config, str, "a non-null str for a function")
    found = reader.lookup.function(name, config.get("module"))
    if found is OF_KERAS:
        return reader.handover.read(config, f"the function {shown(name)}")
    if found is None:
        raise unknown(reader, "function", name, config)
    return found


def read_leaf(reader: "Reader", config: "Config") -> object:
    """Return bytes, an array or the ellipsis."""
    name = config["class_name"]
    arguments = arguments_of(reader, config, dict, f"a dict for {name}")
    try:
        return leaves.READERS[name](arguments)
    except leaves.LeafError as error:
        fields = () if error.field is None else (error.field,)
        path = reader.survey.path(config, "config", *fields)
        raise MalformedConfigError(error.reason, error.remedy, path) from error


def read_slice(reader: "Reader", config: "Config") -> object:
    """Return a slice, its parts read."""
    arguments = arguments_of(reader, config, dict, "a dict for __slice__")
    parts: list[object] = []
    for field in ("start", "stop", "step"):
        if field not in arguments:
            raise malformed(reader, "missing", config, "config", field)
        parts.append(reader.read(arguments[field]))
    return slice(*parts)


def read_tensor(reader: "Reader", config: "Config") -> object:
    """Return what Keras makes of a tensor."""
    name = config["class_name"]
    arguments_of(reader, config, dict, f"a dict for {name}")
    return reader.handover.read(config, name)


def read_type(reader: "Reader", config: "Config") -> object:
    """Refuse a ``TypeSpec``: only TensorFlow could, by a class whose module the config names."""
    arguments_of(reader, config, (list, tuple), "a list or a tuple")
    raise malformed(reader, "a TypeSpec of TensorFlow cannot be read here", config)


def read_lambda(reader: "Reader", config: "Config") -> object:
    """Refuse a lambda. The survey finds all, but a class can hand in a config that it changed."""
    path = reader.survey.path(config)
    raise UnsafeConfigError("a Python lambda: arbitrary code execution", path=path)


READERS: "dict[str, Callable[[Reader, Config], object]]" = {
    **dict.fromkeys(leaves.READERS, read_leaf),
    "__keras_tensor__": read_tensor,
    "__lambda__": read_lambda,
    "__slice__": read_slice,
    "__tensor__": read_tensor,
    "__typespec__": read_type,
    "function": read_function,
}
"""For each special ``class_name`` the function that reads such a config."""


def arguments_of(
    reader: "Reader", config: "Config", kind: "type | tuple[type, ...]", expected: str
) -> "Any":
    """Return the inner ``config``; `None` is an empty one.

    Raises:
        MalformedConfigError: If it is not of the expected kind.
    """
    arguments = {} if config["config"] is None else config["config"]
    if not isinstance(arguments, kind):
        reason = f"Expected 'config' to be {expected}, not {kind_of(arguments)}"
        raise malformed(reader, reason, config, "config")
    return arguments


def malformed(
    reader: "Reader", reason: str, config: "Config", *fields: object
) -> MalformedConfigError:
    """Return the error of a field that is missing or of a wrong type."""
    return MalformedConfigError(reason, path=reader.survey.path(config, *fields))


def not_text(reader: "Reader", value: object, config: "Config", field: str) -> MalformedConfigError:
    """Return the error of a field that should hold a string."""
    return malformed(reader, f"expected a str, not {kind_of(value)}", config, field)


def unknown(reader: "Reader", what: str, name: str, config: "Config") -> UnknownObjectError:
    """Return the error of a name that nobody knows."""
    module = config.get("module")
    origin = f" (of {shown(module)}, which is not imported)" if module else ""
    return UnknownObjectError(
        f"Could not locate {what} {shown(name)}{origin}",
        lookup_of(reader.lookup.registry).explain(
            name, module if isinstance(module, str) else None
        ),
        reader.survey.path(config),
        name,
    )


def kind_of(value: object) -> str:
    """Return the name of the type of a value."""
    return type(value).__name__
