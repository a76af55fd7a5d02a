"""Entry points: the groups that are read here, and the parser of ``entry_points.txt``."""

from keras_serializable._texts import LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GROUP = "keras_serializable"
"""The group in which distributions advertise keys and packages."""

HOOK_GROUP = "keras_serializable.hooks"
"""The group in which distributions advertise hook plugins."""

FILE = "entry_points.txt"
"""The file in a metadata folder that holds the entry points."""

LABEL = "@@"
"""What begins a label in the name of an entry point: ``GCNConv@@spektral``.

A name occurs once in a group of a distribution: pip 23 cannot install a distribution that repeats a
name. With labels a distribution can give one key several values.
"""

_MOST_CAUSES = 10  # broken lines of one file that are described
_BLOCK = 64 * 2**10  # characters of a text that are split into lines at once


def read_groups(text: str) -> "tuple[dict[str, str], dict[str, str], list[str]]":
    """Return the values by name of `GROUP` and of `HOOK_GROUP`, and the broken lines of both."""
    values = _read_plain(text)
    return _read_lines(text) if values is None else (values, {}, [])


def broken_lines(text: str) -> "list[str]":
    """Return what is wrong with the lines of an ``entry_points.txt``, in all groups."""
    broken = _BrokenLines()
    for number, group, line in _lines(text):
        if group is None:
            broken.add(number, "stands before the first section", line)
        elif "=" not in line:
            broken.add(number, "has no '='", line)
    return broken.causes()


def by_name(pairs: "Iterable[tuple[str, str]]") -> "dict[str, str]":
    """Return the values of entry points by their names without labels.

    Several values of one name are the lines of one text.
    """
    # A string for each name, not a list: the garbage collector does not track strings, and a file
    # may hold 10,000 names.
    values: dict[str, str] = {}
    for labelled, value in pairs:
        name = labelled.partition(LABEL)[0].rstrip()
        values[name] = f"{values[name]}\n{value}" if name in values else value
    return values


def _read_lines(text: str) -> "tuple[dict[str, str], dict[str, str], list[str]]":
    """Read the two groups line by line, as importlib_metadata does. A broken line is left out."""
    pairs: dict[str | None, list[tuple[str, str]]] = {GROUP: [], HOOK_GROUP: []}
    broken = _BrokenLines()
    for number, group, line in _lines(text):
        if group in pairs:
            name, equals, value = line.partition("=")
            if equals:
                pairs[group].append((name.rstrip(), value.lstrip()))
            else:
                broken.add(number, "has no '='", line)
        elif GROUP in line and "=" not in line:
            broken.add(number, "is no header of a section", line)
    return by_name(pairs[GROUP]), by_name(pairs[HOOK_GROUP]), broken.causes()


_ORDINARY = dict.fromkeys(code for code in range(33, 127) if chr(code) not in "#=")
"""The usual characters of a name or a value, as `str.translate` takes them to remove them."""


def _read_plain(text: str) -> "dict[str, str] | None":
    """Read `GROUP` in bulk if it ends the file and holds only ``name = value``, else return `None`.

    Build backends write such files: this saves 0.3 ms at 1000 keys, and 2.8 ms at 10,000. Extras
    may stand behind a value without a blank.
    """
    before, _, group = text.partition(f"[{GROUP}]\n")
    group = group.strip("\n")
    begins_a_line = not before or before[-1] == "\n"
    if not begins_a_line or GROUP in before or group[:1] == "[" or "\n[" in group:
        return None
    signs = group.translate(_ORDINARY)
    lines = (len(signs) + 1) // 4
    if signs != " = \n" * (lines - 1) + " = ":
        return None
    pieces = iter(group.replace("\n", " = ").split(" = "))
    values = dict(zip(pieces, pieces))  # noqa: B905 -- in pairs
    # There are fewer values if a name is repeated, or if a blank stands elsewhere in a line.
    if len(values) < lines:
        return None
    return by_name(values.items()) if LABEL in group else values


def _lines(text: str) -> "Iterator[tuple[int, str | None, str]]":
    """Yield number, group (`None` before the first) and text of each line that may have a value."""
    group = None
    for number, raw in _numbered_lines(text):
        line = raw.strip()
        if not line or line[0] == "#":
            continue
        if line[0] == "[" and line[-1] == "]":
            group = line.strip("[]")
        else:
            yield number, group, line


def _numbered_lines(text: str) -> "Iterator[tuple[int, str]]":
    """Yield the lines of a text with their numbers, as `str.splitlines` splits it."""
    # Split in blocks: a list of all lines would take thirty times the memory of the text.
    number = start = 0
    while start < len(text):
        end = text.find("\n", start + _BLOCK) + 1 or len(text)
        for line in text[start:end].splitlines():
            number += 1
            yield number, line
        start = end


class _BrokenLines:
    """The broken lines of one file: the first few are described, the others are counted."""

    __slots__ = ("_causes", "_count")

    def __init__(self) -> None:
        self._causes: list[str] = []
        self._count = 0

    def add(self, number: int, fault: str, line: str) -> None:
        """Add a line with its number in the file, and what is wrong with it."""
        self._count += 1
        if self._count <= _MOST_CAUSES:
            self._causes.append(f"line {number} {fault}: {line[:LONGEST]!r}")

    def causes(self) -> "list[str]":
        """Return a text for each described line, and one with the number of the others."""
        others = self._count - len(self._causes)
        return [*self._causes, f"{others} more lines are broken"] if others else self._causes
