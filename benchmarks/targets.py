"""The targets: what is measured for each, and whether it is met."""

import importlib.util
import json
import tempfile
from pathlib import Path

import environments
from contenders import LABELS, SCANNING
from figures import Figures, Ratio
from processes import interleave, start_up

SIZES = (10, 100, 300, 1000, 5000)
KEY = "plugin_5>Object3"
SCANNERS = ("floor", "ours", "stdlib", "backport")
MILLI, MICRO = 1e-6, 1e-3  # nanoseconds to milliseconds and to microseconds
ROOT = Path(__file__).resolve().parent.parent


class Row:
    """One line of the table: a figure of ours, what it is compared with, and a target.

    Args:
        what: What is measured.
        ours: Its figures.
        unit: Their unit.
        reference: The figures to compare with, `None` where the target is absolute.
        against: What those are.
        target: The largest ratio (or figure, where the target is absolute) that is good enough;
            `None` where the row is for information only.
        noise: Whether a ratio counts as met that cannot be told from the target.
    """

    def __init__(self, what, ours, unit, *, reference=None, against="", target=None, noise=False):
        self.what = what
        self.ours = ours
        self.unit = unit
        self.reference = reference
        self.against = against
        self.target = target
        self.ratio = Ratio(ours, reference) if reference else None
        self.measured = self.ratio.medians if self.ratio else ours.median
        decisive = self.ratio.interval[0] if noise else self.measured
        self.met = None if target is None else decisive <= target
        self.within = " within noise" if noise else ""

    def as_json(self):
        """Return the row as JSON has it."""
        row = {
            "what": self.what,
            "unit": self.unit,
            "ours": {"median": self.ours.median, "minimum": self.ours.minimum},
            "target": self.target,
            "met": self.met,
        }
        if self.ratio:
            row["reference"] = {
                "what": self.against,
                "median": self.reference.median,
                "minimum": self.reference.minimum,
            }
            row["ratio"] = vars(self.ratio)
        return row


class Measurements:
    """Everything that is measured, in a laboratory.

    Args:
        laboratory: Where the processes run.
        effort: A factor for the number of rounds, 1 for figures worth publishing.
        report: Called with the name of each measurement as it begins.
    """

    def __init__(self, laboratory, effort=1, report=print):
        self._laboratory = laboratory
        self._effort = effort
        self._report = report

    def all(self):
        """Return the rows of every target."""
        return [
            *self.imports(),
            *self.scans(),
            *self.lookups(),
            *self.many_keys(),
            *self.memory(),
            *self.autoload(),
            *self.models(),
        ]

    def curves(self):
        """Return, for each contender, the figures of the import and first lookup by size."""
        by_contender = {contender: {} for contender in SCANNING}
        for size in SIZES:
            self._report(f"first lookup, {size} distributions, all contenders")
            environment = self._environment(size)
            results = self._probes("first", SCANNING, environment, 15)
            for contender, numbers in results.items():
                by_contender[contender][size] = _times(numbers)
        return by_contender

    def among_many_keys(self):
        """Return, for each contender, the figures of the first lookup among 10,000 keys."""
        self._report("first lookup, 10,000 keys, all contenders")
        results = self._probes("first", SCANNING, self._environment(300, 10, 1000), 7)
        return {contender: _times(numbers) for contender, numbers in results.items()}

    def imports(self):
        """Measure what importing takes, beyond a bare interpreter."""
        self._report("imports")
        results = self._probes("import", ("ours", "stdlib"), self._environment(10), 100)
        modules = Figures(numbers[2] for numbers in results["ours"])
        return [
            Row(
                "import keras_serializable",
                _times(results["ours"]),
                "ms",
                reference=_times(results["stdlib"]),
                against="import importlib.metadata",
                target=1 / 20,
            ),
            Row("modules that it brings in, its own among them", modules, ""),
        ]

    def scans(self):
        """Measure import and first scan, nothing loaded, and how they grow."""
        rows = []
        figures = {}
        for size in (100, 300, 1000, 5000):
            self._report(f"first scan, {size} distributions")
            environment = self._environment(size)
            rounds = 100 if size <= 1000 else 60
            results = self._probes("scan", ("floor", "ours"), environment, rounds)
            figures[size] = {name: _times(numbers) for name, numbers in results.items()}
            slow = self._probes("scan", ("ours", "stdlib"), environment, 20)
            for reference, target in (
                ("floor", 1.2 if size >= 300 else None),
                ("stdlib", {300: 1 / 15, 1000: 1 / 10}.get(size)),
            ):
                pair = figures[size] if reference == "floor" else None
                rows.append(
                    Row(
                        f"import and first scan, {size} distributions",
                        pair["ours"] if pair else _times(slow["ours"]),
                        "ms",
                        reference=pair["floor"] if pair else _times(slow["stdlib"]),
                        against="floor" if pair else "importlib.metadata",
                        target=target,
                    )
                )
        rows.append(self._growth(figures))
        return rows

    def _growth(self, figures):
        def slope(name):
            rounds = range(min(len(figures[size][name].values) for size in (100, 5000)))
            return Figures(
                (figures[5000][name].values[index] - figures[100][name].values[index]) / 4900 * 1000
                for index in rounds
            )

        return Row(
            "growth from 100 to 5000, for each distribution",
            slope("ours"),
            "µs",
            reference=slope("floor"),
            against="floor",
            target=1,
        )

    def lookups(self):
        """Measure lookups after the first: hits, and misses."""
        figures = {}
        environment = self._environment(300)
        for number in range(self._rounds(5)):
            for task in ("hits", "scopes", "misses"):
                self._report(f"{task}, process {number + 1}")
                results = self._json("lookups.py", task, KEY, "40", environment)
                for name, values in results.items():
                    figures.setdefault(name, []).extend(values)
        figures = {name: Figures(values) for name, values in figures.items()}
        ours = figures["ours"]
        rows = [
            Row(
                "warm lookup",
                ours,
                "ns",
                reference=figures["dict"],
                against="dict[key]",
                target=2.5,
            ),
            Row("warm lookup", ours, "ns", reference=figures["dict_get"], against="dict.get(key)"),
        ]
        rows += [
            Row(
                "warm lookup",
                ours,
                "ns",
                reference=figures[name],
                against=LABELS[name],
                target=1 if name == "keras_registry" else None,
            )
            for name in LABELS
            if name in figures and name != "ours"
        ]
        rows += [
            Row(
                f"warm lookup {where} a scope",
                figures[f"ours_{where}_scope"],
                "ns",
                reference=figures["dict_beside_scopes"],
                against="dict[key]",
            )
            for where in ("after", "inside")
        ]
        miss, stat = figures["miss"], figures["stat"]
        beside = figures["miss_beside_others"]
        return [
            *rows,
            Row("miss, 5 path entries", miss.scaled(MICRO), "µs", target=15),
            Row("miss, 5 path entries, beside Keras and all peers", beside.scaled(MICRO), "µs"),
            Row(
                "miss, 5 path entries",
                miss.scaled(MICRO),
                "µs",
                reference=stat.scaled(MICRO),
                against="os.stat of each entry",
            ),
        ]

    def many_keys(self):
        """Measure the first lookup among many keys, the plugin's module being imported already."""
        rows = []
        for plugins, plural in ((10, "10 plugins"), (1, "1 plugin")):
            self._report(f"first lookup, 10,000 keys of {plural}")
            few = self._environment(300, plugins, 100 // plugins)
            many = self._environment(300, plugins, 10_000 // plugins)
            results = interleave(
                {
                    "few": lambda few=few: self._find(few),
                    "many": lambda many=many: self._find(many),
                    "read": lambda many=many: self._read(many),
                },
                self._rounds(100),
            )
            results = {name: Figures(values).scaled(MILLI) for name, values in results.items()}
            rows.append(
                Row(
                    f"first lookup, 10,000 keys of {plural}",
                    results["many"],
                    "ms",
                    reference=results["few"].scaled(2) + results["read"],
                    against="twice that with 100 keys, and reading the files",
                    target=1,
                )
            )
        return rows

    def _find(self, environment):
        return self._laboratory.probe("ours", "find", "plugin_0>Object3", environment)[1]

    def _read(self, environment):
        return self._laboratory.numbers([script("read.py"), str(environment)])[0]

    def memory(self):
        """Measure what a scan of 5000 distributions allocates."""
        self._report("memory")
        environment = self._environment(5000)
        results = self._probes("memory", SCANNERS, environment, 3)
        megabytes = {
            name: [Figures(numbers[index] / 2**20 for numbers in each) for index in (0, 1)]
            for name, each in results.items()
        }
        what = "memory of a scan of 5000 distributions"
        return [
            Row(f"{what}, peak", megabytes["ours"][0], "MiB", target=2),
            Row(f"{what}, kept", megabytes["ours"][1], "MiB"),
            Row(
                f"{what}, peak",
                megabytes["ours"][0],
                "MiB",
                reference=megabytes["stdlib"][0],
                against="importlib.metadata",
            ),
        ]

    def autoload(self):
        """Measure the start of an interpreter, with and without the distribution that connects."""
        project = ROOT / "plugins" / "keras-serializable-autoload"
        if not project.exists():
            return []
        self._report("interpreter start")
        empty = {"empty.pth": "import empty\n", "empty.py": ""}
        make = self._laboratory.bare_environment
        pythons = {
            "bare": make("bare"),
            "bare_again": make("bare_again"),
            "empty": make("empty", files=empty),
            "autoload": make("autoload", project),
        }
        results = interleave(
            {name: lambda python=python: start_up(python) for name, python in pythons.items()},
            self._rounds(400),
            warm_up=5,
        )
        results = {name: Figures(values) for name, values in results.items()}
        return [
            Row(
                what,
                results[name],
                "ms",
                reference=results["bare"],
                against="bare interpreter",
                target=target,
            )
            for what, name, target in (
                ("interpreter start with autoload", "autoload", 1.02),
                ("the same with a .pth file that imports an empty module", "empty", None),
                ("the same with neither, as a control", "bare_again", None),
            )
        ]

    def models(self):
        """Measure loading models with Keras."""
        if importlib.util.find_spec("keras") is None:
            return []
        environment = environments.lay_layers(self._laboratory.work / "environments", 1000)
        with tempfile.TemporaryDirectory(dir=self._laboratory.work) as folder:
            self._report("models, saving")
            self._json("models.py", "make", folder, "0", environment)
            self._report("models, loading")
            plain = self._json("models.py", "plain", folder, str(self._rounds(9)), environment)
            custom = interleave(
                {
                    task: lambda task=task: self._json("models.py", task, folder, "1", environment)
                    for task in ("imported", "discovered")
                },
                self._rounds(7),
            )
        seconds = {name: Figures(each).scaled(1e-9) for name, each in {**plain, **custom}.items()}

        def row(what, ours, reference, against, target=None):
            return Row(
                what,
                seconds[ours],
                "s",
                reference=seconds[reference],
                against=against,
                target=target,
                noise=target is not None,
            )

        what = "load 1000 layers"
        return [
            row(f"{what}, connected", "connected", "unconnected", "plain Keras", 1),
            row(f"{what}, plain Keras, a control", "unconnected_again", "unconnected", "itself"),
            row("load 1000 custom layers", "discovered", "imported", "plugin imported", 1),
        ]

    def _environment(self, distributions, plugins=10, keys=10):
        return environments.lay(
            self._laboratory.work / "environments", distributions, plugins, keys
        )

    def _rounds(self, number):
        return max(3, round(number * self._effort))

    def _probes(self, task, contenders, environment, rounds):
        actions = {
            name: lambda name=name: self._laboratory.probe(name, task, KEY, environment)
            for name in contenders
        }
        return interleave(actions, self._rounds(rounds))

    def _json(self, name, *arguments):
        *arguments, environment = arguments
        command = [script(name), *arguments]
        return json.loads(self._laboratory.run([*command, *self._laboratory.path(environment)]))


def script(name):
    """Return the path of a script of this directory."""
    return str(Path(__file__).with_name(name))


def _times(results):
    """Return the milliseconds until the task was done, from what probes printed."""
    return Figures(numbers[1] for numbers in results).scaled(MILLI)
