"""Findings: what a check says of a plugin, as advice."""

from __future__ import annotations

import re

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LENGTH = 300


class Finding(Exception):  # noqa: N818 -- no fault of the program: a check ends with it
    """What is wrong, in which file and line, and what to write instead."""

    def __init__(self, what: str, where: str = "", instead: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.instead = instead

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where:   {self.where}")
        if self.instead:
            lines.append("  instead: " + self.instead.replace("\n", "\n           "))
        return "\n".join(lines)

    def to_json(self) -> dict[str, str]:
        """Return the finding as a dictionary, the arguments that make it again."""
        return {"what": self.what, "where": self.where, "instead": self.instead}


class Inapplicable(Exception):  # noqa: N818 -- no error: the check is skipped
    """A check says nothing of this object; the text says why."""


def first_line(error: BaseException) -> str:
    """Return the class of an error and the line of its text that tells the reason."""
    lines = [line for line in _COLOURS.sub("", str(error)).splitlines() if line.strip()] or [""]
    # Keras puts a line before the reason that a layer's call() has failed for.
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        del lines[0]
    text = lines[0].strip()
    if text.endswith(":") and len(lines) > 1:
        text = f"{text} {lines[1].strip()}"
    if len(text) > _LENGTH:
        text = f"{text[: _LENGTH // 2]} … {text[-_LENGTH // 2 :]}"
    return f"{type(error).__name__}: {text}"
