"""The evaluator: the complete machine, which runs all modules of a library."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from keras_serializable_build._scan import attributes, calls, expressions, imports
from keras_serializable_build._scan.machine import Machine, Signal
from keras_serializable_build._scan.statements import run as run_statements
from keras_serializable_build._scan.values import Arguments, Module, Pending, Value

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from keras_serializable_build._scan.scopes import Scope
    from keras_serializable_build._scan.sources import Library

STACK_SIZE = 512 * 1024 * 1024
"""Long chains of imports, and nested calls, need a deep stack."""
RECURSION_LIMIT = 20_000


class Evaluator(Machine):
    """A machine that runs the modules of a library."""

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression."""
        return expressions.evaluate(self, node, scope)

    def run(self, statements: Sequence[ast.stmt], scope: Scope) -> Signal:
        """Run statements in a scope."""
        return run_statements(self, list(statements), scope)

    def call(self, function: Value, arguments: Arguments) -> Value:
        """Call a value."""
        return calls.call(self, expressions.resolve(self, function), arguments)

    def attribute(self, value: Value, name: str) -> Value:
        """Return an attribute of a value."""
        return attributes.get(self, expressions.resolve(self, value), name)

    def load(self, name: str) -> Module | None:
        """Import a module of the library."""
        return imports.load(self, name)


def evaluate_library(library: Library) -> Evaluator:
    """Run every module of a library except its tests, without importing it; return the machine."""
    machine = Evaluator(library)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            _load_all(machine)
        except BaseException as error:  # noqa: BLE001 -- raised again in the calling thread
            failures.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK_SIZE)
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failures:
        raise failures[0]
    return machine


def _load_all(machine: Evaluator) -> None:
    for name, source in sorted(machine.library.sources.items()):
        if not source.is_test and not name.endswith("__main__"):
            machine.load(name)
    for module in machine.modules.values():
        names = module.scope.names
        for name, value in list(names.items()):
            if isinstance(value, Pending):
                names[name] = expressions.resolve(machine, value)
