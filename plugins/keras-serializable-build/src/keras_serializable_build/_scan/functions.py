"""Functions: arguments are bound to parameters, and bodies are run for their results."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from keras_serializable_build._scan.machine import MOST_CALLS, Frame, OutOfFuelError, Signal
from keras_serializable_build._scan.scopes import Scope
from keras_serializable_build._scan.values import (
    NONE,
    Arguments,
    Class,
    Constant,
    Function,
    Instance,
    Mapping,
    Sequence,
    Unknown,
    Value,
    either,
)

UNRELATED_FUEL = 2_000
"""Steps that a call may take that cannot register anything."""

if TYPE_CHECKING:
    from keras_serializable_build._scan.machine import Machine


def define(
    machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope
) -> Function:
    """Make a function from its statement or lambda expression, without its decorators."""
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    defaults = [machine.evaluate(default, scope) for default in node.args.defaults]
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    by_keyword = {
        argument.arg: machine.evaluate(default, scope)
        for argument, default in pairs
        if default is not None
    }
    owner = scope.owner if scope.kind == "class" else None
    return Function(name, scope.qualify(name), node, scope, defaults, by_keyword, owner)


def call(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """Run a function of the library."""
    node = function.node
    if len(machine.frames) >= MOST_CALLS:
        return _refuse(machine, function, f"calls nest deeper than {MOST_CALLS}")
    scope = bind(function, arguments)
    if scope is None:
        reason = f"{function.qualname}() is called with arguments that do not fit"
        return _refuse(machine, function, reason)
    machine.record.entered.add(id(node))
    if isinstance(node, ast.AsyncFunctionDef):
        return _refuse(machine, function, f"{function.qualname}() is a coroutine")
    if machine.frames or _matters(machine, function, arguments):
        return _run(machine, function, scope)
    # No name here leads to a registrar. Only the result is needed, so few steps are allowed.
    fuel = machine.fuel
    machine.fuel = min(fuel, UNRELATED_FUEL)
    given = machine.fuel
    try:
        return _run(machine, function, scope)
    except OutOfFuelError:
        reason = f"{function.qualname}() takes more steps than the scan allows"
        return Unknown(reason, registers=False)
    finally:
        machine.fuel = fuel - (given - max(machine.fuel, 0))


def _matters(machine: Machine, function: Function, arguments: Arguments) -> bool:
    """Return whether a call may register something, also through a function in its arguments."""
    # Classes in the arguments are not searched. That takes long, and an instance rarely registers
    # anything.
    given = [value for value in arguments.all() if not isinstance(value, (Class, Instance))]
    return any(map(machine.reach.of_value, [function, *given]))


def _run(machine: Machine, function: Function, scope: Scope) -> Value:
    """Run the body of a function in the scope of a call."""
    node = function.node
    frame = Frame(function)
    depth = len(machine.frames)
    machine.frames.append(frame)
    doubt = machine.doubt
    try:
        if isinstance(node, ast.Lambda):
            return machine.evaluate(node.body, scope)
        signal = machine.run(node.body, scope)
    finally:
        machine.doubt = doubt
        del machine.frames[depth:]
    if frame.yielded:
        return Sequence(frame.yielded, complete=signal is not Signal.MAYBE)
    if signal is Signal.RAISE:
        return Unknown(f"{function.qualname}() raises an exception", registers=False)
    if signal is not Signal.RETURN:
        frame.returned.append(NONE)
    return either(frame.returned)


def _refuse(machine: Machine, function: Function, reason: str) -> Unknown:
    """Return the result of a call that is not followed."""
    return Unknown(reason, registers=machine.reach.of_value(function))


def bind(function: Function, arguments: Arguments) -> Scope | None:
    """Return the scope of a call with its parameters, `None` if the arguments do not fit."""
    declared = function.node.args
    scope = Scope("function", function.module, function.scope, function.qualname)
    scope.function, scope.owner = function, function.owner
    names = scope.names
    parameters = [parameter.arg for parameter in (*declared.posonlyargs, *declared.args)]
    given = list(arguments.positional)
    names.update(zip(parameters, given, strict=False))
    rest = given[len(parameters) :]
    if declared.vararg:
        names[declared.vararg.arg] = Sequence(rest, tuple, arguments.complete)
    elif rest:
        return None
    scope.receiver = given[0] if given else None

    known = {*parameters, *(parameter.arg for parameter in declared.kwonlyargs)}
    extra: dict[object, Value] = {}
    for name, value in arguments.keywords.items():
        if name in known and name not in names:
            names[name] = value
        else:
            extra[name] = value
    if declared.kwarg:
        names[declared.kwarg.arg] = Mapping(extra, arguments.complete)
    elif extra:
        return None

    defaults = dict(zip(reversed(parameters), reversed(function.defaults), strict=False))
    defaults.update(function.keyword_defaults)
    missing = Unknown(f"an argument of {function.qualname}() cannot be followed")
    for name in known - names.keys():
        if not arguments.complete:
            names[name] = either([missing, defaults[name]]) if name in defaults else missing
        elif name in defaults:
            names[name] = defaults[name]
        else:
            return None
    return scope


def keyword_arguments(value: Value, arguments: Arguments) -> None:
    """Add the arguments of `**value` to a call."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value.items):
        arguments.keywords.update({str(key): item for key, item in value.items.items()})
        arguments.complete &= value.complete
    else:
        arguments.complete = False


def positional_arguments(value: Value, arguments: Arguments) -> None:
    """Add the arguments of `*value` to a call."""
    if isinstance(value, Sequence):
        arguments.positional.extend(value.items)
        arguments.complete &= value.complete
    elif isinstance(value, Constant) and isinstance(value.value, str):
        arguments.positional.extend(Constant(letter) for letter in value.value)
    else:
        arguments.complete = False
