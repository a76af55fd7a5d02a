"""The round trip: an object is serialized and restored, and the two configs are compared."""

import json

from keras_serializable._keras_releases import FUNCTION
from keras_serializable._texts import escaped, origin
from keras_serializable.serialization import written_objects
from keras_serializable.serialization.config_tree import CONTAINERS, pairs
from keras_serializable.serialization.errors import (
    MISSING,
    ConfigLimitError,
    NotSerializableError,
    RoundTripError,
)
from keras_serializable.serialization.function_names import is_same
from keras_serializable.serialization.paths import ROOT, step
from keras_serializable.serialization.reading import deserialize
from keras_serializable.serialization.writing import serialize
from keras_serializable.serialization.written_objects import WrittenObjects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry


def check_round_trip(
    obj: object, registry: "Registry", custom_objects: "Mapping[str, object] | None" = None
) -> object:
    """Check that an object comes back unchanged from its stored config.

    The object is serialized, stored as JSON, restored, and serialized again. Then the two configs
    are compared, and the functions and classes that were written.

    Args:
        obj: The object.
        registry: The registry that knows the keys of classes and functions.
        custom_objects: The caller's objects by name, for what is not registered.

    Returns:
        The object that was restored.

    Raises:
        RoundTripError: If the two configs differ, or if a function or class came back as another
            one of its name.
        NotSerializableError: If something in the object has no config, or JSON would change it.
        UnsafeConfigError: If something in the object is a lambda.
        ConfigLimitError: If the object is nested too deep, contains itself, or is too large.
        UnknownObjectError: If a class or function of the config is unknown.
        RestorationError: If a class does not accept its config.
        MalformedConfigError: If a ``get_config()`` returns a broken config of another object.
        ProviderError: If the installed provider of a key cannot deliver it.
        ProviderConflictError: If several distributions advertise a key differently.

    Example:
        >>> from keras_serializable._registry.registry import Registry
        >>> check_round_trip({"shape": [2, 3]}, Registry())
        {'shape': [2, 3]}
    """
    with written_objects.recorded(custom_objects) as written_before:
        before = _stored(serialize(obj, registry))
    restored = deserialize(json.loads(before), registry, custom_objects)
    with written_objects.recorded(custom_objects) as written_after:
        after = _stored(serialize(restored, registry))
    # The text is parsed a second time: a class may have changed the config that it was made from.
    config = json.loads(before)
    replaced = list(_replaced(written_before, written_after, config))
    changed: list[tuple[str, str, str]] = []
    if after != before:
        changed += (
            (path, _text(old), _text(new))
            for path, old, new in _differences(config, json.loads(after))
        )
    if replaced or changed:
        raise RoundTripError(type(obj).__qualname__, changed, replaced)
    return restored


def _replaced(
    before: WrittenObjects, after: WrittenObjects, config: object
) -> "Iterator[tuple[str, str, str]]":
    """Yield each function or class that came back as another one of its name."""
    restored: dict[tuple[str, str | None], list[object]] = {}
    for (label, _), obj in after.by_label.items():
        restored.setdefault(label, []).append(obj)
    for (label, _), obj in before.by_label.items():
        found = restored.get(label)
        if found and not any(is_same(each, obj) for each in found):
            old, new = escaped(origin(obj)), escaped(origin(found[0]))
            yield _path(config, label), old, new if new != old else f"another {new}"


def _path(config: object, label: "tuple[str, str | None]") -> str:
    """Return the path of the first config of a function or class, the root's path if unknown."""
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
    """Return a config as JSON text; raise an error if JSON would change it."""
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
