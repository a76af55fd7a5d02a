"""Known functions that make or read containers, such as `list`, `zip`, `range` and `len`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan import containers
from keras_serializable_build._scan.values import (
    Arguments,
    Constant,
    External,
    Mapping,
    Sequence,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine

LONGEST_RANGE = 1000


def _dictionary(machine: Machine, arguments: Arguments) -> Value:
    made = Mapping({}, arguments.complete)
    for value in arguments.positional:
        if isinstance(value, Mapping):
            made.items.update(value.items)
            made.complete &= value.complete
            continue
        for pair in containers.iterate(value) or ():
            members = containers.iterate(pair) or []
            if len(members) == 2:  # noqa: PLR2004 -- a key and a value
                containers.store_item(machine, made, members[0], members[1])
        made.complete &= containers.iterate(value) is not None and containers.is_complete(value)
    made.items.update(arguments.keywords)
    return made


def _sequence(kind: type) -> Callable[[Machine, Arguments], Value]:
    def make(machine: Machine, arguments: Arguments) -> Value:
        del machine
        value = arguments.get(0)
        if value is None:
            return Sequence([], kind)
        items = containers.iterate(value)
        if items is None:
            return Unknown(f"{kind.__name__}() of something that cannot be followed")
        return Sequence(items, kind, containers.is_complete(value))

    return make


def _zip(machine: Machine, arguments: Arguments) -> Value:
    del machine
    columns = [containers.iterate(value) for value in arguments.positional]
    if any(column is None for column in columns) or not arguments.complete:
        return Unknown("zip() of something that cannot be followed")
    rows = zip(*(column or [] for column in columns), strict=False)
    complete = all(containers.is_complete(value) for value in arguments.positional)
    return Sequence([Sequence(list(row), tuple) for row in rows], complete=complete)


def _enumerate(machine: Machine, arguments: Arguments) -> Value:
    del machine
    value = arguments.get(0)
    items = containers.iterate(value) if value is not None else None
    if value is None or items is None:
        return Unknown("enumerate() of something that cannot be followed")
    pairs = [Sequence([Constant(index), item], tuple) for index, item in enumerate(items)]
    return Sequence(list(pairs), complete=containers.is_complete(value))


def _map(machine: Machine, arguments: Arguments) -> Value:
    function, value = arguments.get(0), arguments.get(1)
    items = containers.iterate(value) if value is not None else None
    if function is None or value is None or items is None:
        return Unknown("map() of something that cannot be followed")
    found = [machine.call(function, Arguments([item])) for item in items]
    return Sequence(found, complete=containers.is_complete(value))


def _range(machine: Machine, arguments: Arguments) -> Value:
    del machine
    found = [value.value for value in arguments.positional if isinstance(value, Constant)]
    bounds = [bound for bound in found if isinstance(bound, int)]
    if not bounds or len(bounds) < len(arguments.positional):
        return Unknown("range() of something that cannot be followed")
    numbers = range(*bounds)
    if len(numbers) > LONGEST_RANGE:
        return Unknown("range() is too long")
    return Sequence([Constant(number) for number in numbers])


def _length(machine: Machine, arguments: Arguments) -> Value:
    del machine
    value = arguments.get(0)
    items = containers.iterate(value) if value is not None else None
    if value is None or items is None or not containers.is_complete(value):
        return External("len()")
    return Constant(len(items))


def _string(machine: Machine, arguments: Arguments) -> Value:
    del machine
    value = arguments.get(0)
    if isinstance(value, Constant):
        return Constant(str(value.value))
    return Unknown("str() of something that cannot be followed")


def _reverse(_machine: Machine, arguments: Arguments) -> Value:
    value = arguments.get(0)
    items = containers.iterate(value) if value is not None else None
    if value is None or items is None:
        return Unknown("reversed() of something that cannot be followed")
    return Sequence(items[::-1], complete=containers.is_complete(value))


FUNCTIONS: dict[str, Callable[[Machine, Arguments], Value]] = {
    "builtins.dict": _dictionary,
    "builtins.enumerate": _enumerate,
    "builtins.frozenset": _sequence(frozenset),
    "builtins.len": _length,
    "builtins.list": _sequence(list),
    "builtins.map": _map,
    "builtins.range": _range,
    "builtins.reversed": _reverse,
    "builtins.set": _sequence(set),
    "builtins.sorted": _sequence(list),
    "builtins.str": _string,
    "builtins.tuple": _sequence(tuple),
    "builtins.zip": _zip,
    "collections.OrderedDict": _dictionary,
}
