"""Measures everything; writes benchmarks.md and benchmarks.svg: `run.py FOLDER [--quick]`.

The exit status is 1 if a target is missed. `--quick` judges no target: it measures next to nothing,
to see that the rest runs, and counts no instructions.
"""

# ruff: noqa: T201 -- a command prints
import argparse
import sys
import tempfile
from pathlib import Path

import environments
import instructions
import page
from contenders import FIRST
from processes import Laboratory, in_turn

OURS = "keras-serializable"
PARTS = (
    *("imports", "first_lookups", "many_keys", "memory", "warm_lookups", "serialization"),
    "models",  # the last: minutes under valgrind
)


class Benchmark:
    """Everything that is measured, in one run.

    Args:
        laboratory: Where the processes run.
        quick: Whether to measure next to nothing.

    Attributes:
        rows: What was compared.
        firsts: The milliseconds of the first lookup, by column of the table and contender.
    """

    def __init__(self, laboratory, *, quick):
        self._laboratory = laboratory
        self._quick = quick
        self.sizes = (10, 20, 30, 40, 50) if quick else (10, 100, 300, 1000, 5000)
        self.rows = []
        self.firsts = {}

    def imports(self):
        """Measure what importing takes, beyond a bare interpreter."""
        times = self._probe("imported", (OURS, "importlib.metadata"), 20, self._environment(10))
        what = "import keras_serializable"
        self._compare(what, "ms", times, OURS, "importlib.metadata", 1 / 20)

    def first_lookups(self):
        """Measure the first lookup of all contenders."""
        for size in self.sizes:
            environment = self._environment(size)
            times = self._probe("first", FIRST, 15 if size < 5000 else 5, environment)
            self.firsts[str(size)] = times
            if size in self.sizes[2:4]:
                what = f"first lookup, {size} distributions"
                self._compare(what, "ms", times, OURS, "importlib.metadata", 1 / 10)
                self._compare(what, "ms", times, OURS, "floor", 2)

    def many_keys(self):
        """Measure the first lookup among 10,000 keys."""
        environment = self._environment(self.sizes[2], keys=20 if self._quick else 1000)
        self.firsts["10,000 keys"] = self._probe("first", FIRST, 5, environment)
        times = self._probe("find", (OURS, "floor"), 15, environment)
        self._compare("first lookup, 10,000 keys", "ms", times, OURS, "floor", 2)

    def memory(self):
        """Measure what the first lookup allocates."""
        size = self.sizes[-1]
        used = self._probe("memory", (OURS,), 2, self._environment(size))[OURS]
        self.rows.append((f"memory, {size} distributions", "MiB", used, "", None, 2))

    def warm_lookups(self):
        """Measure lookups after the first: hits, and misses."""
        times = {}
        for _ in range(self._rounds(3)):
            environment = self._environment(self.sizes[2])
            results = self._laboratory.run("lookups.py", self._rounds(40), environment=environment)
            for name, values in results.items():
                times.setdefault(name, []).extend(values)
        misses = (times.pop("miss"), "os.stat of each path entry", times.pop("os.stat"))
        for other in sorted(times.keys() - {OURS}):
            limit = 1 if other in {"Keras", "stevedore"} else None
            self._compare("warm lookup", "ns", times, OURS, other, limit)
        self.rows.append(("miss", "ns", *misses, 2))

    def serialization(self):
        """Measure serializing and deserializing objects."""
        count = 100 if self._quick else 10_000
        times = self._laboratory.run(
            "serialization.py", count, self._rounds(14), environment=self._environment(10)
        )
        for what in (name.partition(": ")[2] for name in times if name.startswith("ours: ")):
            self._compare(what, "ms", times, f"ours: {what}", f"Keras: {what}", 1)

    def models(self):
        """Count the instructions of loading models."""
        self.rows += instructions.rows(instructions.count(self._laboratory))

    def _environment(self, distributions, **what):
        return environments.lay(self._laboratory.folder / "environments", distributions, **what)

    def _rounds(self, number):
        return 2 if self._quick else number

    def _probe(self, task, contenders, rounds, environment):
        def probe(name):
            cache = "no-cache" if name == "stevedore, no cache" else "cache"
            run = self._laboratory.run
            return run("probe.py", task, name, environment=environment, cache=cache)

        actions = {name: lambda name=name: probe(name) for name in contenders}
        return in_turn(actions, self._rounds(rounds))

    def _compare(self, what, unit, times, ours, reference, limit=None):
        label = reference.partition(": ")[0]
        self.rows.append((what, unit, times[ours], label, times[reference], limit))


def main():
    """Run the command; return how many targets are missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        benchmark = Benchmark(Laboratory(Path(folder)), quick=arguments.quick)
        for part in PARTS[: -1 if arguments.quick else None]:
            print(f"measuring {part}", file=sys.stderr, flush=True)
            getattr(benchmark, part)()
    rows = page.rows(benchmark.rows)
    page.write(arguments.folder, rows, benchmark.firsts)
    page.draw(arguments.folder, benchmark.firsts, benchmark.sizes)
    print(page.table(page.HEADER, rows))
    return not arguments.quick and any(row[-1] == "no" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
