"""Entry points: an ``entry_points.txt`` line by line, whatever is in it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_CAUSES = 10  # broken lines of one file that are told in words
_LONGEST_LINE = 200  # characters
_BLOCK = 64 * 2**10  # characters of a text that are split into lines at once


def read_lines(text: str, wanted: "Iterable[str]") -> "tuple[dict[str, dict[str, str]], list[str]]":
    """Return the values by name of each of the wanted groups, and what is wrong in them.

    Args:
        text: The content of an ``entry_points.txt``.
        wanted: The names of the groups.
    """
    groups: dict[str, dict[str, str]] = {group: {} for group in wanted}
    broken = BrokenLines()
    values = None
    for number, raw in numbered_lines(text):
        line = raw.strip()
        if not line or line[0] == "#":
            continue
        if line[0] == "[" and line[-1] == "]":
            values = groups.get(line.strip("[]"))
        elif values is not None:
            name, equals, value = line.partition("=")
            name = name.rstrip()
            if not equals:
                broken.add(number, "has no '='", line)
            elif name in values:
                values[name] = f"{values[name]}\n{value.lstrip()}"
            else:
                values[name] = value.lstrip()
    return groups, broken.causes()


def by_name(pairs: "Iterable[tuple[str, str]]") -> "dict[str, str]":
    r"""Return the values of entry points by their names.

    One string for each name, because a file may hold ten thousand, and any list or tuple is one
    more object for the garbage collector to look at.

    Args:
        pairs: Name and value of each entry point.

    Returns:
        The value by name; those of a name that stands there twice are one to a line.

    Example:
        >>> by_name([("a", "one:A"), ("b", "two:B"), ("a", "three:A")])
        {'a': 'one:A\nthree:A', 'b': 'two:B'}
    """
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]}\n{value}" if name in values else value
    return values


class BrokenLines:
    """The broken lines of one file: the first few are kept, the others are counted."""

    __slots__ = ("_causes", "_count")

    def __init__(self) -> None:
        self._causes: list[str] = []
        self._count = 0

    def add(self, number: int, fault: str, line: str) -> None:
        """Add a line.

        Args:
            number: Its number in the file.
            fault: What is wrong with it.
            line: The line.
        """
        self._count += 1
        if self._count <= _MOST_CAUSES:
            self._causes.append(f"line {number} {fault}: {line[:_LONGEST_LINE]!r}")

    def causes(self) -> "list[str]":
        """Return what is wrong, line by line, and last how many more lines are broken."""
        others = self._count - len(self._causes)
        return [*self._causes, f"{others} more lines are broken"] if others else self._causes


def numbered_lines(text: str) -> "Iterator[tuple[int, str]]":
    """Yield the lines of a text with their numbers, as `str.splitlines` has them.

    A large text is split in blocks, because a list of all lines takes thirty times its memory.

    Args:
        text: The text.
    """
    number = start = 0
    while start < len(text):
        end = text.find("\n", start + _BLOCK) + 1 or len(text)
        for line in text[start:end].splitlines():
            number += 1
            yield number, line
        start = end
