"""Scopes: the names of a module, function or class body, and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from keras_serializable_build._scan.values import either, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_serializable_build._scan.values import Class, Function, Module, Value


class Scope:
    """The names of one body of code, and the scope in which names are looked up next."""

    __slots__ = (
        *("conditional", "elsewhere", "exports", "function", "kind", "module", "names", "owner"),
        *("parent", "qualname", "receiver", "stars"),
    )

    def __init__(
        self,
        kind: Literal["module", "function", "class"],
        module: Module | None,
        parent: Scope | None = None,
        qualname: str = "",
    ) -> None:
        self.kind = kind
        self._set_module(module)
        self.parent = parent
        self.qualname = qualname
        self.names: dict[str, Value] = {}
        self.elsewhere: dict[str, Scope] = {}  # scopes of `global` and `nonlocal` names
        self.stars: list[str] = []  # outside modules of `from module import *`
        self.exports: set[str] = set()  # names that an import statement bound last
        self.conditional: set[str] = set()  # names whose value depends on the environment
        self.function: Function | None = None  # the function that is called
        self.owner: Class | None = None  # for `super()` without arguments
        self.receiver: Value | None = None

    def _set_module(self, module: Module | None) -> None:
        self.module: Module = module  # type: ignore[assignment] # a module sets itself

    def qualify(self, name: str) -> str:
        """Return the qualified name of something defined in this scope."""
        if self.kind == "module":
            return name
        return (
            f"{self.qualname}.{name}"
            if self.kind == "class"
            else f"{self.qualname}.<locals>.{name}"
        )

    def find(self, name: str) -> Value | None:
        """Return the value of a name for code in this scope."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind != "class":
                if name in scope.elsewhere:
                    return scope.elsewhere[name].find(name)
                if name in scope.names:
                    return scope.names[name]
            scope = scope.parent
        return None

    def bind(self, name: str, value: Value, *, imported: bool = False) -> None:
        """Bind a name like an assignment in this scope."""
        scope = self.elsewhere.get(name, self)
        scope.names[name] = value
        scope.conditional.discard(name)
        if imported:
            scope.exports.add(name)
        else:
            scope.exports.discard(name)

    def remove(self, name: str) -> None:
        """Unbind a name."""
        self.elsewhere.get(name, self).names.pop(name, None)

    def declare(self, name: str, *, is_global: bool) -> None:
        """Carry out `global name` or `nonlocal name`."""
        scope = self.parent
        if is_global:
            self.elsewhere[name] = self.module.scope
            return
        while scope is not None and (scope.kind != "function" or name not in scope.names):
            scope = scope.parent
        if scope is not None:
            self.elsewhere[name] = scope

    def merge(self, outcomes: Sequence[dict[str, Value]]) -> None:
        """Merge the names of several ways through the code, of which the program takes one."""
        merged: dict[str, Value] = {}
        for names in outcomes:
            for name in names:
                if name not in merged:
                    found = [other[name] for other in outcomes if name in other]
                    merged[name] = either(found) if len(found) > 1 else found[0]
                    differs = any(not same(found[0], value) for value in found)
                    if differs or len(found) < len(outcomes):
                        self.conditional.add(name)
        self.names.clear()
        self.names.update(merged)
