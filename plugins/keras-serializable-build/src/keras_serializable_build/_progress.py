"""Progress: one line on a terminal that says what is done now, and is gone afterwards."""

from __future__ import annotations

import os
import shutil
import sys

CLEAR = "\r\x1b[2K"  # to the start of the line, and nothing in it


class Progress:
    """Says what is done now, where standard error is a terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __enter__(self) -> Progress:
        return self

    def __call__(self, text: str) -> None:
        """Show a text in place of the former one."""
        if self._is_shown:
            width = shutil.get_terminal_size().columns - 4
            sys.stderr.write(f"{CLEAR}{printable(text)[:width]} ...")
            sys.stderr.flush()

    def __exit__(self, *exception: object) -> None:
        if self._is_shown:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()


def printable(text: str) -> str:
    """Return a text in one line, without a character that a terminal obeys."""
    line = " ".join(text.split())
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)
