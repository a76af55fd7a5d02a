"""Output: tables, texts and JSON, for terminals and for programs."""

import io
import json
import sys

import pytest

from keras_serializable._cli.output import (
    console_of,
    draw,
    draw_table,
    escaped_lines,
    one_line,
    styled,
    write_json,
)


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours(monkeypatch, variables, is_coloured):
    """Colours are for terminals that have some, unless NO_COLOR is set."""
    for name in ("TERM", "NO_COLOR", "COLUMNS", "COLORTERM", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    draw(styled("ok", "green"))
    assert ("\x1b[32m" in stream.getvalue()) is is_coloured


def test_lines_of_any_length(capsys, monkeypatch):
    """What goes to a program is neither wrapped nor filled up."""
    monkeypatch.delenv("COLUMNS", raising=False)
    draw_table(("A", "B"), [("x" * 500, "y"), ("z", "")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["x" * 500, "y"]
    assert lines[2] == "z"


def test_the_same_table(capsys, monkeypatch):
    """A program gets the table that rich would draw without a limit of its width."""
    columns, rows = ("A", "", "C"), [("a>B", "x", styled("ok", "green")), ("b", "", "")]
    draw_table(columns, rows)
    plain = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "10000")
    draw_table(columns, rows)
    assert capsys.readouterr().out == plain
    draw_table(columns, [])
    assert capsys.readouterr().out.split() == ["A", "C"]


def test_width(monkeypatch):
    """COLUMNS sets the width."""
    monkeypatch.setenv("COLUMNS", "44")
    assert console_of().width == 44
    assert console_of(on_errors=True).file is sys.stderr


def test_texts_are_escaped(capsys):
    """No control character and no markup is obeyed."""
    draw_table(("[red]A",), [("[b]\x1b[2J",)])
    draw(styled("[i]\x07", ""))
    escaped_lines(["a\nb\x1b"])
    out = capsys.readouterr().out
    assert out.splitlines() == ["[red]A", "[b]\\x1b[2J", "[i]\\x07", "a\\nb\\x1b"]
    assert one_line("a\n b\x1b[1m") == "a b\\x1b[1m"


def test_json(capsys):
    """JSON is ASCII, also where a text has lone surrogates."""
    write_json({"a": "ä\udc80\x1b"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"a": "ä\udc80\x1b"}
