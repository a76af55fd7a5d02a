"""Statements: the effect of each kind of statement on the names of its scope."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan import classes, containers, functions, imports, loops, truth
from keras_serializable_build._scan.branches import take_each
from keras_serializable_build._scan.machine import OutOfFuelError, Signal, subject_of
from keras_serializable_build._scan.operators import binary
from keras_serializable_build._scan.registrars import update
from keras_serializable_build._scan.targets import bind
from keras_serializable_build._scan.values import (
    NONE,
    Arguments,
    External,
    Instance,
    Mapping,
    Registry,
    Sequence,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.scopes import Scope

RESERVE = 2000
"""The steps for the rest of a statement, after a decorator has used all steps."""


def run(machine: Machine, statements: list[ast.stmt], scope: Scope) -> Signal:
    """Run statements in order."""
    ending = Signal.NORMAL
    for statement in statements:
        machine.step(statement)
        rule = RULES.get(type(statement))
        signal = Signal.NORMAL if rule is None else rule(machine, statement, scope)
        if signal is Signal.MAYBE:
            ending = signal
        elif signal is not None and signal is not Signal.NORMAL:
            return signal
    return ending


def _expression(machine: Machine, node: ast.Expr, scope: Scope) -> None:
    machine.evaluate(node.value, scope)


def _assign(machine: Machine, node: ast.Assign, scope: Scope) -> None:
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        bind(machine, target, value, scope)


def _annotated(machine: Machine, node: ast.AnnAssign, scope: Scope) -> None:
    if scope.owner is not None and scope.kind == "class" and isinstance(node.target, ast.Name):
        scope.owner.fields.append(node.target.id)
    if node.value is not None:
        bind(machine, node.target, machine.evaluate(node.value, scope), scope)


def _augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> None:
    target = node.target
    if isinstance(target, ast.Name):
        before = machine.evaluate(ast.copy_location(ast.Name(target.id, ast.Load()), target), scope)
    elif isinstance(target, ast.Attribute):
        before = machine.attribute(machine.evaluate(target.value, scope), target.attr)
    else:
        return
    value = machine.evaluate(node.value, scope)
    if isinstance(before, Registry):
        update(machine, before, Arguments([value]))
    elif isinstance(before, Sequence) and before.kind is list:
        # The list object grows, so all names of the list have the new items.
        items = containers.iterate(value)
        before.items.extend(items or ())
        before.complete &= items is not None and machine.doubt == 0
    elif isinstance(before, Mapping) and isinstance(value, Mapping):
        before.items.update(value.items)
    else:
        bind(machine, target, binary(before, node.op, value), scope)


def _delete(machine: Machine, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name) and not machine.doubt:
            scope.remove(target.id)


def _declare(_machine: Machine, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
    for name in node.names:
        scope.declare(name, is_global=isinstance(node, ast.Global))


def _return(machine: Machine, node: ast.Return, scope: Scope) -> Signal:
    value = NONE if node.value is None else machine.evaluate(node.value, scope)
    if machine.frames:
        machine.frames[-1].returned.append(value)
    return Signal.RETURN


def _function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    decorators = [machine.evaluate(decorator, scope) for decorator in node.decorator_list]
    function = functions.define(machine, node, scope)
    scope.bind(node.name, _decorate(machine, node, decorators, function))


def _class(machine: Machine, node: ast.ClassDef, scope: Scope) -> None:
    decorators = [machine.evaluate(decorator, scope) for decorator in node.decorator_list]
    cls = classes.define(machine, node, scope)
    scope.bind(node.name, _decorate(machine, node, decorators, cls))


def _decorate(
    machine: Machine,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    decorators: list[Value],
    value: Value,
) -> Value:
    """Apply decorators, the lowest first; a decorator that cannot be followed changes nothing."""
    pairs = zip(reversed(node.decorator_list), reversed(decorators), strict=True)
    for syntax, decorator in pairs:
        if not machine.frames:
            machine.place = machine.module.place(syntax.lineno)
        depth = len(machine.frames)
        try:
            made = machine.call(decorator, Arguments([value]))
        except OutOfFuelError:
            del machine.frames[depth:]
            machine.fuel = RESERVE
            subject = subject_of(value)
            reason = f"the decorator of {subject} takes more steps than the scan allows"
            machine.tell(reason, about=value)
            continue
        if not isinstance(made, Unknown):
            # Nearly every outside decorator of a class returns the class itself.
            value = classes.unwrapped(made)
    return value


def _if(machine: Machine, node: ast.If, scope: Scope) -> Signal:
    outcome = truth.truth(machine.evaluate(node.test, scope))
    if outcome is not None:
        return machine.run(node.body if outcome else node.orelse, scope)
    ways = [lambda: machine.run(node.body, scope), lambda: machine.run(node.orelse, scope)]
    return take_each(machine, scope, ways)


def _with(machine: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> Signal:
    suppresses = False
    for entry in node.items:
        manager = machine.evaluate(entry.context_expr, scope)
        suppresses |= isinstance(manager, External) and manager.path == "contextlib.suppress()"
        entered: Value = Unknown("the target of a with statement is not followed")
        if isinstance(manager, Instance):
            entered = machine.call(machine.attribute(manager, "__enter__"), Arguments())
        elif isinstance(manager, External):
            entered = manager
        elif isinstance(manager, Sequence) and manager.items:
            entered = manager.items[0]  # the value that a context manager yields
        if entry.optional_vars is not None:
            bind(machine, entry.optional_vars, entered, scope)
    if suppresses:
        ways = [lambda: machine.run(node.body, scope), lambda: Signal.NORMAL]
        return take_each(machine, scope, ways)
    return machine.run(node.body, scope)


def _try(machine: Machine, node: Any, scope: Scope) -> Signal:
    def body() -> Signal:
        signal = machine.run(node.body, scope)
        return machine.run(node.orelse, scope) if signal is Signal.NORMAL else signal

    def handle(handler: ast.ExceptHandler) -> Signal:
        if handler.name:
            scope.bind(handler.name, External("an exception"))
        return machine.run(handler.body, scope)

    if node.handlers:
        ways = [body, *(lambda handler=handler: handle(handler) for handler in node.handlers)]
        signal = take_each(machine, scope, ways)
    else:
        signal = body()
    last = machine.run(node.finalbody, scope)
    return signal if last is Signal.NORMAL else last


def _match(machine: Machine, node: ast.Match, scope: Scope) -> Signal:
    machine.evaluate(node.subject, scope)

    def take(case: ast.match_case) -> Signal:
        for pattern in ast.walk(case.pattern):
            name = getattr(pattern, "name", None)
            if isinstance(name, str):
                scope.bind(name, Unknown("the target of a case is not followed"))
        return machine.run(case.body, scope)

    ways = [lambda case=case: take(case) for case in node.cases]
    return take_each(machine, scope, [*ways, lambda: Signal.NORMAL])


RULES: dict[type[ast.stmt], Callable[[Machine, Any, Scope], Signal | None]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: lambda machine, node, scope: _expression(
        machine, ast.copy_location(ast.Expr(node.test), node), scope
    ),
    ast.Assign: _assign,
    ast.AsyncFor: loops.run_for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented,
    ast.Break: lambda _machine, _node, _scope: Signal.BREAK,
    ast.ClassDef: _class,
    ast.Continue: lambda _machine, _node, _scope: Signal.CONTINUE,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.For: loops.run_for,
    ast.FunctionDef: _function,
    ast.Global: _declare,
    ast.If: _if,
    ast.Import: imports.run_import,
    ast.ImportFrom: imports.run_import_from,
    ast.Match: _match,
    ast.Nonlocal: _declare,
    ast.Raise: lambda _machine, _node, _scope: Signal.RAISE,
    ast.Return: _return,
    ast.Try: _try,
    ast.While: loops.run_while,
    ast.With: _with,
}
if sys.version_info >= (3, 11):
    RULES[ast.TryStar] = _try
if sys.version_info >= (3, 12):
    RULES[ast.TypeAlias] = lambda _machine, node, scope: scope.bind(
        node.name.id, External("typing.Any")
    )
