"""Measures everything and prints one table.

`nox -s bench` runs it, or in any environment

    python benchmarks/run.py [--only NAME ...] [--effort 0.2] [--json FILE] [--docs DIRECTORY]

with the contenders that it finds there. What cannot be measured for want of a package is left out.
"""

# ruff: noqa: T201 -- a command prints

import argparse
import json
import sys
import tempfile
from pathlib import Path

import chart
import report
from processes import Laboratory
from targets import Measurements

TARGETS = ("imports", "scans", "lookups", "many_keys", "memory", "autoload", "models")
TABLES = ("curves", "among_many_keys")


def main():
    """Run the command."""
    arguments = parsed()
    with tempfile.TemporaryDirectory() as temporary:
        laboratory = Laboratory(arguments.work or temporary)
        measurements = Measurements(laboratory, arguments.effort, say)
        wanted = arguments.only or [*TARGETS, *TABLES]
        rows = [row for name in TARGETS if name in wanted for row in getattr(measurements, name)()]
        curves, among_many_keys = (
            getattr(measurements, name)() if name in wanted else {} for name in TABLES
        )
    if rows:
        print(report.text_table(rows))
    if curves:
        print(f"\nFirst lookup in ms by number of distributions\n{report.sizes_table(curves)}")
    if among_many_keys:
        print(f"\nFirst lookup among 10,000 keys\n{report.keys_table(among_many_keys)}")
    if arguments.json:
        figures = report.as_json(rows, curves, among_many_keys)
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    if arguments.docs:
        if arguments.only:
            sys.exit("--docs needs all measurements, so it does not go with --only")
        page = report.page(rows, curves, among_many_keys, arguments.effort)
        (arguments.docs / "benchmarks.md").write_text(page, encoding="utf-8")
        (arguments.docs / "benchmarks.svg").write_text(chart.draw(curves), encoding="utf-8")


def parsed():
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument(
        "--only", nargs="+", choices=(*TARGETS, *TABLES), metavar="NAME", help=", ".join(TARGETS)
    )
    parser.add_argument("--effort", type=float, default=1, help="a factor for the rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument(
        "--docs", type=Path, metavar="DIRECTORY", help="write benchmarks.md and .svg there"
    )
    parser.add_argument(
        "--work",
        type=Path,
        metavar="DIRECTORY",
        help="keep the environments there for the next run",
    )
    return parser.parse_args()


def say(what):
    """Tell what is being measured."""
    print(f"measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
