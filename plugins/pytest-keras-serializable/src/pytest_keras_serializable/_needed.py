"""Which modules of a distribution a lookup needs, read from the import statements of its source."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def unneeded(module: str, imported: Mapping[str, str], own: set[str]) -> list[str]:
    """Return the modules of a distribution that were imported without need, sorted.

    A module needs what it imports. The packages around a module are always imported, but what
    their `__init__.py` imports is needed only where the module takes a name from them.
    """
    needed: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in needed or name not in imported:
            continue
        needed.add(name)
        waiting.extend(_imports(name, imported[name], imported))
    for name in list(needed):
        needed.update(_around(name))
    return sorted(name for name in imported if name in own and name not in needed)


def importing_line(module: str, imported: Mapping[str, str]) -> tuple[str, int] | None:
    """Return the file and line of a package's `__init__.py` that imports a module."""
    for package in _around(module):
        for node in _nodes(imported.get(package, "")):
            if module in _named(node, package, imported[package]):
                return imported[package], node.lineno
    return None


def _around(module: str) -> list[str]:
    """Return the packages around a module, the innermost first."""
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _nodes(file: str) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the import statements of a file."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node


def _imports(module: str, file: str, imported: Mapping[str, str]) -> Iterator[str]:
    """Yield the modules that a module imports, and the packages that it takes names from."""
    for node in _nodes(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
            continue
        base = _base(node, module, file)
        for alias in node.names:
            name = f"{base}.{alias.name}"
            yield name if name in imported else base


def _named(node: ast.Import | ast.ImportFrom, module: str, file: str) -> set[str]:
    """Return the modules that an import statement may name."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    base = _base(node, module, file)
    return {base, *(f"{base}.{alias.name}" for alias in node.names)}


def _base(node: ast.ImportFrom, module: str, file: str) -> str:
    """Return the absolute name of what a `from` statement imports from."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    is_package = Path(file).stem == "__init__"
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, *([node.module] if node.module else [])])
