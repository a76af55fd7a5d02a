"""Methods of strings, lists, dictionaries, namespaces and registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan import registrars
from keras_serializable_build._scan.containers import compute, item, iterate, store_item
from keras_serializable_build._scan.values import (
    NONE,
    Action,
    Arguments,
    Constant,
    External,
    Mapping,
    Namespace,
    Registry,
    Sequence,
    Unknown,
    Value,
    copy_names,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine

STRING_METHODS = frozenset(
    {
        *("capitalize", "casefold", "count", "endswith", "find", "format", "index", "isalnum"),
        *("isalpha", "isdigit", "isidentifier", "islower", "isupper", "join", "lower", "lstrip"),
        *("partition", "removeprefix", "removesuffix", "replace", "rfind", "rpartition", "rsplit"),
        *("rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper"),
    }
)


READS = ("get", "items", "keys", "values", "pop", "copy", "clear")
"""Methods of the dictionary of registered objects that register nothing."""


def method(machine: Machine, receiver: Value, name: str) -> Value | None:
    """Return a method of a container, `None` if it has none that is known."""
    table: dict[str, Callable[[Arguments], Value]] = {}
    if isinstance(receiver, Constant):
        if name not in STRING_METHODS or not isinstance(receiver.value, str):
            return None
        table[name] = lambda arguments: _string_method(receiver, name, arguments)
    elif isinstance(receiver, Sequence):
        table = _sequence_methods(machine, receiver)
    elif isinstance(receiver, Mapping):
        table = _mapping_methods(machine, receiver)
    elif isinstance(receiver, Registry):
        table = _registry_methods(machine, receiver)
    elif isinstance(receiver, Namespace):
        table = _namespace_methods(receiver)
    return Action(name, table[name]) if name in table else None


def _string_method(receiver: Constant, name: str, arguments: Arguments) -> Value:
    def run(*values: object) -> object:
        keywords = dict(zip(arguments.keywords, values[len(arguments.positional) :], strict=True))
        return getattr(receiver.value, name)(*values[: len(arguments.positional)], **keywords)

    if not arguments.complete:
        return Unknown(f"str.{name}() gets arguments that cannot be followed")
    return compute(run, arguments.all(), f"str.{name}()")


def _sequence_methods(
    machine: Machine, receiver: Sequence
) -> dict[str, Callable[[Arguments], Value]]:
    def changed() -> Value:
        receiver.complete &= machine.doubt == 0
        return NONE

    def append(arguments: Arguments) -> Value:
        receiver.items.extend(arguments.positional[-1:])
        return changed()

    def extend(arguments: Arguments) -> Value:
        for value in arguments.positional:
            items = iterate(value)
            receiver.items.extend(items or ())
            receiver.complete &= items is not None
        return changed()

    def pop(arguments: Arguments) -> Value:
        index = arguments.get(0) or Constant(-1)
        found = item(machine, receiver, index)
        if isinstance(found, Unknown) or not isinstance(index, Constant):
            receiver.complete = False
            return found
        del receiver.items[index.value]  # type: ignore[arg-type]
        changed()
        return found

    def remove(_: Arguments) -> Value:
        receiver.complete = False
        return NONE

    def copy(_: Arguments) -> Value:
        return Sequence(list(receiver.items), receiver.kind, receiver.complete)

    def index(arguments: Arguments) -> Value:
        values = [receiver, *arguments.all()]
        return compute(_index, values, "index()")

    return {
        "append": append,
        "add": append,
        "insert": append,
        "appendleft": append,
        "extend": extend,
        "update": extend,
        "pop": pop,
        "remove": remove,
        "discard": remove,
        "clear": remove,
        "copy": copy,
        "index": index,
        "sort": lambda _: NONE,
        "reverse": lambda _: NONE,
    }


def _index(items: list[object], *arguments: Any) -> int:
    return items.index(*arguments)


def _mapping_methods(
    machine: Machine, receiver: Mapping
) -> dict[str, Callable[[Arguments], Value]]:
    def get(arguments: Arguments) -> Value:
        key, default = arguments.get(0), arguments.get(1) or NONE
        if not isinstance(key, Constant):
            return Unknown("a key of a dictionary cannot be followed")
        if key.value in receiver.items:
            return receiver.items[key.value]
        return default if receiver.complete else Unknown("a dictionary has unknown items")

    def pop(arguments: Arguments) -> Value:
        found = get(arguments)
        key = arguments.get(0)
        if isinstance(key, Constant) and not machine.doubt:
            receiver.items.pop(key.value, None)
        else:
            receiver.complete = False
        return found

    def setdefault(arguments: Arguments) -> Value:
        key = arguments.get(0)
        if isinstance(key, Constant) and key.value not in receiver.items:
            store_item(machine, receiver, key, arguments.get(1) or NONE)
        return get(arguments)

    def update(arguments: Arguments) -> Value:
        for value in arguments.positional:
            if isinstance(value, Mapping):
                receiver.items.update(value.items)
                receiver.complete &= value.complete
            elif isinstance(value, Namespace):
                receiver.items.update(value.names)
            else:
                receiver.complete = False
        receiver.items.update(arguments.keywords)
        return NONE

    def pairs(_: Arguments) -> Value:
        items: list[Value] = [
            Sequence([Constant(key), value], tuple) for key, value in receiver.items.items()
        ]
        return Sequence(items, complete=receiver.complete)

    return {
        "get": get,
        "pop": pop,
        "setdefault": setdefault,
        "update": update,
        "items": pairs,
        "keys": lambda _: Sequence([Constant(key) for key in receiver.items]),
        "values": lambda _: Sequence(list(receiver.items.values()), complete=receiver.complete),
        "copy": lambda _: Mapping(dict(receiver.items), receiver.complete),
    }


def _registry_methods(
    machine: Machine, receiver: Registry
) -> dict[str, Callable[[Arguments], Value]]:
    def update(arguments: Arguments) -> Value:
        registrars.update(machine, receiver, arguments)
        return NONE

    def setdefault(arguments: Arguments) -> Value:
        key, value = arguments.get(0), arguments.get(1) or NONE
        if key is not None:
            registrars.store(machine, receiver, key, value)
        return value

    def read(name: str) -> Callable[[Arguments], Value]:
        return lambda _: External(f"get_custom_objects().{name}()")

    outside = {name: read(name) for name in READS}
    return {**outside, "update": update, "setdefault": setdefault, "__setitem__": setdefault}


def _namespace_methods(receiver: Namespace) -> dict[str, Callable[[Arguments], Value]]:
    def get(arguments: Arguments) -> Value:
        name = text(arguments.get(0))
        if name is None:
            return Unknown("a name in a namespace cannot be followed")
        return receiver.names.get(name) or arguments.get(1) or NONE

    def update(arguments: Arguments) -> Value:
        for value in arguments.positional:
            if isinstance(value, Mapping):
                receiver.names.update({str(key): item for key, item in value.items.items()})
        receiver.names.update(arguments.keywords)
        return NONE

    def pairs(_: Arguments) -> Value:
        found = [Sequence([Constant(key), value], tuple) for key, value in receiver.names.items()]
        return Sequence(list(found))

    return {
        "get": get,
        "update": update,
        "items": pairs,
        "keys": lambda _: Sequence([Constant(name) for name in receiver.names]),
        "values": lambda _: Sequence(list(receiver.names.values())),
        "copy": lambda _: Mapping(copy_names(receiver.names)),
    }
