"""Writes what was measured: a table for the terminal, a page for the documentation, JSON."""

import platform

from contenders import LABELS
from figures import Ratio
from targets import SIZES

PAGE = """\
# Benchmarks

How fast keras-serializable finds what is installed, against the least that any scan has to do
(the *floor*) and against those who solve the same problem. One command measures all of it again
and writes this page: `nox -s bench`.

Figures depend on the machine; ratios hardly do. All contenders of one line ran in one session, in
turn, and the ratio is that of their medians. These are from {implementation} {version} on
{system}.{reservation}

## The targets

{targets}

## The first lookup

Milliseconds to import what is needed and look the first key up, by the number of installed
distributions; ten of them advertise ten keys each. In brackets: times the floor.

{sizes}

```{{image}} benchmarks.svg
:alt: Milliseconds of the first lookup by number of installed distributions, for each contender
:width: 100%
```

The same with 300 distributions, ten of which advertise a thousand keys each:

{keys}

## How it is measured

- The environments are generated: folders of metadata as installers write them (METADATA of a few
  kilobytes, RECORD, WHEEL, top_level.txt), every third with an `entry_points.txt` for somebody
  else. A process sees the standard library, one directory with the contenders without their own
  metadata, and one environment: five entries on `sys.path`.
- Where start-up counts, each figure is that of a fresh process, timed inside from the first
  import to the object in hand; the contenders take turns, process by process. Files are in the
  system's cache.
- The floor lists each directory, asks for each `entry_points.txt`, reads those that are there,
  looks for the name of the group, parses the hits, and does nothing else. It records no problem,
  notices no change, and knows nothing but plain directories.
- *stevedore, disk cache* finds the cache that a former process wrote. pluggy, class-registry and
  catalogue import more than what was asked for; that is part of how they work.
- Warm lookups take turns inside one process, in batches, and in several processes.
- *Within noise*: the target lies inside the interval that holds the ratio with a confidence of
  95 % (bootstrap).
"""


RESERVATION = """

```{{warning}}
This run made {effort:.0%} of the usual rounds: good enough to see what dominates, too few to tell
a target narrowly met from one narrowly missed.
```"""


def text_table(rows):
    """Return lines of a table for the terminal."""
    cells = [HEADER, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def markdown_table(rows):
    """Return the same for the documentation."""
    return _markdown([HEADER, *map(_cells, rows)])


HEADER = (
    "what",
    "median",
    "minimum",
    "compared with",
    "its median",
    "ratio",
    "of minima",
    "target",
    "met",
)


def _cells(row):
    compared = (
        (
            row.against,
            _figure(row.reference.median, row.unit),
            _number(row.ratio.medians),
            _number(row.ratio.minima),
        )
        if row.ratio
        else ("", "", "", "")
    )
    target = ""
    if row.target is not None:
        limit = _number(row.target) if row.ratio else _figure(row.target, row.unit)
        target = f"≤ {limit}{row.within}"
    met = {None: "", True: "yes", False: "no"}[row.met]
    median, minimum = (_figure(each, row.unit) for each in (row.ours.median, row.ours.minimum))
    return (row.what, median, minimum, *compared, target, met)


def sizes_table(curves):
    """Return the table of first lookups by number of distributions."""
    lines = [("contender", *map(str, SIZES))]
    for contender, by_size in curves.items():
        cells = (
            f"{_number(by_size[size].median)} ({_number(_times_floor(curves, contender, size))}×)"  # noqa: RUF001 -- it is meant
            for size in SIZES
        )
        lines.append((LABELS[contender], *cells))
    return _markdown(lines)


def _times_floor(curves, contender, size):
    return Ratio(curves[contender][size], curves["floor"][size]).medians


def keys_table(among_many_keys):
    """Return the table of first lookups among 10,000 keys."""
    floor = among_many_keys["floor"]
    return _markdown(
        [
            ("contender", "ms", "times the floor"),
            *(
                (
                    LABELS[contender],
                    _number(figures.median),
                    _number(Ratio(figures, floor).medians),
                )
                for contender, figures in among_many_keys.items()
            ),
        ]
    )


def page(rows, curves, among_many_keys, effort):
    """Return the page for the documentation."""
    return PAGE.format(
        implementation=platform.python_implementation(),
        version=".".join(platform.python_version_tuple()[:2]),
        system=platform.system(),
        reservation="" if effort >= 1 else RESERVATION.format(effort=effort),
        targets=markdown_table(rows),
        sizes=sizes_table(curves),
        keys=keys_table(among_many_keys),
    )


def as_json(rows, curves, among_many_keys):
    """Return everything as JSON has it."""
    return {
        "targets": [row.as_json() for row in rows],
        "first lookup in ms by distributions": {
            contender: {size: figures.values for size, figures in by_size.items()}
            for contender, by_size in curves.items()
        },
        "first lookup in ms among 10,000 keys": {
            contender: figures.values for contender, figures in among_many_keys.items()
        },
    }


def _markdown(lines):
    header, *body = lines
    numeric = ("---", *("--:" for _ in header[1:]))
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, numeric, *body))


def _figure(value, unit):
    return f"{_number(value)} {unit}".rstrip()


def _number(value):
    """Return a number with three significant digits, and no exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
