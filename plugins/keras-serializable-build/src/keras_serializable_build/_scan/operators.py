"""Operators: the results of `+`, `|` and other operators."""

from __future__ import annotations

import ast
import itertools
import operator
from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan import containers, outside
from keras_serializable_build._scan.descriptions import describe
from keras_serializable_build._scan.values import (
    MOST_OPTIONS,
    External,
    Mapping,
    Sequence,
    Unknown,
    Value,
    either,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
}


def compute(function: Callable[..., object], operands: list[Value], what: str) -> Value:
    """Apply an operator to constants, or to values that may be one of a few constants."""
    ways = list(itertools.islice(itertools.product(*map(options, operands)), MOST_OPTIONS + 1))
    return either([_compute_one(function, list(way), what) for way in ways])


def _compute_one(function: Callable[..., object], operands: list[Value], what: str) -> Value:
    for operand in operands:
        if isinstance(operand, Unknown):
            return operand
    if any(isinstance(operand, External) for operand in operands):
        return outside.external(f"({' and '.join(map(describe, operands))})")
    return containers.compute(function, operands, what)


def binary(left: Value, op: ast.operator, right: Value) -> Value:
    """Return `left op right`."""
    if isinstance(left, Sequence) and isinstance(right, Sequence) and isinstance(op, ast.Add):
        complete = left.complete and right.complete
        return Sequence([*left.items, *right.items], left.kind, complete)
    if isinstance(left, Mapping) and isinstance(right, Mapping) and isinstance(op, ast.BitOr):
        return Mapping({**left.items, **right.items}, left.complete and right.complete)
    function = OPERATORS.get(type(op))
    if function is None:
        return External(f"({describe(left)} and {describe(right)})")
    return compute(function, [left, right], "an operator")
