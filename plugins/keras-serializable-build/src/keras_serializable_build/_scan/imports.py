"""Imports: finding modules of the library, running their bodies, binding their names."""

from __future__ import annotations

import ast
import sys
import warnings
from typing import TYPE_CHECKING

from keras_serializable_build._scan import attributes
from keras_serializable_build._scan.machine import (
    MODULE_FUEL,
    STATEMENT_FUEL,
    Machine,
    OutOfFuelError,
    Signal,
)
from keras_serializable_build._scan.places import Kind
from keras_serializable_build._scan.scopes import Scope
from keras_serializable_build._scan.values import (
    NONE,
    Constant,
    External,
    Module,
    Pending,
    Sequence,
    Unknown,
    Value,
    text,
)

if TYPE_CHECKING:
    from keras_serializable_build._scan.sources import Source


def load(machine: Machine, name: str) -> Module | None:
    """Import a module of the library, after its packages."""
    if name in machine.modules:
        return machine.modules[name]
    if name not in machine.library:
        return None
    parent_name, _, last = name.rpartition(".")
    parent = load(machine, parent_name) if parent_name else None
    if name in machine.modules:  # The package has imported this module.
        return machine.modules[name]
    source = machine.library.sources.get(name)
    scope = Scope("module", None)
    module = Module(name, scope, source)
    scope.module = module
    machine.modules[name] = module
    names: dict[str, Value] = {
        "__name__": Constant(name),
        "__package__": Constant(module.package),
        "__file__": Constant(source.label if source else None),
        "__doc__": NONE,
    }
    if source is None or source.is_package:
        names["__path__"] = External("__path__")
    scope.names.update(names)
    if source is not None:
        _run_body(machine, module, source)
    module.finished = True
    if parent is not None:
        parent.scope.bind(last, module)
    return module


def _run_body(machine: Machine, module: Module, source: Source) -> None:
    tree = parse(machine, module, source)
    if tree is None:
        return
    module.tree = tree
    outer = (machine.frames, machine.creating, machine.doubt, machine.fuel, machine.place)
    machine.frames, machine.creating, machine.doubt = [], [], 0
    machine.bodies.append(module)
    left = MODULE_FUEL
    try:
        for statement in tree.body:
            given = min(STATEMENT_FUEL, left)
            machine.fuel = given
            if _run_statement(machine, module, statement) is Signal.RAISE:
                reason = "the import of the module probably raises an exception here"
                machine.tell(reason, Kind.NOT_READ)
                break
            left -= given - machine.fuel
    finally:
        machine.bodies.pop()
        machine.frames, machine.creating, machine.doubt, machine.fuel, machine.place = outer


def _run_statement(machine: Machine, module: Module, statement: ast.stmt) -> Signal:
    machine.doubt = 0
    try:
        return machine.run([statement], module.scope)
    except OutOfFuelError:
        reason = "it takes more steps than the scan allows"
    except RecursionError:
        reason = "it nests deeper than the scan allows"
    machine.frames.clear()
    machine.creating.clear()
    machine.place = module.place(statement.lineno)
    registers = machine.reach.of_code(statement, module.scope)
    if registers:
        machine.tell(reason)
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            module.scope.names.setdefault(node.id, Unknown(reason, registers))
    return Signal.NORMAL


def parse(machine: Machine, module: Module, source: Source) -> ast.Module | None:
    """Read the file of a module; report a file that is no valid Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module.text = source.path.read_bytes()
            return ast.parse(module.text, str(source.path))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        shown = error.msg if isinstance(error, SyntaxError) else str(error)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        reason = f"the file cannot be read as Python {version} ({shown})"
        machine.record.tell(module.place(line), reason, Kind.NOT_READ, module.name)
    return None


def find(machine: Machine, name: str) -> Value:
    """Return the module of an absolute name, inside or outside of the library."""
    module = load(machine, name)
    if module is not None:
        return module
    if machine.library.owns(name):
        return Unknown(f"the library has no source of the module {name}")
    return External(name, is_module=True)


def run_import(machine: Machine, node: ast.Import, scope: Scope) -> None:
    """Carry out `import a.b` and `import a.b as c`."""
    for alias in node.names:
        module = find(machine, alias.name)
        if alias.asname is None:
            root = alias.name.partition(".")[0]
            scope.bind(root, find(machine, root), imported=True)
        else:
            scope.bind(alias.asname, module, imported=True)


def run_import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    """Carry out `from a import b`, relative or not, and `from a import *`."""
    name = node.module or ""
    if node.level:
        parents = scope.module.package.split(".")
        parents = parents[: len(parents) - node.level + 1]
        name = ".".join([*parents, *filter(None, [name])])
    origin = find(machine, name)
    for alias in node.names:
        if alias.name == "*":
            _import_star(machine, origin, scope)
            continue
        value = _member(machine, origin, alias.name)
        same_name = alias.asname in {None, alias.name}
        scope.bind(alias.asname or alias.name, value, imported=same_name)


def _member(machine: Machine, origin: Value, name: str) -> Value:
    """Return the value of `from origin import name`."""
    if not isinstance(origin, Module):
        return attributes.get(machine, origin, name)
    found = attributes.module_attribute(machine, origin, name)
    if found is None or (isinstance(found, Pending) and origin.finished):
        return Unknown(f"the module {origin.name} has no name {name!r}")
    return found


def _import_star(machine: Machine, origin: Value, scope: Scope) -> None:
    if isinstance(origin, External):
        scope.module.scope.stars.append(origin.path)
    if not isinstance(origin, Module):
        return
    listed = origin.scope.names.get("__all__")
    if isinstance(listed, Sequence) and listed.complete:
        names = [name for name in map(text, listed.items) if name is not None]
    else:
        names = [name for name in origin.scope.names if not name.startswith("_")]
    for name in names:
        found = attributes.module_attribute(machine, origin, name)
        if found is not None:
            conditional = name in origin.scope.conditional
            scope.bind(name, found, imported=not conditional)
    scope.module.scope.stars.extend(origin.scope.stars)
