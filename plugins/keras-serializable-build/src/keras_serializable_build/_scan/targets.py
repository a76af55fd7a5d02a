"""Targets: the names and parts that an assignment binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from keras_serializable_build._scan import attributes, containers
from keras_serializable_build._scan.descriptions import describe
from keras_serializable_build._scan.values import Sequence, Unknown, Value

if TYPE_CHECKING:
    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.scopes import Scope


def bind(machine: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Carry out `target = value`."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, ast.Attribute):
        owner = machine.evaluate(target.value, scope)
        attributes.assign(machine, owner, target.attr, value)
    elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
        container = machine.evaluate(target.value, scope)
        containers.store_item(machine, container, machine.evaluate(target.slice, scope), value)
    elif isinstance(target, ast.Starred):
        bind(machine, target.value, value, scope)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(machine, target.elts, value, scope)


def _unpack(machine: Machine, targets: list[ast.expr], value: Value, scope: Scope) -> None:
    items = containers.iterate(value)
    starred = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if items is not None and containers.is_complete(value):
        if starred is None and len(items) == len(targets):
            for target, item in zip(targets, items, strict=True):
                bind(machine, target, item, scope)
            return
        if starred is not None and len(items) >= len(targets) - 1:
            end = starred + len(items) - len(targets) + 1
            spread = [*items[:starred], Sequence(items[starred:end]), *items[end:]]
            for target, item in zip(targets, spread, strict=True):
                bind(machine, target, item, scope)
            return
    for target in targets:
        bind(machine, target, Unknown(f"a part of {describe(value)}"), scope)
