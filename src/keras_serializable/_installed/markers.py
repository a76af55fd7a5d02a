"""Markers: for which extras, and for which Python, a distribution requires something.

``packaging`` reads them too, but it is no requirement of this package.
"""

import ast
import operator
import os
import platform
import sys

from keras_serializable._installed.metadata import normalized_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_LONGEST = 1000  # characters; deep nesting costs memory in Python's parser
_EXTRA = "extra"
_VERSIONS = {"python_version", "python_full_version"}
_ENVIRONMENT = {
    "implementation_name": sys.implementation.name,
    "os_name": os.name,
    "platform_machine": platform.machine(),
    "platform_python_implementation": platform.python_implementation(),
    "platform_system": platform.system(),
    "python_full_version": platform.python_version(),
    "python_version": ".".join(platform.python_version_tuple()[:2]),
    "sys_platform": sys.platform,
}
"""The variables that are known. A comparison with another variable holds."""

_COMPARISONS: "dict[type[ast.cmpop], Callable[[Any, Any], bool]]" = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def extras_in(marker: str) -> "dict[str, bool]":
    """Return the extras that a marker is about, normalized, and whether it holds for each.

    A marker, or a part of it, that is not understood holds.

    Example:
        >>> extras_in('python_version < "3" and extra == "Old" or extra == "new"')
        {'old': False, 'new': True}
    """
    if len(marker) > _LONGEST:
        return {}
    try:
        # The grammar of markers is a part of Python's grammar, except for two operators.
        tree = ast.parse(marker.replace("===", "==").replace("~=", ">="), mode="eval").body
        return {extra: _holds(tree, extra) for extra in _extras(tree)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}


def _extras(tree: ast.expr) -> "list[str]":
    if isinstance(tree, ast.BoolOp):
        return list(dict.fromkeys(extra for each in tree.values for extra in _extras(each)))
    sides = _sides(tree)
    if not any(isinstance(side, ast.Name) and side.id == _EXTRA for side in sides):
        return []
    return [normalized_name(str(side.value)) for side in sides if isinstance(side, ast.Constant)]


def _holds(tree: ast.expr, extra: str) -> bool:
    if isinstance(tree, ast.BoolOp):
        decide = all if isinstance(tree.op, ast.And) else any
        return decide(_holds(each, extra) for each in tree.values)
    sides = _sides(tree)
    compare = _COMPARISONS.get(type(tree.ops[0])) if isinstance(tree, ast.Compare) else None
    texts = [text for side in sides if (text := _text(side, extra)) is not None]
    if compare is None or not texts or len(texts) < len(sides):
        return True
    names = {side.id for side in sides if isinstance(side, ast.Name)}
    if names & _VERSIONS:
        return compare(*map(_numbers, texts))
    if _EXTRA in names:
        texts = list(map(normalized_name, texts))
    return compare(*texts)


def _sides(tree: ast.expr) -> "tuple[ast.expr, ...]":
    """Return the two sides of a comparison, nothing for anything else."""
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1:
        return tree.left, *tree.comparators
    return ()


def _text(side: ast.expr, extra: str) -> str | None:
    if isinstance(side, ast.Name):
        return extra if side.id == _EXTRA else _ENVIRONMENT.get(side.id)
    return str(side.value) if isinstance(side, ast.Constant) else None


def _numbers(version: str) -> "tuple[int, ...]":
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
