"""The round trip: whether an object comes back from its config as it was."""

import json

from keras_serializable._keras_releases import FUNCTION
from keras_serializable._texts import escaped
from keras_serializable.serialization import functions
from keras_serializable.serialization.config_tree import CONTAINERS, pairs
from keras_serializable.serialization.errors import (
    MISSING,
    ConfigLimitError,
    NotSerializableError,
    RoundTripError,
)
from keras_serializable.serialization.paths import ROOT, step
from keras_serializable.serialization.reading import deserialize
from keras_serializable.serialization.writing import serialize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry


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
        RoundTripError: If its config differs from that of `obj`, or if another function or class
            of a name came back.
        NotSerializableError: If the config cannot be stored as JSON, or is not made at all.
        ConfigError: Whatever else `serialize` and `deserialize` raise.

    Example:
        >>> from keras_serializable._registry.registry import Registry
        >>> check_round_trip({"shape": [2, 3]}, Registry())
        {'shape': [2, 3]}
    """
    with functions.watch(custom_objects) as former:
        before = _stored(serialize(obj, registry))
    restored = deserialize(json.loads(before), registry, custom_objects)
    with functions.watch(custom_objects) as witness:
        after = _stored(serialize(restored, registry))
    config = json.loads(before)  # again: a class may have changed what it was made from
    differences = list(_replaced(former, witness, config))
    if after != before:
        differences += (
            (path, _text(old), _text(new))
            for path, old, new in _differences(config, json.loads(after))
        )
    if differences:
        raise RoundTripError(type(obj).__qualname__, differences)
    return restored


def _replaced(
    former: functions.Witness, witness: functions.Witness, config: object
) -> "Iterator[tuple[str, str, str]]":
    """Yield the functions and classes for which others of their name came back."""
    now: dict[tuple[str, str | None], list[object]] = {}
    for (label, _), obj in witness.seen.items():
        now.setdefault(label, []).append(obj)
    for (label, _), obj in former.seen.items():
        found = now.get(label)
        if found and not any(functions.is_same(each, obj) for each in found):
            old, new = functions.origin(obj), functions.origin(found[0])
            yield _place(config, label), old, new if new != old else f"another {new}"


def _place(config: object, label: "tuple[str, str | None]") -> str:
    """Return the path of the first config of a function or class, that of the root if unknown."""
    field = "config" if label[0] == FUNCTION else "registered_name"
    todo: list[tuple[str, Any]] = [(ROOT, config)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, CONTAINERS):
            found = isinstance(value, dict) and (value.get("class_name"), value.get(field))
            if found == label:
                return path
            todo += [(path + step(value, key), part) for key, part in pairs(value)][::-1]
    return ROOT


def _stored(config: object) -> str:
    """Return a config as it is stored: as JSON."""
    todo: list[tuple[str, Any]] = [(ROOT, config)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, CONTAINERS):
            for key, part in pairs(value):
                if isinstance(value, dict) and not isinstance(key, str):
                    raise NotSerializableError.of_json_key(key, path)
                todo.append((path + step(value, key), part))
        elif value is not None and not isinstance(value, (str, int, float)):
            raise NotSerializableError.of_json_value(value, path)
    try:
        return json.dumps(config)
    except RecursionError as error:
        raise ConfigLimitError.too_deep() from error


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
                side[key] if isinstance(side, list) else side.get(key, MISSING)
                for side in (old, new)
            ]
            todo.append((path + step(old, key), *parts))


def _text(value: object) -> str:
    return "missing" if value is MISSING else escaped(json.dumps(value))
