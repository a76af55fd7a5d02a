"""Containers: items of strings, lists, dictionaries, namespaces and registries."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from keras_serializable_build._scan import registrars
from keras_serializable_build._scan.values import (
    Class,
    Constant,
    Either,
    External,
    Mapping,
    Module,
    Namespace,
    Registry,
    Sequence,
    Unknown,
    Value,
    either,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine

LONGEST_TEXT = 10_000
"""Characters. Longer texts that the scanned code makes are not followed."""


def to_python(value: Value) -> object:
    """Return the Python object of a value, or raise a ValueError for an unknown one."""
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Sequence) and value.complete:
        return value.kind(to_python(item) for item in value.items)
    if isinstance(value, Mapping) and value.complete:
        return {key: to_python(item) for key, item in value.items.items()}
    message = "not a constant"
    raise ValueError(message)


def from_python(found: object) -> Value:
    """Return the value for a Python object."""
    if isinstance(found, (list, tuple, set, frozenset)):
        return Sequence([from_python(item) for item in found], type(found))
    if isinstance(found, dict):
        return Mapping({key: from_python(item) for key, item in found.items()})
    return Constant(found)


def compute(function: Callable[..., object], values: list[Value], what: str) -> Value:
    """Apply a pure function to constants."""
    try:
        arguments = [to_python(value) for value in values]
        if sum(len(item) for item in arguments if isinstance(item, str)) > LONGEST_TEXT:
            return Unknown(f"{what} is applied to a long text", registers=False)
        return from_python(function(*arguments))
    except Exception as error:  # noqa: BLE001 -- the scanned code's own mistake
        return Unknown(f"{what} cannot be computed ({error})", registers=False)


def item(machine: Machine, container: Value, key: Value) -> Value:
    """Return `container[key]`."""
    if isinstance(container, Either):
        return either([item(machine, option, key) for option in container.options])
    if isinstance(container, External):
        return External(f"{container.path}[…]")
    if isinstance(container, Registry):
        return External("get_custom_objects()[…]")
    if not isinstance(key, Constant):
        return Unknown("an index cannot be followed")
    if isinstance(container, Mapping) and key.value in container.items:
        return container.items[key.value]
    if isinstance(container, Namespace) and key.value in container.names:
        return container.names[str(key.value)]
    if isinstance(container, Sequence) and isinstance(key.value, int):
        inside = -len(container.items) <= key.value < len(container.items)
        if inside and (container.complete or key.value >= 0):
            return container.items[key.value]
    if isinstance(container, Constant) and isinstance(container.value, (str, bytes)):
        return compute(operator.getitem, [container, key], "an index")
    return Unknown("an item cannot be followed")


def store_item(machine: Machine, container: Value, key: Value, value: Value) -> None:
    """Carry out `container[key] = value`."""
    if isinstance(container, Either):
        for option in container.options:
            with machine.doubting():
                store_item(machine, option, key, value)
    elif isinstance(container, Registry):
        registrars.store(machine, container, key, value)
    elif isinstance(container, Mapping):
        if isinstance(key, Constant):
            before = container.items.get(key.value)
            kept = machine.doubt and before is not None
            container.items[key.value] = either([before, value]) if kept and before else value
        else:
            container.complete = False
    elif isinstance(container, Namespace):
        if text(key) is not None:
            container.names[str(text(key))] = value
        elif not isinstance(value, Constant):
            machine.tell("a computed name is assigned in a namespace")
    elif isinstance(container, Sequence):
        index = key.value if isinstance(key, Constant) else None
        if isinstance(index, int) and -len(container.items) <= index < len(container.items):
            container.items[index] = value
        else:
            container.complete = False


def iterate(value: Value) -> list[Value] | None:
    """Return the items of a loop over a value, `None` if they are unknown."""
    if isinstance(value, Sequence):
        return list(value.items)
    if isinstance(value, Mapping):
        return [Constant(key) for key in value.items]
    if isinstance(value, Namespace):
        return [Constant(name) for name in value.names]
    if isinstance(value, Constant) and isinstance(value.value, str):
        return [Constant(letter) for letter in value.value]
    return None


def is_complete(value: Value) -> bool:
    """Return whether `iterate` returns all items of a value."""
    return bool(getattr(value, "complete", True))


def namespace_of(value: Value) -> Namespace | None:
    """Return the value of `vars(value)` or `value.__dict__`."""
    if isinstance(value, Module):
        return Namespace(value.scope.names)
    return Namespace(value.names) if isinstance(value, Class) else None
