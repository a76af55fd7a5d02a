"""Classes local to a function: Keras saves them under bare names that no entry point can mean."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from keras_serializable_build._scan import unregistered
from keras_serializable_build._scan.places import Kind
from keras_serializable_build._scan.uncalled import look_up, registers
from keras_serializable_build._scan.values import Class, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.values import Module

INDENTED = re.compile(rb"^[ \t]+class ", re.MULTILINE)


def report(machine: Machine, named: set[tuple[str, int]]) -> None:
    """Report the local subclasses of Keras' classes that neither have a key nor register one.

    `named` has the module and the line of each class that has a key.
    """
    for module in machine.modules.values():
        if module.tree is None or (module.source is not None and module.source.is_test):
            continue
        for node, function in _local(module.tree, "") if INDENTED.search(module.text) else ():
            if (module.name, node.lineno) not in named and _is_saved(machine, module, node):
                reason = (
                    f"no entry point can name the class {node.name}, which is local to "
                    f"{function}(): define it at the top of a module"
                )
                place = module.place(node.lineno)
                machine.record.tell(place, reason, Kind.NOT_NAMED, module.name, node.name)


def _local(node: ast.AST, function: str) -> Iterator[tuple[ast.ClassDef, str]]:
    """Yield the classes inside of functions, each with the name of its function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _local(child, child.name)
        elif isinstance(child, ast.ClassDef):
            if function:
                yield child, function
            yield from _local(child, function)
        elif isinstance(child, (ast.stmt, ast.ExceptHandler)):
            yield from _local(child, function)


def _is_saved(machine: Machine, module: Module, node: ast.ClassDef) -> bool:
    """Return whether a class derives from a class of Keras, and no decorator of it registers."""
    bases = [look_up(base, module) or Unknown("a local name") for base in node.bases]
    if not unregistered.keras_of_class(Class(node.name, node.name, module, node.lineno, bases, {})):
        return False
    return not any(registers(each, module, machine.record) for each in (node, *node.decorator_list))
