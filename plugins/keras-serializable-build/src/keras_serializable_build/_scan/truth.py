"""Truth: the outcome of tests in the scanned code."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan.classes import find_in, is_closed, mro, unwrapped
from keras_serializable_build._scan.values import (
    Action,
    Class,
    Constant,
    Either,
    External,
    Function,
    Instance,
    Mapping,
    Method,
    Module,
    Partial,
    Registrar,
    Registry,
    Sequence,
    Unknown,
    Value,
    Wrapped,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BUILTIN_TYPES = {
    f"builtins.{kind.__name__}": kind
    for kind in (bool, bytes, complex, dict, float, frozenset, int, list, set, str, tuple)
}
FUNCTION_TYPES = frozenset({"types.FunctionType", "types.LambdaType"})
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def truth(value: Value) -> bool | None:
    """Return whether a value is true, `None` if it is unknown."""
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Sequence):
        return True if value.items else (False if value.complete else None)
    if isinstance(value, Mapping):
        return True if value.items else (False if value.complete else None)
    if isinstance(value, Either):
        found = {truth(option) for option in value.options}
        return found.pop() if len(found) == 1 else None
    if isinstance(value, Instance):
        plain = is_closed(value.cls)
        defined = any(find_in(value.cls, name)[1] for name in ("__bool__", "__len__"))
        return True if plain and not defined else None
    if isinstance(value, (Class, Function, Module, Method, Partial, Registrar, Wrapped, Action)):
        return True
    return None  # a value outside of the library, or an unknown value


def compare(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    """Return the outcome of a comparison, `None` if it cannot be decided."""
    if isinstance(op, (ast.Is, ast.Eq)):
        return _equal(left, right)
    if isinstance(op, (ast.IsNot, ast.NotEq)):
        found = _equal(left, right)
        return None if found is None else not found
    if isinstance(op, (ast.In, ast.NotIn)):
        found = _contains(right, left)
        return found if found is None or isinstance(op, ast.In) else not found
    if isinstance(left, Constant) and isinstance(right, Constant):
        try:
            return bool(COMPARISONS[type(op)](left.value, right.value))
        except TypeError:
            return None
    return None


def _equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Either) or isinstance(right, Either):
        sides = [getattr(side, "options", (side,)) for side in (left, right)]
        found = {_equal(one, other) for one in sides[0] for other in sides[1]}
        return found.pop() if len(found) == 1 else None
    if isinstance(left, Constant) and isinstance(right, Constant):
        return left.value == right.value
    undecided = (Unknown, External)
    if isinstance(left, undecided) or isinstance(right, undecided):
        return None
    if same(left, right):
        return True
    if isinstance(left, Constant) or isinstance(right, Constant):
        return None if isinstance(left, Instance) or isinstance(right, Instance) else False
    if isinstance(left, (Class, Function, Module)) and isinstance(right, (Class, Function, Module)):
        return False
    return None


def _contains(container: Value, item: Value) -> bool | None:
    if isinstance(container, Constant) and isinstance(item, Constant):
        if isinstance(container.value, str) and isinstance(item.value, str):
            return item.value in container.value
        return None
    if isinstance(container, Mapping):
        if not isinstance(item, Constant):
            return None
        return True if item.value in container.items else (False if container.complete else None)
    if isinstance(container, Sequence):
        found = {_equal(member, item) for member in container.items}
        if True in found:
            return True
        return False if container.complete and None not in found else None
    return None


def is_instance(value: Value, kind: Value) -> bool | None:
    """Return the outcome of `isinstance(value, kind)`, `None` if it cannot be decided."""
    if isinstance(kind, Sequence):
        return _any(is_instance(value, item) for item in kind.items)
    if isinstance(value, Either):
        found = {is_instance(option, kind) for option in value.options}
        return found.pop() if len(found) == 1 else None
    value = unwrapped(value)
    path = kind.path if isinstance(kind, External) else ""
    if path == "builtins.object":
        return True
    if isinstance(value, (Constant, Sequence, Mapping)):
        actual = _python_type(value)
        if path in BUILTIN_TYPES:
            return issubclass(actual, BUILTIN_TYPES[path])
        return False if isinstance(kind, Class) or path == "builtins.type" else None
    if isinstance(value, Class):
        if path == "builtins.type":
            return True
        return False if path in BUILTIN_TYPES or path in FUNCTION_TYPES else None
    if isinstance(value, Function):
        if path in FUNCTION_TYPES:
            return True
        return (
            False
            if path in BUILTIN_TYPES or path == "builtins.type" or isinstance(kind, Class)
            else None
        )
    if isinstance(value, Instance):
        return (
            False
            if path in BUILTIN_TYPES and is_closed(value.cls)
            else is_subclass(value.cls, kind)
        )
    return None


def _python_type(value: Constant | Sequence | Mapping) -> type:
    """Return the class of the Python object of a value."""
    if isinstance(value, Constant):
        return type(value.value)
    return value.kind if isinstance(value, Sequence) else dict


def is_subclass(cls: Value, kind: Value) -> bool | None:
    """Return the outcome of `issubclass(cls, kind)`, `None` if it cannot be decided."""
    if isinstance(kind, Sequence):
        return _any(is_subclass(cls, item) for item in kind.items)
    cls = unwrapped(cls)
    if not isinstance(cls, Class):
        return None
    if isinstance(kind, Either):
        found = {is_subclass(cls, option) for option in kind.options}
        return found.pop() if len(found) == 1 else None
    if any(same(base, kind) for base in mro(cls)):
        return True
    # An outside class cannot inherit from a class of the library.
    unknown = any(isinstance(base, Unknown) for base in mro(cls))
    return False if (isinstance(kind, Class) and not unknown) or is_closed(cls) else None


def is_callable(value: Value) -> bool | None:
    """Return the outcome of `callable(value)`, `None` if it cannot be decided."""
    if isinstance(value, (Class, Function, Method, Partial, Registrar, Wrapped, Action)):
        return True
    if isinstance(value, (Constant, Sequence, Mapping, Registry, Module)):
        return False
    if isinstance(value, Instance):
        found, sure = find_in(value.cls, "__call__")
        return True if sure else (None if found is not None else False)
    return None


def _any(found: Iterable[bool | None]) -> bool | None:
    outcomes = set(found)
    return True if True in outcomes else (None if None in outcomes else False)
