"""`pyproject.toml`: finding it, reading its table, and writing the table in place."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from keras_serializable_build._table import GROUP

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports] -- before Python 3.11

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = "pyproject.toml"
STANDARD = ("project", "entry-points", GROUP)
POETRY = ("tool", "poetry", "plugins", GROUP)


def find(path: Path) -> Path | None:
    """Return the `pyproject.toml` of the project that a path belongs to."""
    for folder in (path.resolve(), *path.resolve().parents):
        if (folder / FILE).is_file():
            return folder / FILE
    return None


def read(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary."""
    document: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return document


def look_up(document: Any, keys: Sequence[str]) -> Any:
    """Return the value of nested keys, `None` if there is none."""
    for key in keys:
        document = document.get(key) if hasattr(document, "get") else None
    return document


def place_of_table(document: dict[str, Any]) -> tuple[str, ...]:
    """Return the keys under which a project has its table, or should have it."""
    has_poetry_table = look_up(document, POETRY) is not None
    uses_poetry = "project" not in document and look_up(document, POETRY[:2]) is not None
    if uses_poetry or (has_poetry_table and look_up(document, STANDARD) is None):
        return POETRY
    return STANDARD


def table_of(document: dict[str, Any]) -> dict[str, str]:
    """Return the entry points in the file of a project."""
    return dict(look_up(document, place_of_table(document)) or {})


def has_place(document: dict[str, Any]) -> bool:
    """Return whether a file describes its project, so that a table may be written there."""
    return "project" in document or look_up(document, POETRY[:2]) is not None


def is_dynamic(document: dict[str, Any]) -> bool:
    """Return whether the build generates the entry points."""
    return "entry-points" in (look_up(document, ("project", "dynamic")) or [])


def write(path: Path, changes: list[tuple[str, str | None, str | None]]) -> None:
    """Change lines of the table; comments, order and all other lines stay."""
    # A change is a name, its old value and its new value; `None` means that there is no line.
    import tomlkit  # noqa: PLC0415 -- only this function needs it

    # Bytes, because text mode would change the line ends on Windows.
    document = tomlkit.parse(path.read_bytes().decode())
    keys = place_of_table(document.unwrap())
    table: Any = document
    for position, key in enumerate(keys):
        if key not in table:
            is_last = position == len(keys) - 1
            table[key] = tomlkit.table(is_super_table=not is_last)
        table = table[key]
    for name, _, value in changes:
        if value is None:
            del table[name]
        else:
            table[name] = value
    path.write_bytes(tomlkit.dumps(document).encode())
