"""Measures everything and prints a table: `run.py [PAGE] [--quick]`.

With a page, such as docs/benchmarks.md, it puts the table into it, and a chart beside it. The exit
status is 1 if a target is missed. `--quick` judges no target: it measures next to nothing, to see
that all of it runs.
"""

# ruff: noqa: T201 -- a command prints
import argparse
import re
import sys
import tempfile
from pathlib import Path

import page
from contenders import CONTENDERS
from processes import Laboratory

OURS = "keras-serializable"
STDLIB = "importlib.metadata"
TARGETS = {STDLIB: 1 / 10, "floor": 2}
# Some contenders import all modules of the group. There are none for the optional keys.
ONE_MODULE = (OURS, *TARGETS)
KERAS = {"Keras": 1}
IMPORTED = "an import of the plugin"
CONFIG = {"reading its config": None}
PROGRAM = {"an empty program": None}
OTHERS = dict.fromkeys([*CONTENDERS][3:])  # without a target


def alone(task, distributions, contenders=CONTENDERS, rounds=15, **content):
    """Run a task in a process for each contender and round."""

    def measure(laboratory):
        environment = laboratory.environment(distributions, **content)
        return laboratory.in_turn(task, contenders, rounds, environment)

    return measure


def together(task, argument="", distributions=300):
    """Run a task that measures several contenders, in three processes.

    In a quick run a number at the end of the argument is 1.
    """

    def measure(laboratory):
        environment = laboratory.environment(distributions)
        given = re.sub(r"\d+$", "1", argument) if laboratory.quick else argument
        results = {}
        for _ in range(1 if laboratory.quick else 3):
            times = laboratory.run(task, given, environment)
            for name, values in times.items():
                results.setdefault(name, []).extend(values)
        return results

    return measure


# What is measured, the unit, and how. Then the references, each a row of the table, with the limit
# of our ratio to it or `None`. The reference "" limits the figure itself. A new row goes here.
MEASUREMENTS = (
    (
        "import keras_serializable",
        "ms",
        alone("lookups.imported", 10, (OURS, STDLIB)),
        {STDLIB: 0.05},
    ),
    ("first lookup, 10 distributions", "ms", alone("lookups.first", 10), {}),
    ("first lookup, 100 distributions", "ms", alone("lookups.first", 100), {}),
    ("first lookup, 300 distributions", "ms", alone("lookups.first", 300), TARGETS),
    ("first lookup, 1000 distributions", "ms", alone("lookups.first", 1000), TARGETS | OTHERS),
    ("first lookup, 5000 distributions", "ms", alone("lookups.first", 5000, rounds=5), {}),
    (
        "first lookup, 1500 optional keys",
        "ms",
        alone("lookups.first", 300, ONE_MODULE, optional=1500),
        TARGETS,
    ),
    (
        "find a key of 10,000",
        "ms",
        alone("lookups.find", 300, (OURS, "floor"), keys=1000),
        {"floor": 2},
    ),
    ("warm lookup", "ns", together("lookups.warm"), {"stevedore": 1, "a dictionary": None}),
    ("warm lookup beside Keras", "ns", together("lookups.warm_beside_keras"), KERAS),
    ("miss", "ns", together("lookups.miss"), {"os.stat of each path entry": 2}),
    ("serialize plain objects", "ms", together("models.convert", "serialize object 4"), KERAS),
    ("deserialize plain objects", "ms", together("models.convert", "deserialize object 4"), KERAS),
    ("serialize regularizers", "ms", together("models.convert", "serialize Regularizer 4"), KERAS),
    (
        "deserialize regularizers",
        "ms",
        together("models.convert", "deserialize Regularizer 4"),
        KERAS,
    ),
    ("load 1000 built-in layers", "ms", together("models.load_built_in", "1000"), {"Keras": 1.05}),
    (
        "load 1000 layers of a plugin",
        "ms",
        alone("models.load_custom", 300, (OURS, IMPORTED), rounds=7, layers=1000),
        {IMPORTED: 1.05},
    ),
    ("inspect a model of 2 GB", "ms", together("tools.inspect_size", f"{2 << 30}"), CONFIG),
    ("inspect a model of 1000 layers", "ms", together("tools.inspect_layers", "1000"), CONFIG),
    ("start the command", "ms", together("tools.command", "--version"), PROGRAM | {"": 200}),
    ("list, 5000 distributions", "ms", together("tools.command", "list --json", 5000), PROGRAM),
    ("scan 2000 modules", "ms", together("tools.scan", "2000"), {"ast.parse of each module": None}),
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
    table = page.table(measured)
    print(table)
    if arguments.page:
        page.put_into(arguments.page, table)
        times = {size: results[what] for size, what in CHART.items()}
        page.draw(arguments.page.with_suffix(".svg"), times)
    return not arguments.quick and "missed" in table


if __name__ == "__main__":
    sys.exit(main())
