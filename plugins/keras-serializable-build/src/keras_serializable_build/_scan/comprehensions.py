"""Comprehensions: loops inside an expression."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from keras_serializable_build._scan import containers, truth
from keras_serializable_build._scan.descriptions import describe
from keras_serializable_build._scan.scopes import Scope
from keras_serializable_build._scan.targets import bind
from keras_serializable_build._scan.values import Mapping, Sequence, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine

Comprehension: TypeAlias = "ast.ListComp | ast.SetComp | ast.GeneratorExp"


def sequence(machine: Machine, node: Comprehension, scope: Scope) -> Value:
    """Return the value of a list or set comprehension or a generator expression."""
    made = Sequence([], set if isinstance(node, ast.SetComp) else list)

    def add(inner: Scope) -> None:
        made.items.append(machine.evaluate(node.elt, inner))

    made.complete = _loop(machine, node.generators, _inner(scope), add)
    return made


def mapping(machine: Machine, node: ast.DictComp, scope: Scope) -> Value:
    """Return the value of a dictionary comprehension."""
    made = Mapping({})

    def add(inner: Scope) -> None:
        key = machine.evaluate(node.key, inner)
        containers.store_item(machine, made, key, machine.evaluate(node.value, inner))

    complete = _loop(machine, node.generators, _inner(scope), add)
    made.complete &= complete
    return made


def _inner(scope: Scope) -> Scope:
    inner = Scope("function", scope.module, scope, scope.qualify("<comprehension>"))
    inner.owner, inner.receiver = scope.owner, scope.receiver
    if scope.kind == "class":
        inner.names.update(scope.names)  # Only the first loop can use the names of a class body.
    return inner


def _loop(
    machine: Machine,
    generators: list[ast.comprehension],
    scope: Scope,
    add: Callable[[Scope], None],
) -> bool:
    """Run the loops of a comprehension; return whether every item of the result is known."""
    if not generators:
        add(scope)
        return True
    first, *rest = generators
    iterable = machine.evaluate(first.iter, scope)
    items = containers.iterate(iterable)
    complete = items is not None and containers.is_complete(iterable)
    if items is None:
        items = [Unknown(f"an item of something that cannot be followed ({describe(iterable)})")]
    for item in items:
        bind(machine, first.target, item, scope)
        tests = [truth.truth(machine.evaluate(test, scope)) for test in first.ifs]
        if False in tests:
            continue
        if None in tests or not complete:
            with machine.doubting():
                complete &= _loop(machine, rest, scope, add)
            complete &= None not in tests
        else:
            complete &= _loop(machine, rest, scope, add)
    return complete
