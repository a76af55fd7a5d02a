"""The round trip: whether an object comes back from its config as it was."""

import json

from keras_serializable.serialization.errors import (
    ROOT,
    ConfigLimitError,
    NotSerializableError,
    RoundTripError,
    step,
)
from keras_serializable.serialization.reading import deserialize
from keras_serializable.serialization.survey import CONTAINERS, pairs
from keras_serializable.serialization.writing import serialize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from keras_serializable.registry import Registry

_MISSING = object()
_SHOWN = 100  # characters of a value


def check_round_trip(
    obj: object, registry: "Registry", custom_objects: "Mapping[str, object] | None" = None
) -> object:
    """Return an object made from the config of `obj`; see `keras_serializable.check_round_trip`.

    Args:
        obj: The object.
        registry: The registry.
        custom_objects: The caller's objects by name.

    Returns:
        The object that came back.

    Raises:
        RoundTripError: If its config differs from that of `obj`.
        NotSerializableError: If the config cannot be stored as JSON, or is not made at all.
        ConfigError: Whatever else `serialize` and `deserialize` raise.

    Example:
        >>> from keras_serializable.registry import Registry
        >>> check_round_trip({"shape": [2, 3]}, Registry())
        {'shape': [2, 3]}
    """
    before = _stored(serialize(obj, registry))
    restored = deserialize(json.loads(before), registry, custom_objects)
    after = _stored(serialize(restored, registry))
    if after != before:
        differences = [
            (path, _text(old), _text(new))
            for path, old, new in _differences(json.loads(before), json.loads(after))
        ]
        if differences:
            raise RoundTripError(type(obj).__qualname__, differences)
    return restored


def _stored(config: object) -> str:
    """Return a config as it is stored: as JSON."""
    todo: list[tuple[str, Any]] = [(ROOT, config)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, CONTAINERS):
            for key, part in pairs(value):
                if isinstance(value, dict) and not isinstance(key, str):
                    raise NotSerializableError(
                        f"JSON would turn the key {key!r} into a string",
                        "Use strings as keys in get_config(), and convert them in from_config().",
                        path,
                    )
                todo.append((path + step(value, key), part))
        elif value is not None and not isinstance(value, (str, int, float)):
            raise NotSerializableError(
                f"JSON cannot store a {type(value).__name__}",
                "Convert it to a string or to numbers in get_config().",
                path,
            )
    try:
        return json.dumps(config)
    except RecursionError as error:
        raise ConfigLimitError("nested too deep to be stored as JSON") from error


def _differences(before: object, after: object) -> "Iterator[tuple[str, object, object]]":
    todo: list[tuple[str, Any, Any]] = [(ROOT, before, after)]
    while todo:
        path, old, new = todo.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            keys = {**old, **new}
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            keys = dict.fromkeys(range(len(old)))
        else:
            # NaN is equal to nothing, itself included.
            if old != new and not (old != old and new != new):  # noqa: PLR0124
                yield path, old, new
            continue
        for key in reversed(keys):
            parts = [
                side[key] if isinstance(side, list) else side.get(key, _MISSING)
                for side in (old, new)
            ]
            todo.append((path + step(old, key), *parts))


def _text(value: object) -> str:
    text = "missing" if value is _MISSING else json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
