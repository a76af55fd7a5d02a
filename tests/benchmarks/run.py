"""Measures everything and prints a table: `run.py [PAGE] [--quick]`.

With a page, such as docs/benchmarks.md, it puts the table into it, and a chart beside it. The exit
status is 1 if a target is missed. `--quick` judges no target: it measures next to nothing, to see
that the rest runs, and counts no instructions.
"""

# ruff: noqa: T201 -- a command prints
import argparse
import sys
import tempfile
from pathlib import Path

import instructions
import page
from contenders import CONTENDERS
from processes import Laboratory

OURS = "keras-serializable"
STDLIB = "importlib.metadata"
TARGETS = {STDLIB: 1 / 10, "floor": 2}
CONFIG = {"reading its config": None}
PROGRAM = {"an empty program": None}
OTHERS = dict.fromkeys([*CONTENDERS][3:])  # without a target


def in_turn(task, contenders, distributions, rounds=15, **content):
    """Run a task of probe.py in a process for each contender and round."""

    def measure(laboratory):
        environment = laboratory.environment(distributions, **content)
        return laboratory.in_turn(task, contenders, rounds, environment)

    return measure


def together(task, argument="", script="probe.py", distributions=300):
    """Run a task that measures several contenders, in three processes."""

    def measure(laboratory):
        environment = laboratory.environment(distributions)
        results = {}
        for _ in range(1 if laboratory.quick else 3):
            times = laboratory.run(script, task, argument, environment=environment)
            for name, values in times.items():
                results.setdefault(name, []).extend(values)
        return results

    return measure


def tool(task, argument, distributions=300):
    """Run a task of tools.py; a number that it takes is small in a quick run."""

    def measure(laboratory):
        is_small = laboratory.quick and isinstance(argument, int)
        given = 10 if is_small else argument
        return together(task, given, "tools.py", distributions)(laboratory)

    return measure


def converted(task, base):
    """Measure the conversion of a tree with 11,111 objects, a small tree in a quick run."""

    def measure(laboratory):
        depth = 1 if laboratory.quick else 4
        return together(task, f"{base} {depth}")(laboratory)

    return measure


def first(distributions, rounds=15, **content):
    """Measure the first lookup of each contender."""
    return in_turn("first", CONTENDERS, distributions, rounds, **content)


# What is measured, the unit, and how. Then the references, each a row of the table, with the limit
# of our ratio to it or `None`. The reference "" limits the figure itself. A new row goes here.
MEASUREMENTS = (
    ("import keras_serializable", "ms", in_turn("imported", (OURS, STDLIB), 10), {STDLIB: 0.05}),
    ("first lookup, 10 distributions", "ms", first(10), {}),
    ("first lookup, 100 distributions", "ms", first(100), {}),
    ("first lookup, 300 distributions", "ms", first(300), TARGETS),
    ("first lookup, 1000 distributions", "ms", first(1000), TARGETS | OTHERS),
    ("first lookup, 5000 distributions", "ms", first(5000, rounds=5), {}),
    ("first lookup, 1500 optional keys", "ms", first(300, optional=1500), TARGETS),
    ("find a key of 10,000", "ms", in_turn("find", (OURS, "floor"), 300, keys=1000), {"floor": 2}),
    ("memory, 5000 distributions", "MiB", in_turn("memory", (OURS,), 5000, rounds=2), {"": 2}),
    ("warm lookup", "ns", together("warm"), {"stevedore": 1, "a dictionary": None}),
    ("warm lookup beside Keras", "ns", together("warm_beside_keras"), {"Keras": 1}),
    ("miss", "ns", together("miss"), {"os.stat of each path entry": 2}),
    ("serialize plain objects", "ms", converted("serialize", "object"), {"Keras": 1}),
    ("deserialize plain objects", "ms", converted("deserialize", "object"), {"Keras": 1}),
    ("serialize regularizers", "ms", converted("serialize", "Regularizer"), {"Keras": 1}),
    ("deserialize regularizers", "ms", converted("deserialize", "Regularizer"), {"Keras": 1}),
    ("inspect a model of 2 GB", "ms", tool("inspect_size", 2 << 30), CONFIG),
    ("inspect a model of 1000 layers", "ms", tool("inspect_layers", 1000), CONFIG),
    ("start the command", "ms", tool("command", "--version"), PROGRAM | {"": 200}),
    ("list, 5000 distributions", "ms", tool("command", "list --json", 5000), PROGRAM),
    ("scan 2000 modules", "ms", tool("scan", 2000), {"ast.parse of each module": None}),
)
CHART = {size: f"first lookup, {size} distributions" for size in (10, 100, 300, 1000, 5000)}


def main():
    """Run the command; return whether a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("page", type=Path, nargs="?")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    results, measured = {}, []
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder), quick=arguments.quick)
        for what, unit, measure, limits in MEASUREMENTS:
            print(f"measuring: {what}", file=sys.stderr, flush=True)
            results[what] = times = measure(laboratory)
            measured += [
                (what, unit, times[OURS], reference, times.get(reference), limit)
                for reference, limit in limits.items()
            ]
        if not arguments.quick:
            measured += instructions.rows(instructions.count(laboratory))
    rows = page.rows(measured)
    table = page.table(page.HEADER, rows)
    print(table)
    if arguments.page:
        page.put_into(arguments.page, table)
        page.draw(
            arguments.page.with_suffix(".svg"),
            {size: results[what] for size, what in CHART.items()},
        )
    return not arguments.quick and any(row[-1].endswith("missed") for row in rows)


if __name__ == "__main__":
    sys.exit(main())
