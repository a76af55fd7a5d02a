"""Descriptions of values in reports."""

from __future__ import annotations

from keras_serializable_build._scan.values import (
    Class,
    Constant,
    Either,
    External,
    Function,
    Instance,
    Mapping,
    Module,
    Sequence,
    Unknown,
    Value,
    Wrapped,
)

LONGEST = 60
"""Characters of a constant in a report."""


def describe(value: Value) -> str:
    """Return a short description of a value."""
    if isinstance(value, Constant):
        shown = repr(value.value)
        return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    if isinstance(value, External):
        return value.path
    if isinstance(value, (Class, Function)):
        return value.qualname
    if isinstance(value, Wrapped):
        return f"the result of {value.by} for {describe(value.inner)}"
    if isinstance(value, Instance):
        return f"an instance of {value.cls.qualname}"
    if isinstance(value, Module):
        return f"the module {value.name}"
    if isinstance(value, Unknown):
        return value.reason
    if isinstance(value, Either):
        return " or ".join(describe(option) for option in value.options)
    if isinstance(value, Sequence):
        return f"a {value.kind.__name__}"
    return "a dictionary" if isinstance(value, Mapping) else f"a {type(value).__name__.lower()}"
