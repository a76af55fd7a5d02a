"""The table of a build: what the source registers, and what the project's settings say."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from keras_serializable_build import _table
from keras_serializable_build._scan.entries import can_be_name
from keras_serializable_build._scan.places import Kind
from keras_serializable_build._scan.scan import scan_library
from keras_serializable_build._scan.sources import read_library

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from keras_serializable_build._scan.places import Unresolved
    from keras_serializable_build._scan.result import ScanResult

SETTINGS = {
    "bare": bool,
    "entry-points": dict,
    "groups": dict,
    "ignore": list,
    "leave-out": list,
    "source": list,
}
"""What a project's section may hold, each with its kind."""


class BuildError(Exception):
    """The table cannot be generated; the text says what to write into `pyproject.toml`."""


def generate(root: Path, settings: Mapping[str, Any], section: str) -> dict[str, dict[str, str]]:
    """Return the entry points of a project.

    Args:
        root: The project's folder.
        settings: What `pyproject.toml` says in the section.
        section: The name of the section, for messages.

    Returns:
        For each group its names and values.

    Raises:
        BuildError: If a setting is wrong, or a decorator cannot be followed and no line of the
            settings speaks of it.
    """
    _check_settings(settings, section)
    stated: dict[str, str] = settings.get("entry-points", {})
    try:
        result = scan_library(read_library(root / path for path in settings.get("source", ["."])))
    except FileNotFoundError as error:
        message = f"[{section}] source: {error}"
        raise BuildError(message) from error
    hidden = unanswered(result, stated, settings.get("ignore", []))
    if hidden:
        raise BuildError(_advice(hidden, section))
    table = dict(result.entry_points)
    if settings.get("bare", False):
        table.update(result.bare)
    for pattern in settings.get("leave-out", []):
        for name in [name for name in table if fnmatchcase(name, pattern)]:
            del table[name]
    table.update(stated)
    groups: dict[str, dict[str, str]] = {
        name: dict(lines) for name, lines in settings.get("groups", {}).items()
    }
    if table:
        groups[_table.GROUP] = dict(sorted(table.items()))
    return groups


def unanswered(
    result: ScanResult, table: Mapping[str, str], ignored: Sequence[str] = ()
) -> list[Unresolved]:
    """Return the decorators that the scan cannot follow and that no line of a table explains.

    Args:
        result: The scan.
        table: Names and values of the entry points.
        ignored: Patterns of modules whose decorators the scan need not follow.

    Returns:
        The places of these decorators.

    Example:
        >>> from keras_serializable_build import ScanResult
        >>> unanswered(ScanResult(), {})
        []
    """
    return [
        told
        for told in result.unresolved
        if told.kind is Kind.NOT_FOLLOWED and not _is_answered(told, result, table, ignored)
    ]


def _check_settings(settings: Mapping[str, Any], section: str) -> None:
    for name, value in settings.items():
        kind = SETTINGS.get(name)
        if kind is None:
            message = f"[{section}] has no setting {name!r}; it knows {', '.join(SETTINGS)}"
            raise BuildError(message)
        if not isinstance(value, kind):
            message = f"[{section}] {name} has to be a {kind.__name__}, not {value!r}"
            raise BuildError(message)
    for name, value in settings.get("entry-points", {}).items():
        if not can_be_name(name) or not isinstance(value, str):
            message = f"[{section}.entry-points] {name!r} = {value!r} cannot be an entry point"
            raise BuildError(message)


def _is_answered(
    told: Unresolved, result: ScanResult, stated: Mapping[str, str], ignored: Sequence[str]
) -> bool:
    """Return whether the settings say what a decorator that cannot be followed registers."""
    if any(fnmatchcase(told.module, pattern) for pattern in ignored):
        return True
    subject = result.definitions.get(f"{told.module}:{told.subject}", "")
    for value in stated.values():
        reference = value.partition("[")[0].replace(" ", "")
        names_module = ":" not in reference and reference == told.module
        if names_module or (subject and result.definitions.get(reference) == subject):
            return True
    return False


def _advice(hidden: list[Unresolved], section: str) -> str:
    lines = ["keras-serializable: the scan cannot follow these decorators or calls:"]
    lines += [f"  {told}" for told in hidden]
    first = hidden[0]
    value = f"{first.module}:{first.subject}" if first.subject else first.module
    name = f"PACKAGE>{first.subject}" if first.subject else "PACKAGE"
    lines += [
        f"Write the entry points in [{section}.entry-points], for example",
        f'  "{name}" = "{value}"',
        f'or, if nothing has to be advertised, write in [{section}]: ignore = ["{first.module}"]',
    ]
    return "\n".join(lines)
