"""Measure the scan on real libraries: what it finds, compared with what an import registers.

    python scans.py ENVIRONMENT [--json FILE] [--write] [NAME ...]

runs in an environment of `libraries.toml`, where the libraries and `keras-serializable-build` are
installed. The right keys of a library are those that Keras holds after the import of each of its
modules. A key of the static scan is right if its value is the registered object itself. The values
of static scan, imports and model files together are resolved once more, in a process of its own.

The exit status is 1 if the values of the static scan, or those of all sources together, are wrong
about a key, or if the static scan lacks a key whose object has a name.
"""

# ruff: noqa: T201 -- a command prints
from __future__ import annotations

import argparse
import copy
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import page
from run import SETTINGS, Run

from keras_serializable_build import Kind, ScanResult
from keras_serializable_build._importing import IMPORT, add_imported
from keras_serializable_build._installed import read_distribution
from keras_serializable_build._model_files import add_model
from keras_serializable_build._probe import registered, resolve
from keras_serializable_build._scan.scan import scan_library

_README = Path(__file__).parents[2] / "plugins" / "keras-serializable-build" / "README.md"
_BEGIN, _END = "<!-- begin: written by `nox -s scans` -->", "<!-- end -->"
_HEADINGS = ("library", "modules", "seconds", "keys", "right", "wrong", "missing", "bare keys")
SECONDS = 120  # for the import of one module

Figures = dict[str, Any]


def measure(run: Run) -> Figures:
    """Return the figures of a library, and the keys that are wrong or missing."""
    os.environ.update(run.variables)  # for the processes that import the library
    library = read_distribution(run.library)
    scan_library(library)  # so that the files are in memory
    started = time.process_time()  # other processes of the machine do not count
    static = scan_library(library)
    seconds = time.process_time() - started
    combined = copy.deepcopy(static)
    add_imported(combined, library, [], SECONDS)
    imported = {key: each for key, each in combined.entries.items() if IMPORT in each.sources}
    wrong = _replaced(static, imported)
    new = [told for told in combined.unresolved if told not in static.unresolved]
    for file in run.files():
        if file.suffix == ".keras":
            add_model(combined, library, file)
    return {
        "modules": static.modules,
        "seconds": round(seconds, 2),
        "keys": len(imported),
        "right": sum(key in static.entries for key in imported) - len(wrong),
        "wrong": wrong,
        "missing": sorted(key for key in imported if key not in static.entries),
        "bare keys": len(static.bare),
        "no name": sorted(told.reason for told in new if told.kind is Kind.NOT_NAMED),
        "left out": sorted(told.reason for told in new if told.kind is Kind.NOT_RUN),
        "modules not imported": sum(told.kind is Kind.NOT_READ for told in new),
        "combined": len(combined.entries),
        "combined wrong": _resolve_elsewhere(combined.entry_points),
    }


def _replaced(static: ScanResult, imported: dict[str, Any]) -> dict[str, str]:
    """Return the keys whose static values an import has replaced, each with the value of both."""
    return {
        key: f"{static.entries[key].value} is {each.value}"
        for key, each in sorted(imported.items())
        if each.sources == (IMPORT,)
        and key in static.entries
        and each.value not in static.entries[key].others
    }


def _resolve_elsewhere(table: dict[str, str]) -> dict[str, str]:
    """Return what `resolve_all` returns in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--resolve"],
        input=json.dumps(table),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def resolve_all(table: dict[str, str]) -> dict[str, str]:
    """Return the keys whose values do not lead to what Keras holds after their import."""
    wrong: dict[str, str] = {}
    for key, value in table.items():
        module = value.partition(":")[0]
        try:
            importlib.import_module(module)
        except BaseException:  # noqa: BLE001, S112 -- it needs what is not installed here
            continue
        known = registered()
        _, obj = known.get(key, ("", None))
        if obj is None and not any(name.startswith(f"{key}>") for name in known):
            wrong[key] = f"the import of {module} does not register it"
        elif ":" in value and resolve(value) is not obj:
            wrong[key] = f"{value} is not the registered object"
    return wrong


def is_sound(figures: Figures) -> bool:
    """Return whether no key is wrong or missing."""
    return not (figures["wrong"] or figures["missing"] or figures["combined wrong"])


def write(name: str, figures: Figures) -> None:
    """Write the row of a library into the table of the README."""
    before, _, rest = _README.read_text().partition(_BEGIN)
    former, _, after = rest.partition(_END)
    rows = {cells[0]: cells for cells in page.read_rows(former, _HEADINGS)}
    values = (figures[heading] for heading in _HEADINGS[1:])
    told = (str(len(each)) if isinstance(each, (list, dict)) else str(each) for each in values)
    rows[name] = [name, *told]
    lines = page.show_table(_HEADINGS, [rows[each] for each in sorted(rows)])
    _README.write_text("\n".join([f"{before}{_BEGIN}", "", *lines, "", f"{_END}{after}"]))


def main() -> None:
    """Run the command."""
    if sys.argv[1:] == ["--resolve"]:
        print("\n" + json.dumps(resolve_all(json.load(sys.stdin))))
        return
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("environment", choices=SETTINGS["environments"])
    parser.add_argument("names", nargs="*", metavar="NAME", help="libraries, all if none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--write", action="store_true", help="write the table of the README")
    arguments = parser.parse_args()
    results: dict[str, Figures] = {}
    for name, settings in SETTINGS["runs"].items():
        if settings["environment"] == arguments.environment:
            run = Run(name)
            if arguments.names and not {name, run.library} & {*arguments.names}:
                continue
            results[name] = measure(run)
            print(name, json.dumps(results[name]), flush=True)
            if arguments.write:
                write(name, results[name])
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    sys.exit(not all(map(is_sound, results.values())))


if __name__ == "__main__":
    main()
