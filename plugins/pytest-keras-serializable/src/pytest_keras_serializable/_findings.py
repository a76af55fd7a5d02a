"""Findings: what a check says of a plugin, as advice."""

from __future__ import annotations

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
    """Return the class and the first line of an error, cut to a readable length."""
    lines = str(error).strip().splitlines() or [""]
    text = f"{type(error).__name__}: {lines[0]}"
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]} …"
