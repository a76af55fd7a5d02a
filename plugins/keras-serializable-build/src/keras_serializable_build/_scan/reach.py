"""Reach: whether a piece of code may register something, judged by the names in it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from keras_serializable_build._scan.keras_paths import NAMES
from keras_serializable_build._scan.values import (
    Class,
    Descriptor,
    External,
    Function,
    Instance,
    Method,
    Module,
    Partial,
    Pending,
    Registrar,
    Registry,
    Value,
    Wrapped,
    options,
)

if TYPE_CHECKING:
    from keras_serializable_build._scan.scopes import Scope


class Reach:
    """The results for functions and classes. Each of them is searched once."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def of_value(self, value: Value | None) -> bool:
        """Return whether calling a value may register something."""
        if value is None:
            return False
        if id(value) not in self._known:
            self._known[id(value)] = False  # The result during the search: a cycle adds nothing.
            self._known[id(value)] = any(self._of_option(option) for option in options(value))
        return self._known[id(value)]

    def of_code(self, node: ast.AST, scope: Scope) -> bool:
        """Return whether the names in a piece of code lead to a registrar."""
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute):
                if part.attr in NAMES or self.of_value(_attribute(part, scope)):
                    return True
            elif isinstance(part, ast.Name) and (
                part.id in NAMES or self.of_value(scope.find(part.id))
            ):
                return True
        return False

    def _of_option(self, value: Value) -> bool:
        if isinstance(value, (Registrar, Registry)):
            return True
        if isinstance(value, External):
            return value.last in NAMES
        if isinstance(value, Function):
            return self.of_code(value.node, value.scope)
        if isinstance(value, Class):
            methods = [member for member in value.names.values() if not isinstance(member, Class)]
            bases = [option for base in value.bases for option in options(base)]
            return any(map(self.of_value, [*methods, *bases, value.metaclass]))
        if isinstance(value, Instance):
            return self.of_value(value.cls)
        if isinstance(value, (Method, Partial, Descriptor)):
            return self.of_value(value.function)
        return self.of_value(value.inner) if isinstance(value, Wrapped) else False


def _attribute(node: ast.Attribute, scope: Scope) -> Value | None:
    """Return the value of `module.name`, without running code."""
    owner = scope.find(node.value.id) if isinstance(node.value, ast.Name) else None
    if isinstance(owner, Pending):
        owner = owner.module.scope.names.get(owner.name)
    names = owner.scope.names if isinstance(owner, Module) else {}
    return names.get(node.attr)
