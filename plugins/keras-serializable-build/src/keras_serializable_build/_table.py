"""The table: entry points as TOML or JSON, and the comparison with an existing table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from keras_serializable_build._scan.places import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_serializable_build._scan.result import Entry, ScanResult

GROUP = "keras_serializable"
BARE_HEADING = "# Not registered by the library: Keras saves these classes under their bare names."


def quote(text: str) -> str:
    """Return a TOML string; TOML has the escapes of JSON."""
    return json.dumps(text, ensure_ascii=False)


def to_toml(result: ScanResult, *, verbose: bool = False) -> str:
    """Return the table for `pyproject.toml`, with the bare keys at its end."""
    lines = [f"[project.entry-points.{GROUP}]"]
    lines += [_line(result.entries[name], verbose=verbose) for name in result.entry_points]
    if result.bare:
        lines += ["", BARE_HEADING]
        lines += [_line(result.bare_entries[name], verbose=verbose) for name in result.bare]
    return "\n".join(lines) + "\n"


def _line(entry: Entry, *, verbose: bool) -> str:
    line = f"{quote(entry.name)} = {quote(entry.value)}"
    if not verbose:
        return line
    kerases = f", {' and '.join(entry.kerases)}" if entry.kerases else ""
    sure = "sure" if entry.sure else "may"
    return f"{line}  # {' and '.join(entry.sources)}, {sure}{kerases}; {entry.place}"


def to_json(result: ScanResult) -> str:
    """Return the result as JSON; `bare` lists the entry points that are bare keys."""
    return json.dumps(
        {
            "entry_points": dict(sorted({**result.bare, **result.entry_points}.items())),
            "sources": result.sources,
            "bare": list(result.bare),
            "unresolved": [
                {"place": str(told.place), "reason": told.reason}
                for told in in_order(result.unresolved)
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def differences(
    result: ScanResult, table: Mapping[str, str]
) -> list[tuple[str, str | None, str | None]]:
    """Compare a table of entry points with a scan.

    Args:
        result: The scan.
        table: Names and values of the entry points.

    Returns:
        For each difference the name, the value in the table, and the correct value. `None` stands
        for a line that is missing, or that should not be there.

    Example:
        >>> from keras_serializable_build import ScanResult
        >>> result = ScanResult(definitions={"acme.layers:Scale": "acme.layers:Scale"})
        >>> differences(result, {"acme>Shift": "acme.layers:Shift"})
        [('acme>Shift', 'acme.layers:Shift', None)]
    """
    # A line is correct if its value leads to the object of the scan, by any path, or to a module. A
    # key that the scan does not know may be an alias. Its line is wrong if the object is missing.
    found: list[tuple[str, str | None, str | None]] = []
    for name in sorted({*result.entry_points, *table}):
        given = table.get(name)
        entry = result.entries.get(name) or (result.bare_entries.get(name) if given else None)
        if entry is not None and given is None and not _is_covered(name, table):
            found.append((name, None, entry.value))
        elif entry is not None and given is not None and not _agrees(result, given, entry):
            found.append((name, given, entry.value))
        elif entry is None and given is not None and _is_gone(result, given):
            found.append((name, given, None))
    return found


def show(differences_: list[tuple[str, str | None, str | None]]) -> str:
    """Return differences as lines with `-` and `+`."""
    lines: list[str] = []
    for name, given, right in differences_:
        lines += [] if given is None else [f"-{quote(name)} = {quote(given)}"]
        lines += [] if right is None else [f"+{quote(name)} = {quote(right)}"]
    return "\n".join(lines) + "\n" if lines else ""


def _reference(value: str) -> str:
    """Return an object reference without its extras and blanks."""
    return value.partition("[")[0].replace(" ", "")


def _is_covered(name: str, table: Mapping[str, str]) -> bool:
    """Return whether a table advertises the whole package of a key."""
    package, separator, _ = name.partition(">")
    return bool(separator) and ":" not in table.get(package, ":")


def _agrees(result: ScanResult, given: str, entry: Entry) -> bool:
    reference = _reference(given)
    if reference == entry.value or reference in entry.others:
        return True
    if ":" not in reference:
        return reference in result.definitions
    return bool(entry.definition) and result.definitions.get(reference) == entry.definition


def _is_gone(result: ScanResult, given: str) -> bool:
    """Return whether a value names a missing object of the library."""
    module, _, attribute = _reference(given).partition(":")
    root = module.partition(".")[0]
    if not any(name.partition(":")[0].partition(".")[0] == root for name in result.definitions):
        return False  # another library's object
    first = attribute.partition(".")[0]
    return (f"{module}:{first}" if first else module) not in result.definitions
