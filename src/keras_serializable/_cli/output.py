"""Output: tables and trees for people, JSON for programs, errors in one line.

rich is imported where something is drawn, and not before: it takes 40 ms.
"""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from keras_serializable._texts import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

_LONGEST_LINE = 100_000  # characters
_WIDE = 10_000  # columns where nobody looks: a program gets each row in one line

as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
"""The option of every verb in this package."""


def one_line(text: object, longest: int = 1000) -> str:
    """Return a text from anywhere in one line, without a character that a terminal obeys."""
    return escaped(" ".join(str(text).split()), longest)


def write_json(value: object) -> None:
    """Write a value as JSON, in ASCII: that passes any terminal and any pipe."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def escaped_lines(lines: "Iterable[str]") -> None:
    """Write texts, each in one line, however long."""
    for line in lines:
        sys.stdout.write(f"{escaped(line, _LONGEST_LINE)}\n")


def draw(*drawings: "RenderableType") -> None:
    """Draw trees and texts: in colours on a terminal, else in lines of any length."""
    console = console_of()
    if console.is_terminal:
        for each in drawings:
            console.print(each)
        return
    with console.capture() as capture:
        for each in drawings:
            console.print(each)
    # rich fills a row up to the width of the table.
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def console_of(*, on_errors: bool = False) -> "Console":
    """Return a console on standard output or error. rich itself obeys NO_COLOR and TERM."""
    from rich.console import Console  # noqa: PLC0415 -- 40 ms

    stream = sys.stderr if on_errors else sys.stdout
    columns = os.environ.get("COLUMNS", "")
    is_terminal = stream.isatty()
    return Console(
        file=stream,
        width=int(columns) if columns.isdecimal() else (None if is_terminal else _WIDE),
        force_terminal=is_terminal,
        markup=False,
        emoji=False,
        highlight=False,
    )


def draw_table(columns: "Iterable[str]", rows: "Iterable[Iterable[str | Text]]") -> None:
    """Draw a table without lines; what a cell holds is shown escaped.

    A program gets the rows without rich, which takes a second for 2400 of them.
    """
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        draw(_table_of(columns, rows))
        return
    lines = [[*columns]]
    lines += [
        [_cell(each) if isinstance(each, str) else each.plain for each in row] for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write(f"{'  '.join(padded).rstrip()}\n")


def _table_of(columns: "Iterable[str]", rows: "Iterable[Iterable[str | Text]]") -> "Table":
    from rich.table import Table  # noqa: PLC0415 -- 40 ms
    from rich.text import Text  # noqa: PLC0415 -- rich.table has imported it

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(cell)) if isinstance(cell, str) else cell for cell in row))
    return table


def _cell(text: str) -> str:
    return escaped(text, 1000)


def styled(text: str, style: str, longest: int = 1000) -> "Text":
    """Return a text in a colour or weight, escaped and cut."""
    from rich.text import Text  # noqa: PLC0415 -- 40 ms

    return Text(escaped(text, longest), style)


def completing(names: "Callable[[], Iterable[str]]") -> "Callable[..., list[str]]":
    """Return what completes an argument in a shell, from the names that there are."""

    def complete(_context: click.Context, _parameter: Any, incomplete: str) -> "list[str]":
        return sorted({name for name in names() if name.startswith(incomplete)})

    return complete
