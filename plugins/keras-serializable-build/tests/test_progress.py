"""Progress: one line on a terminal, nothing elsewhere."""

import io
import sys

from keras_serializable_build._progress import CLEAR, Progress, printable


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        return True


def test_terminal(monkeypatch):
    """Each text takes the place of the former one, and the line is empty afterwards."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setattr(sys, "stderr", stream := Terminal())
    with Progress() as progress:
        progress("one")
        progress("x" * 100)
    assert stream.getvalue() == f"{CLEAR}one ...{CLEAR}{'x' * 16} ...{CLEAR}"


def test_elsewhere(monkeypatch, capsys):
    """A pipe and a terminal without control characters get nothing."""
    with Progress() as progress:
        progress("one")
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stderr", stream := Terminal())
    with Progress() as progress:
        progress("one")
    assert stream.getvalue() == ""


def test_printable():
    """A text is one line without a character that a terminal obeys."""
    assert printable("no\nsuch \x1b[31mfile\u202e") == "no such \\x1b[31mfile\\u202e"
