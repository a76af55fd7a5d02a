"""Functions that nothing calls at import: their registering calls are reported."""

from __future__ import annotations

import ast
import bisect
import re
from typing import TYPE_CHECKING

from keras_serializable_build._scan import keras_paths
from keras_serializable_build._scan.places import Kind
from keras_serializable_build._scan.values import (
    Class,
    External,
    Function,
    Module,
    Pending,
    Registry,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.record import Record

WRITES = frozenset({"update", "setdefault", "__setitem__"})


def report(machine: Machine) -> None:
    """Report the registering calls of all functions that were never called."""
    for module in machine.modules.values():
        if module.tree is None or (module.source is not None and module.source.is_test):
            continue
        lines = _suspect_lines(module, machine.record)
        for function, chain in _idle(module.tree, machine.record, ()) if lines else ():
            position = bisect.bisect_left(lines, function.lineno)
            if position < len(lines) and lines[position] <= (function.end_lineno or 0):
                _report_function(machine, module, function, chain)


def _suspect_lines(module: Module, record: Record) -> list[int]:
    """Return the lines of a module that name a registrar."""
    # The search for these lines makes the report ten times faster than a search of all functions.
    words = {*keras_paths.NAMES}
    for name, value in module.scope.names.items():
        for option in options(value):
            outside = isinstance(option, External) and option.last in keras_paths.NAMES
            if outside or isinstance(option, Registry) or _leads_to_registrar(option, record):
                words.add(name)
            if isinstance(option, Module) and option.source is not None:
                # `module.decorator`, where the module belongs to the library
                words.update(
                    member
                    for member, found in option.scope.names.items()
                    if _leads_to_registrar(found, record)
                )
    pattern = re.compile(
        rb"\b(?:" + b"|".join(re.escape(word.encode()) for word in words) + rb")\b"
    )
    lines: list[int] = []
    position, line = 0, 1
    for match in pattern.finditer(module.text):
        line += module.text.count(b"\n", position, match.start())
        position = match.start()
        if not lines or lines[-1] != line:
            lines.append(line)
    return lines


def _idle(
    node: ast.AST, record: Record, chain: tuple[str, ...]
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, tuple[str, ...]]]:
    """Yield the outermost functions that were never called."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = (*chain, child.name)
            if id(child) in record.entered:
                yield from _idle(child, record, inner)
            else:
                yield child, inner
        elif isinstance(child, ast.ClassDef):
            yield from _idle(child, record, (*chain, child.name))
        elif isinstance(child, ast.stmt):
            yield from _idle(child, record, chain)


def _report_function(
    machine: Machine,
    module: Module,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    chain: tuple[str, ...],
) -> None:
    called = ".".join(chain)
    holders = set(_holders(function, module))
    for statement in function.body:
        for node in ast.walk(statement):
            what = registers(node, module, machine.record, holders)
            if what is not None:
                reason = f"{what} is in {called}(), which nothing calls at import"
                place = module.place(getattr(node, "lineno", function.lineno))
                machine.record.tell(place, reason, Kind.NOT_RUN, module.name)


def _holders(function: ast.AST, module: Module) -> Iterator[str]:
    """Yield the local names of a function for the registered objects of a Keras."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _is_registry(node.value, module, set()):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id


def registers(
    node: ast.AST, module: Module, record: Record, holders: Collection[str] = ()
) -> str | None:
    """Return the registrar that a syntax node would call, `None` if it would call none."""
    if isinstance(node, ast.Call):
        value = look_up(node.func, module)
        name = _last(node.func)
        if isinstance(value, External) and value.last == keras_paths.REGISTRAR:
            return keras_paths.REGISTRAR
        if value is None and name == keras_paths.REGISTRAR:
            return keras_paths.REGISTRAR
        if _leads_to_registrar(value, record):
            return f"{name}()"
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr in WRITES
            and _is_registry(func.value, module, holders)
        ):
            return f"get_custom_objects().{func.attr}()"
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and _is_registry(node.value, module, holders)
    ):
        return "an assignment to an item of get_custom_objects()"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for decorator in node.decorator_list:
            value = look_up(decorator, module)
            if _leads_to_registrar(value, record):
                return f"the decorator {_last(decorator)}"
    return None


def _leads_to_registrar(value: Value | None, record: Record) -> bool:
    """Return whether a value is a function or class of the library that registered something."""
    for option in options(value) if value is not None else ():
        if isinstance(option, Function) and id(option.node) in record.registering:
            return True
        if isinstance(option, Class):
            members = option.names.values()
            functions = [member for member in members if isinstance(member, Function)]
            if any(
                id(member.node) in record.registering
                for member in functions
                if member.name in {"__call__", "__init__", "__new__"}
            ):
                return True
    return False


def _is_registry(node: ast.expr, module: Module, holders: Collection[str]) -> bool:
    """Return whether an expression is the dictionary of registered objects."""
    if isinstance(node, ast.Call):
        value = look_up(node.func, module)
        if isinstance(value, External):
            return keras_paths.is_getter(value.path)
        return value is None and _last(node.func) == keras_paths.GETTER
    if isinstance(node, ast.Name) and node.id in holders:
        return True
    value = look_up(node, module)
    is_dictionary = value is None and _last(node) in keras_paths.DICTIONARIES
    return isinstance(value, Registry) or is_dictionary


def look_up(node: ast.expr, module: Module) -> Value | None:
    """Return the value of a dotted name at the end of a module, without running code."""
    if isinstance(node, ast.Name):
        found = module.scope.names.get(node.id)
        if isinstance(found, Pending):
            found = found.module.scope.names.get(found.name)
        return found
    if isinstance(node, ast.Attribute):
        owner = look_up(node.value, module)
        if isinstance(owner, Module):
            return owner.scope.names.get(node.attr)
        if isinstance(owner, External):
            path = f"{owner.path}.{node.attr}"
            return keras_paths.recognize(path) or External(path)
        if isinstance(owner, Class):
            return owner.names.get(node.attr)
    return None


def _last(node: ast.expr) -> str:
    """Return the last name of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
