"""Load models that real add-on libraries have saved: plainly, after an import, and with a table.

    python run.py ENVIRONMENT [--json FILE] [NAME ...]

runs in an environment of `libraries.toml`, with the core and the environment's libraries installed.
Each model is loaded in three ways, each in a process of its own:

- plain: nothing imported but Keras.
- import: after importing the modules that the library's table names.
- table: connected, nothing imported, beside a distribution that holds the table and nothing else.

The exit status is 1 if a model loads plainly or after the import, and not with its table, or if a
process ends before it has tried: because something is not installed, say.
"""

# ruff: noqa: T201 -- a command prints
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import tomllib

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent))

from distributions import GROUP, install  # noqa: E402 -- a module of the tests

WAYS = ("plain", "import", "table")
LIBRARIES = tomllib.loads((_HERE / "libraries.toml").read_text())
SECONDS = 300
_UNTRIED = {"breaks off", "hangs"}
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}


def table(name: str) -> dict[str, str]:
    """Return the entry points of a library."""
    content = tomllib.loads((_HERE / "tables" / f"{name}.toml").read_text())
    return dict(content["project"]["entry-points"][GROUP])


def load(name: str, file: Path, way: str, site: Path) -> dict[str, Any]:
    """Load a model of a library in one way, with the library's table in `site`."""
    environment, _, *backend = LIBRARIES["libraries"][name]
    details = LIBRARIES["environments"][environment]
    modules = [value.partition(":")[0] for value in table(name).values()]
    job = {
        "keras": details.get("keras", "keras"),
        "file": str(file),
        "values": str(_HERE / "values" / f"{name}.npz"),
        "imports": list(dict.fromkeys(modules)) if way == "import" else [],
        "connect": way == "table",
        "is_random": name in LIBRARIES["random"],
    }
    variables = {
        **os.environ,
        **_QUIET,
        **details.get("variables", {}),
        "KERAS_BACKEND": backend[0] if backend else "tensorflow",
        "PYTHONPATH": str(site) if way == "table" else "",
    }
    command = [sys.executable, str(_HERE / "load.py"), json.dumps(job)]
    try:
        done = subprocess.run(
            command, env=variables, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"result": "hangs", "message": f"nothing after {SECONDS} s"}
    if done.returncode:
        return {"result": "breaks off", "message": done.stderr[-3000:]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run(names: list[str], folder: Path) -> dict[str, dict[str, Any]]:
    """Load every model of some libraries; return the outcome of each way, by file name."""
    jobs = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name in names:
            site = folder / name
            install(site, f"table-of-{name}", "1", table(name))
            for file in sorted((_HERE / "models").glob(f"{name}.*")):
                for way in WAYS:
                    jobs[file.name, way] = pool.submit(load, name, file, way, site)
    results: dict[str, dict[str, Any]] = {}
    for (file_name, way), job in jobs.items():
        results.setdefault(file_name, {})[way] = job.result()
    return results


def falls_short(outcomes: dict[str, Any]) -> bool:
    """Return whether a model loads plainly or after an import, and not with its table.

    A way that was not tried counts too.
    """
    results = {way: outcomes[way]["result"] for way in WAYS}
    if _UNTRIED & set(results.values()):
        return True
    return "loads" in results.values() and results["table"] != "loads"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("environment", choices=LIBRARIES["environments"])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every outcome there")
    arguments = parser.parse_args()
    names = [
        name
        for name, (environment, *_) in LIBRARIES["libraries"].items()
        if environment == arguments.environment and name in (arguments.names or [name])
    ]
    with tempfile.TemporaryDirectory() as folder:
        results = run(names, Path(folder))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    print(f"{arguments.environment}:\n{'':32}" + "".join(f"{way:16}" for way in WAYS))
    for file_name, outcomes in results.items():
        cells = "".join(f"{outcomes[way]['result']:16}" for way in WAYS)
        print(f"{file_name:32}{cells}{'FALLS SHORT' if falls_short(outcomes) else ''}")
    short = [file_name for file_name, outcomes in results.items() if falls_short(outcomes)]
    for file_name in short:
        for way in WAYS:
            message = results[file_name][way].get("message", "")
            print(f"\n{file_name}, {way}: {results[file_name][way]['result']}\n{message[-1500:]}")
    sys.exit(bool(short))


if __name__ == "__main__":
    main()
