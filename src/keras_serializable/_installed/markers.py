"""Markers: for which extras, and for which Python, a distribution requires something.

``packaging`` reads them too, but it is no requirement of this package. Python's own parser does
not serve: on Python 3.11 it fails when two threads use it at once.
"""

import operator
import os
import platform
import re
import sys

from keras_serializable._installed.metadata import normalized_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_LONGEST = 1000  # characters; each pair of parentheses takes one more pass over the marker
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

_OPERATORS: "dict[str, Callable[[Any, Any], bool]]" = {
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "~=": operator.ge,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}
_SIDE = r"""("[^"]*"|'[^']*'|[a-z_.]+)"""
_COMPARISON = re.compile(rf"{_SIDE}\s*([=!<>~]+|\bnot\s+in\b|\bin\b|\bis\b)\s*{_SIDE}")
_TRUE, _FALSE = "+", "-"  # stand for a comparison, so that "and", "or" and parentheses remain
_ALTERNATIVES = r"[+-](?:(?:and|or)[+-])*"
_IN_PARENTHESES = re.compile(rf"\(({_ALTERNATIVES})\)")


def extras_in(marker: str) -> "dict[str, bool]":
    """Return the extras that a marker is about, normalized, and whether it holds for each.

    A marker, or a part of it, that is not understood holds.

    Example:
        >>> extras_in('python_version < "3" and extra == "Old" or extra == "new"')
        {'old': False, 'new': True}
    """
    if len(marker) > _LONGEST:
        return {}
    sides = [side for left, _, right in _COMPARISON.findall(marker) for side in _pair(left, right)]
    return {extra: _holds(marker, extra) for extra in dict.fromkeys(sides)}


def _pair(left: str, right: str) -> "list[str]":
    """Return the extra that a comparison is about, nothing where it is about something else."""
    if _EXTRA not in {left, right}:
        return []
    return [normalized_name(_unquoted(side)) for side in (left, right) if _is_quoted(side)]


def _holds(marker: str, extra: str) -> bool:
    def compared(match: "re.Match[str]") -> str:
        left, comparison, right = match.groups()
        return _TRUE if _compare(left, comparison, right, extra) else _FALSE

    reduced = "".join(_COMPARISON.sub(compared, marker).split())
    while (shorter := _IN_PARENTHESES.sub(_either, reduced)) != reduced:
        reduced = shorter
    return not re.fullmatch(_ALTERNATIVES, reduced) or _is_true(reduced)


def _either(match: "re.Match[str]") -> str:
    return _TRUE if _is_true(match[1]) else _FALSE


def _is_true(alternatives: str) -> bool:
    return any(_FALSE not in alternative for alternative in alternatives.split("or"))


def _compare(left: str, comparison: str, right: str, extra: str) -> bool:
    comparison = " ".join(comparison.split())
    compare = _OPERATORS.get(comparison)
    texts = [text for side in (left, right) if (text := _text(side, extra)) is not None]
    if compare is None or len(texts) < len((left, right)):
        return True
    if {left, right} & _VERSIONS and not comparison.endswith("in"):
        return compare(*map(_numbers, texts))
    if _EXTRA in {left, right}:
        texts = list(map(normalized_name, texts))
    return compare(*texts)


def _text(side: str, extra: str) -> str | None:
    if _is_quoted(side):
        return _unquoted(side)
    return extra if side == _EXTRA else _ENVIRONMENT.get(side)


def _is_quoted(side: str) -> bool:
    return side[0] in "\"'"


def _unquoted(side: str) -> str:
    return side[1:-1]


def _numbers(version: str) -> "tuple[int, ...]":
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
