"""The page "Does my library work?" with its table, and the date in a library's file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Results = dict[str, dict[str, Any]]  # by file, then by way

BEGIN, END = "<!-- begin: written by `nox -s adapters` -->", "<!-- end -->"
_HEADINGS = ("library", "versions", "Keras", "saved as", "after an import", "with us", "tried")


class Tried(NamedTuple):
    """A library that was tried."""

    library: str
    version: str
    date: str
    results: Results


def record(table: Path, tried: Tried) -> None:
    """Write into an adapter with which version and Keras a model was loaded, and when."""
    if any(outcome["adapters"]["result"] == "loads" for outcome in tried.results.values()):
        values = {"version": tried.version, "keras": _keras(tried.results), "date": tried.date}
        content = ", ".join(f"{name} = {json.dumps(value)}" for name, value in values.items())
        line = f"verified = {{ {content} }}"
        table.write_text(re.sub(r"^verified = .*$", line, table.read_text(), flags=re.MULTILINE))


def write(page: Path, tables: Path, results: Iterable[Tried]) -> None:
    """Write the table of a page, and the limits; the rows of libraries that were not run stay."""
    before, _, rest = page.read_text().partition(BEGIN)
    former, _, after = rest.partition(END)
    libraries = {path.stem: tomllib.loads(path.read_text()) for path in tables.glob("*.toml")}
    rows = {_key(cells): cells for cells in read_rows(former, _HEADINGS) if cells[0] in libraries}
    for tried in results:
        cells = _row(tried, libraries[tried.library]["requirement"])
        rows[_key(cells)] = cells
    lines = show_table(_HEADINGS, [rows[key] for key in sorted(rows)])
    limits = [
        f"- **{library}**: {' '.join(content['limits'])}"
        for library, content in sorted(libraries.items())
        if content["limits"]
    ]
    generated = "\n".join([BEGIN, "", *lines, "", "## Known limits", "", *limits, "", END])
    page.write_text(f"{before}{generated}{after}")


def read_rows(text: str, headings: Sequence[str]) -> list[list[str]]:
    """Return the rows of a table in a text, without its headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [each for each in cells[2:] if len(each) == len(headings)]


def show_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    return [_line(headings), _line("---" for _ in headings), *map(_line, rows)]


def _row(tried: Tried, requirement: str) -> list[str]:
    return [
        tried.library,
        f"`{requirement}`",
        _keras(tried.results),
        _formats(tried.results),
        _formats(tried.results, "import"),
        _formats(tried.results, "adapters"),
        f"{tried.version}, {tried.date}",
    ]


_NONE = "-"


def _formats(outcomes: Results, way: str | None = None) -> str:
    """Return the formats of all files, or of those that load in a way, with how many do."""
    told = []
    for ending in ("keras", "h5"):
        results = [each for name, each in outcomes.items() if name.endswith(f".{ending}")]
        loaded = [each for each in results if way is None or each[way]["result"] == "loads"]
        if loaded:
            some = "" if len(loaded) == len(results) else f" ({len(loaded)} of {len(results)})"
            told.append(f"`.{ending}`{some}")
    return ", ".join(told) or _NONE


def _keras(outcomes: Results) -> str:
    """Return the Keras of the files, as one that was loaded tells it."""
    told = [each.get("keras", "") for outcome in outcomes.values() for each in outcome.values()]
    return max(told, default="")


def _key(cells: list[str]) -> tuple[str, str]:
    """Return the library of a row and the generation of its Keras: ``keras 3``."""
    return cells[0], cells[2].partition(".")[0]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
