"""Expressions: the value of each kind of syntax node."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan import (
    comprehensions,
    containers,
    functions,
    operators,
    outside,
    truth,
)
from keras_serializable_build._scan.values import (
    NONE,
    Arguments,
    Class,
    Constant,
    Either,
    External,
    Function,
    Mapping,
    Module,
    Namespace,
    Pending,
    Sequence,
    Super,
    Unknown,
    Value,
    either,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.scopes import Scope

BUILTINS = frozenset(dir(builtins))


def evaluate(machine: Machine, node: ast.expr, scope: Scope) -> Value:
    """Return the value of an expression."""
    machine.step(node)
    rule = RULES.get(type(node))
    if rule is None:
        return Unknown(f"{type(node).__name__} expressions are not followed")
    return rule(machine, node, scope)


def resolve(machine: Machine, value: Value) -> Value:
    """Return the value of a name that was imported from an unfinished module."""
    if not isinstance(value, Pending):
        return value
    found = value.module.scope.names.get(value.name)
    if found is not None and found is not value and not isinstance(found, Pending):
        return found
    submodule = machine.load(f"{value.module.name}.{value.name}")
    if submodule is not None:
        return submodule
    reason = f"{value.name!r} is imported from {value.module.name} before it is defined there"
    return Unknown(reason)


def find_name(machine: Machine, name: str, scope: Scope) -> Value:
    """Return the value of a name."""
    found = scope.find(name)
    if found is not None:
        return resolve(machine, found)
    if name in BUILTINS:
        return External(f"builtins.{name}")
    stars = scope.module.scope.stars
    if stars:
        return either([outside.external(f"{path}.{name}") for path in stars])
    return Unknown(f"the name {name!r} is not defined")


def _name(machine: Machine, node: ast.Name, scope: Scope) -> Value:
    return find_name(machine, node.id, scope)


def _attribute(machine: Machine, node: ast.Attribute, scope: Scope) -> Value:
    found = machine.attribute(machine.evaluate(node.value, scope), node.attr)
    return resolve(machine, found)


def _call(machine: Machine, node: ast.Call, scope: Scope) -> Value:
    function = machine.evaluate(node.func, scope)
    arguments = Arguments()
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            value = machine.evaluate(argument.value, scope)
            functions.positional_arguments(value, arguments)
        else:
            arguments.positional.append(machine.evaluate(argument, scope))
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value, scope)
        if keyword.arg is None:
            functions.keyword_arguments(value, arguments)
        else:
            arguments.keywords[keyword.arg] = value
    if not (node.args or node.keywords) and isinstance(function, External):
        found = _of_scope(function.path, scope)
        if found is not None:
            return found
    return machine.call(function, arguments)


def _of_scope(path: str, scope: Scope) -> Value | None:
    """Carry out `globals()`, `locals()`, `vars()` and `super()`, which depend on their caller."""
    if path == "builtins.globals":
        return Namespace(scope.module.scope.names)
    if path in {"builtins.locals", "builtins.vars"}:
        return Namespace(scope.names)
    if path == "builtins.super":
        caller: Scope | None = scope
        while caller is not None and caller.kind != "function":
            caller = caller.parent
        if caller is not None and caller.owner is not None and caller.receiver is not None:
            return Super(caller.owner, caller.receiver)
    return None


def _subscript(machine: Machine, node: ast.Subscript, scope: Scope) -> Value:
    container = machine.evaluate(node.value, scope)
    if isinstance(container, (Class, Function)):
        return container  # a generic class with its type arguments
    if isinstance(node.slice, ast.Slice):
        return _slice(machine, container, node.slice, scope)
    key = machine.evaluate(node.slice, scope)
    if isinstance(container, External):
        if container.path == "sys.modules" and isinstance(key, Constant):
            module: Module | None = machine.load(str(key.value))
            return module or outside.external(str(key.value))
        if container.path.startswith(("typing.", "builtins.")) and container.path[-1] != ")":
            return container
    return either([containers.item(machine, container, one) for one in options(key)])


def _slice(machine: Machine, container: Value, node: ast.Slice, scope: Scope) -> Value:
    bounds = [
        NONE if bound is None else machine.evaluate(bound, scope)
        for bound in (node.lower, node.upper, node.step)
    ]
    numbers: list[Any] = [getattr(bound, "value", "") for bound in bounds]
    if not all(number is None or isinstance(number, int) for number in numbers):
        return Unknown("a slice cannot be followed")
    if isinstance(container, Sequence) and container.complete:
        return Sequence(container.items[slice(*numbers)], container.kind)
    if isinstance(container, Constant) and isinstance(container.value, (str, bytes)):
        return Constant(container.value[slice(*numbers)])
    if isinstance(container, External):
        return outside.external(f"{container.path}[…]")
    return Unknown("a slice cannot be followed")


def _items(machine: Machine, nodes: list[ast.expr], scope: Scope, kind: type) -> Value:
    made = Sequence([], kind)
    for node in nodes:
        if isinstance(node, ast.Starred):
            value = machine.evaluate(node.value, scope)
            items = containers.iterate(value)
            made.items.extend(items or ())
            made.complete &= items is not None and containers.is_complete(value)
        else:
            made.items.append(machine.evaluate(node, scope))
    return made


def _dict(machine: Machine, node: ast.Dict, scope: Scope) -> Value:
    made = Mapping({})
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = machine.evaluate(value_node, scope)
        if key_node is None:
            if isinstance(value, Mapping):
                made.items.update(value.items)
                made.complete &= value.complete
            elif isinstance(value, Namespace):
                made.items.update(value.names)
            else:
                made.complete = False
            continue
        key = machine.evaluate(key_node, scope)
        known = [option for option in options(key) if isinstance(option, Constant)]
        made.items.update({option.value: value for option in known})
        made.complete &= len(known) == 1 and not isinstance(key, Either)
    return made


def _binary(machine: Machine, node: ast.BinOp, scope: Scope) -> Value:
    left = machine.evaluate(node.left, scope)
    return operators.binary(left, node.op, machine.evaluate(node.right, scope))


def _unary(machine: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    value = machine.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        found = truth.truth(value)
        return External("(not …)") if found is None else Constant(not found)
    if isinstance(value, Constant) and isinstance(value.value, (int, float)):
        return Constant(-value.value if isinstance(node.op, ast.USub) else value.value)
    return External("(an operator)")


def _boolean(machine: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    found: list[Value] = []
    stops = isinstance(node.op, ast.Or)
    before = machine.doubt, machine.branch
    try:
        for operand in node.values:
            value = machine.evaluate(operand, scope)
            outcome = truth.truth(value)
            if outcome is stops or operand is node.values[-1]:
                return either([*found, value])
            if outcome is None:
                found.append(value)
                machine.add_doubt()  # The next operand may be evaluated or not.
    finally:
        machine.doubt, machine.branch = before
    return either(found)


def _comparison(machine: Machine, node: ast.Compare, scope: Scope) -> Value:
    left = machine.evaluate(node.left, scope)
    outcome: bool | None = True
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(comparator, scope)
        found = truth.compare(op, left, right)
        if found is False:
            return Constant(False)  # noqa: FBT003 -- the value of a test
        outcome = None if found is None else outcome
        left = right
    return External("(a comparison)") if outcome is None else Constant(outcome)


def _choice(machine: Machine, node: ast.IfExp, scope: Scope) -> Value:
    outcome = truth.truth(machine.evaluate(node.test, scope))
    if outcome is not None:
        return machine.evaluate(node.body if outcome else node.orelse, scope)
    ways = [lambda arm=arm: machine.evaluate(arm, scope) for arm in (node.body, node.orelse)]
    return either(machine.each(ways))


def _joined(machine: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    parts = [machine.evaluate(part, scope) for part in node.values]
    found = operators.compute(lambda *texts: "".join(map(str, texts)), parts, "an f-string")
    return Unknown("an f-string of something unknown") if isinstance(found, External) else found


def _formatted(machine: Machine, node: ast.FormattedValue, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    if node.format_spec is not None or node.conversion not in {-1, ord("s")}:
        return Unknown("a formatted value in an f-string is not followed")
    return value


def _named(machine: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    scope.bind(node.target.id, value)
    return value


def _yield(machine: Machine, node: ast.Yield, scope: Scope) -> Value:
    if machine.frames:
        value = NONE if node.value is None else machine.evaluate(node.value, scope)
        machine.frames[-1].yielded.append(value)
    return Unknown("a value that is sent to a generator is not followed")


RULES: dict[type[ast.expr], Callable[[Machine, Any, Scope], Value]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _comparison,
    ast.Constant: lambda _machine, node, _scope: Constant(node.value),
    ast.Dict: _dict,
    ast.DictComp: comprehensions.mapping,
    ast.FormattedValue: _formatted,
    ast.GeneratorExp: comprehensions.sequence,
    ast.IfExp: _choice,
    ast.JoinedStr: _joined,
    ast.Lambda: functions.define,
    ast.List: lambda machine, node, scope: _items(machine, node.elts, scope, list),
    ast.ListComp: comprehensions.sequence,
    ast.Name: _name,
    ast.NamedExpr: _named,
    ast.Set: lambda machine, node, scope: _items(machine, node.elts, scope, set),
    ast.SetComp: comprehensions.sequence,
    ast.Subscript: _subscript,
    ast.Tuple: lambda machine, node, scope: _items(machine, node.elts, scope, tuple),
    ast.UnaryOp: _unary,
    ast.Yield: _yield,
}
