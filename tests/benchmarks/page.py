"""Writes what was measured: tables, a page for the documentation, a chart."""

import os
import platform
from statistics import median

import matplotlib as mpl

PAGE = """\
# Benchmarks

How fast keras-serializable finds what is installed: against the least that any scan has to do (the
*floor*), and against those who solve a similar problem. `nox -s bench` measures all of it again and
writes this page.

Figures depend on the machine, ratios hardly do. All that a line compares ran in turn, in one run.
Each figure is a median, each ratio the median of the ratios of all rounds. These are from
{python} on {system}, with {processors} processors and a load of {load:.0f}.

## Targets

{targets}

## The first lookup

Milliseconds to import what is needed and find the first key, by the number of installed
distributions. Ten of these advertise ten keys each; in the last column there are 300, and ten
advertise a thousand keys each. In brackets: times the floor.

{contenders}

![Milliseconds of the first lookup by number of distributions](benchmarks.svg)

## How it is measured

- The environments are generated: folders of metadata as installers write them, every third with an
  `entry_points.txt` for another program. A process sees the standard library, one folder with the
  contenders without their metadata, and one environment.
- Each first lookup has a process of its own, timed inside from the first import to the object in
  hand. The contenders take turns, process by process. Files are in the system's cache.
- The floor lists each directory, asks for each `entry_points.txt`, reads those that are there and
  parses those that hold the name of the group. It records no problem, notices no change and
  understands nothing but plain directories.
- *stevedore, disk cache* finds the cache that a former process has written. pluggy and
  class-registry import more than what was asked for, as they always do.
- Among 10,000 keys, the target is for the search alone: the module of the key is imported before.
- Warm lookups take turns inside one process, in batches of 2 ms, in several processes.
- Models have 1000 layers and are read by `model_from_json`. valgrind counts the instructions, which
  no other program on the machine disturbs; *again* shows how far two counts differ.
"""
HEADER = ("what", "median", "compared with", "its median", "ratio", "target", "met")


def rows(measured):
    """Return the lines of the table of targets."""
    lines = []
    for what, unit, values, reference, others, limit in measured:
        figure = _ratio(values, others) if others else median(values)
        cells = [what, f"{_number(median(values))} {unit}", "", "", "", "", ""]
        if others:
            cells[2:5] = reference, f"{_number(median(others))} {unit}", f"{figure:.4g}"
        if limit is not None:
            cells[5:] = f"≤ {_number(limit)}", "yes" if figure <= limit else "no"
        lines.append(cells)
    return lines


def _ratio(values, others):
    """Return the median of the ratios of all rounds."""
    return median(one / other for one, other in zip(values, others, strict=True))


def _number(value):
    """Return a number with three significant digits, and no exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(header, lines):
    """Return a table in Markdown."""
    lines = (header, ["---", *["--:"] * (len(header) - 1)], *lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(folder, lines, firsts):
    """Write the page."""
    contenders = [
        [
            name,
            *(f"{_number(median(by[name]))} ({_times_floor(by, name)})" for by in firsts.values()),
        ]
        for name in next(iter(firsts.values()))
    ]
    text = PAGE.format(
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=platform.system(),
        processors=os.cpu_count(),
        load=os.getloadavg()[-1],
        targets=table(HEADER, lines),
        contenders=table(("contender", *firsts), contenders),
    )
    (folder / "benchmarks.md").write_text(text, encoding="utf-8")


def _times_floor(times, name):
    return _number(_ratio(times[name], times["floor"]))


def draw(folder, firsts, sizes):
    """Draw the first lookup of each contender by number of distributions."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "benchmarks"  # equal figures give an equal file
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    styles = {"floor": "k:", "keras-serializable": "k-"}
    for name in firsts[str(sizes[0])]:
        times = [median(firsts[str(size)][name]) for size in sizes]
        width = 3 if name == "keras-serializable" else 1.5
        axes.loglog(sizes, times, styles.get(name, "-"), label=name, linewidth=width)
    axes.set(xlabel="installed distributions", ylabel="first lookup, milliseconds")
    axes.set_xticks(sizes, map(str, sizes))
    axes.grid(visible=True, alpha=0.4)
    figure.legend(loc="outside right center")
    figure.savefig(folder / "benchmarks.svg", metadata={"Date": None})
