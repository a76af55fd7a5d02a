"""The round trip: whether an object comes back from its config, through Keras and through us."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import keras_serializable

from pytest_keras_serializable._findings import Finding, first_line
from pytest_keras_serializable._process.instances import parameters
from pytest_keras_serializable._process.sources import place_of

if TYPE_CHECKING:
    from pytest_keras_serializable._process.kerases import Keras
    from pytest_keras_serializable.examples import Example

KERAS_FORGETS = {"dtype", "name", "reduction", "trainable"}
"""Arguments of Keras' own constructors that its configs leave out in some releases."""


def check_config(task: dict[str, Any], found: Any, example: Example, keras: Keras | None) -> None:
    """Check the config of an object, and what is made from it."""
    place = place_of(getattr(found, "get_config", found), task["root"])
    where = place if _is_own(found, keras) else place_of(found, task["root"])
    if isinstance(found, type):
        _check_arguments(task, found, example.object, where, keras)
    _check_ours(task, example.object, where)
    if keras is not None:
        _check_keras(task, example.object, where, keras)


def _is_own(found: Any, keras: Keras | None) -> bool:
    """Return whether a class has a get_config() of its library, not only that of Keras."""
    method = getattr(found, "get_config", None)
    return method is not None and not (keras is not None and keras.owns(method))


def _check_arguments(
    task: dict[str, Any], found: type, instance: Any, where: str, keras: Keras | None
) -> None:
    """Check that the config has every argument of the constructor."""
    key = task["key"]
    try:
        config = instance.get_config()
    except Exception as error:
        raise Finding(
            f"{key}: get_config() fails with {first_line(error)}", where, _example(found)
        ) from error
    from_config = getattr(found, "from_config", None)
    if from_config is not None and not (keras is not None and keras.owns(from_config)):
        return  # The library's own from_config() knows what it needs.
    left_out = [each for each in parameters(found) if each.name not in config]
    left_out = [each for each in left_out if each.name not in KERAS_FORGETS]
    if not left_out:
        return
    names = ", ".join(repr(each.name) for each in left_out)
    defaults = [
        f"{each.name}={each.default!r}"
        for each in left_out
        if each.default is not inspect.Parameter.empty
    ]
    kind = found.__name__
    if len(defaults) == len(left_out):
        then = f"a loaded {kind} always has {', '.join(defaults)}"
    else:
        then = f"a saved {kind} cannot be loaded"
    raise Finding(
        f"{key}: get_config() of {kind} leaves out {names}: {then}.",
        where,
        _example(found),
    )


def _example(found: type) -> str:
    """Return a get_config() as it should be."""
    own = [each.name for each in parameters(found) if each.name not in KERAS_FORGETS]
    arguments = ", ".join(f'"{name}": self.{name}' for name in own)
    has_base = any(hasattr(base, "get_config") for base in found.__mro__[1:])
    base = "**super().get_config(), " if has_base else ""
    return f"def get_config(self):\n    return {{{base}{arguments}}}"


def _check_ours(task: dict[str, Any], instance: Any, where: str) -> None:
    try:
        keras_serializable.check_round_trip(instance)
    except keras_serializable.KerasSerializableError as error:
        raise Finding(
            f"{task['key']} does not come back from its config: {error}",
            where,
            "get_config() returns what the constructor takes: plain values, and objects that are "
            "registered.",
        ) from error


def _check_keras(task: dict[str, Any], instance: Any, where: str, keras: Keras) -> None:
    serialize = keras.function("serialize_keras_object")
    deserialize = keras.function("deserialize_keras_object")
    try:
        saved = json.loads(json.dumps(serialize(instance)))
        loaded = deserialize(saved)
    except Exception as error:
        raise Finding(
            f"{task['key']}: Keras cannot restore it from its config: {first_line(error)}",
            where,
            "The constructor, or from_config(), takes what get_config() returns. Objects in it are "
            "saved with keras.saving.serialize_keras_object().",
        ) from error
    if inspect.isfunction(instance):
        if loaded is not instance:
            raise Finding(f"{task['key']}: Keras loads another function, {loaded!r}.", where)
        return
    former, now = instance.get_config(), loaded.get_config()
    changed = [name for name in former if not _equal(former[name], now.get(name))]
    if changed:
        changes = ", ".join(
            f"{name} was {former[name]!r}, is {now.get(name)!r}" for name in changed
        )
        raise Finding(
            f"{task['key']}: after Keras has restored it, its config differs: {changes}",
            where,
            "The constructor sets the attribute that get_config() reads, and then leaves it.",
        )


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other) or repr(one) == repr(other)
    except Exception:  # noqa: BLE001 -- arrays of different shapes cannot be compared
        return repr(one) == repr(other)
