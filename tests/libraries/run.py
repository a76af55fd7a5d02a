"""Check the adapters: load models of real libraries after an import, and with adapters alone.

    python run.py ENVIRONMENT [--json FILE] [--write] [--no-import] [NAME ...]

runs in an environment of `libraries.toml`, in which the core, the adapters,
`keras-serializable-build` and the environment's libraries are installed. For each library

- a scan of its source, and of what importing its modules registers, is compared with its table in
  `plugins/keras-serializable-adapters/libraries`;
- each model is loaded in two ways, each in a process of its own: after importing the modules in
  which its keys stand, and connected, with nothing imported. Predictions are compared with the one
  from before the model was saved.

The exit status is 1 if a file differs from the scan, or if a model loads after the import and not
with the adapters. It is 1 too if a process ends before it has tried: because something is not
installed, say.
"""

# ruff: noqa: T201 -- a command prints
from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import page
import tomllib

from keras_serializable.model_files import read_model
from keras_serializable_build import compare

_HERE = Path(__file__).parent
_TABLES = _HERE.parents[1] / "plugins" / "keras-serializable-adapters" / "libraries"
_PAGE = _HERE.parents[1] / "docs" / "libraries.md"
WAYS = ("import", "adapters")
SETTINGS = tomllib.loads((_HERE / "libraries.toml").read_text())
SECONDS = 300
_UNTRIED = {"breaks off", "hangs"}
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}


class Run:
    """One library in one environment.

    Args:
        name: Its name in `libraries.toml`.
    """

    def __init__(self, name: str) -> None:
        settings = SETTINGS["runs"][name]
        details = SETTINGS["environments"][settings["environment"]]
        self.name = name
        self.library: str = settings.get("library", name)
        self.version: str = settings["install"].partition("==")[2]
        self.models: list[str] = settings.get("models", [name])
        self.is_random: bool = settings.get("random", False)
        self.keras: str = details.get("keras", "keras")
        self.table = _TABLES / f"{self.library}.toml"
        content = tomllib.loads(self.table.read_text())
        root = "tf_keras" if self.keras == "tf_keras" else "keras"
        self.keys: dict[str, str] = {**content["keys"], **content.get("keys-for", {}).get(root, {})}
        self.variables = {
            **os.environ,
            **_QUIET,
            **details.get("variables", {}),
            "KERAS_BACKEND": settings.get("backend", "tensorflow"),
        }

    def files(self) -> list[Path]:
        """Return the models of the library."""
        return [file for name in self.models for file in sorted(_models().glob(f"{name}.*"))]

    def differences(self, *, imports: bool) -> str:
        """Return in which lines the table differs from what the library registers."""
        os.environ.update(self.variables)  # for the process that imports the library
        # A library with keys for two Kerases cannot be imported whole beside one of them.
        imports = imports and self.name == self.library
        models = [file for file in self.files() if file.suffix == ".keras"]
        return compare(self.library, self.keys, models, imports=imports, time_limit=SECONDS)

    def load(self, file: Path, way: str) -> dict[str, Any]:
        """Load a model in one way."""
        job = {
            "keras": self.keras,
            "file": file.name,
            "values": str(_HERE / "values" / f"{file.stem}.npz"),
            "imports": self.modules(file) if way == "import" else [],
            "connect": way == "adapters",
            "is_random": self.is_random,
        }
        command = [sys.executable, str(_HERE / "load.py"), json.dumps(job)]
        try:
            # In the folder of the models: one of them names a further file.
            done = subprocess.run(
                command,
                cwd=_models(),
                env=self.variables,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"result": "hangs", "message": f"nothing after {SECONDS} s"}
        if done.returncode:
            return {"result": "breaks off", "message": done.stderr[-3000:]}
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def modules(self, file: Path) -> list[str]:
        """Return the modules in which the table has the keys of a file."""
        found = []
        for custom in read_model(file).objects:
            value = self.keys.get(custom.key) or self.keys.get(custom.package or "")
            found += [value.partition(":")[0]] if value else []
        return list(dict.fromkeys(found))


def _models() -> Path:
    return _HERE / "models"


def load_all(runs: list[Run]) -> dict[str, dict[str, dict[str, Any]]]:
    """Load every model of some libraries; return the outcome of each way, by run and file."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {
            (run.name, file.name, way): pool.submit(run.load, file, way)
            for run in runs
            for file in run.files()
            for way in WAYS
        }
    results: dict[str, dict[str, dict[str, Any]]] = {}
    for (name, file, way), job in jobs.items():
        results.setdefault(name, {}).setdefault(file, {})[way] = job.result()
    return results


def falls_short(outcomes: dict[str, Any]) -> bool:
    """Return whether a model loads after an import and not with adapters, or was not tried."""
    results = {way: outcomes[way]["result"] for way in WAYS}
    if _UNTRIED & set(results.values()):
        return True
    return results["import"] == "loads" and results["adapters"] != "loads"


def report(results: dict[str, dict[str, dict[str, Any]]], differences: dict[str, str]) -> bool:
    """Print the outcomes and what is wrong with them; return whether nothing is."""
    print(f"{'':32}" + "".join(f"{way:16}" for way in WAYS))
    files = {name: each for run in results.values() for name, each in run.items()}
    for name, outcomes in files.items():
        cells = "".join(f"{outcomes[way]['result']:16}" for way in WAYS)
        print(f"{name:32}{cells}{'FALLS SHORT' if falls_short(outcomes) else ''}")
    short = {name: outcomes for name, outcomes in files.items() if falls_short(outcomes)}
    for name, outcomes in short.items():
        for way in WAYS:
            message = outcomes[way].get("message", "")
            print(f"\n{name}, {way}: {outcomes[way]['result']}\n{message[-1500:]}")
    for name, lines in differences.items():
        if lines:
            print(f"\nThe table of {name} differs from what the library registers:\n{lines}")
    return not short and not any(differences.values())


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("environment", choices=SETTINGS["environments"])
    parser.add_argument("names", nargs="*", metavar="NAME", help="libraries, all if none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every outcome there")
    parser.add_argument("--write", action="store_true", help="write the docs' table, and the dates")
    parser.add_argument("--no-import", action="store_true", help="scan the sources alone")
    arguments = parser.parse_args()
    runs = [
        Run(name)
        for name, settings in SETTINGS["runs"].items()
        if settings["environment"] == arguments.environment
        and (not arguments.names or {name, settings.get("library", name)} & {*arguments.names})
    ]
    differences = {run.library: run.differences(imports=not arguments.no_import) for run in runs}
    results = load_all(runs)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        outcomes = {"differences": differences, "results": results}
        arguments.json.write_text(json.dumps(outcomes, indent=1) + "\n")
    is_sound = report(results, differences)
    if arguments.write:
        today = dt.datetime.now(dt.timezone.utc).date().isoformat()
        tried = [page.Tried(run.library, run.version, today, results[run.name]) for run in runs]
        for run, each in zip(runs, tried, strict=True):
            if run.name == run.library:  # one run of each library is told in its file
                page.record(run.table, each)
        page.write(_PAGE, _TABLES, tried)
    sys.exit(not is_sound)


if __name__ == "__main__":
    main()
