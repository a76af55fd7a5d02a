"""Keras' own saving tests, with and without `connect()`: the results have to be equal.

    python downstream.py [--json FILE] [--tests FOLDER]

runs in an environment that has Keras, pytest and the core. The tests come from the source
distribution of the installed Keras. Many releases ship none: for these, `--tests` names a folder
with the test files of a checkout.
"""

# ruff: noqa: T201 - a command prints.
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree as ET

_HERE = Path(__file__).parent
_SUITES = ("src/saving", "src/legacy/saving", "src/models/cloning_test.py")


def fetch(distribution: str, folder: Path) -> Path:
    """Return the source distribution of `keras` or `tf_keras`, as installed, unpacked."""
    version = metadata.version(distribution)
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:")
    requirement = f"{distribution}=={version}"
    subprocess.run([*pip, "--dest", str(folder), requirement], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # none before 3.11.4
        packed.extractall(folder)  # noqa: S202 -- with this filter
    return folder / archive.name.removesuffix(".tar.gz")


def start(
    source: Path, suites: list[str], plugin: str | None, report: Path
) -> subprocess.Popen[str]:
    """Start the tests, with a pytest plugin or without; they leave a report."""
    options = ["-p", plugin] if plugin else []
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options)
    return subprocess.Popen(
        [*command, f"--junitxml={report}", *suites],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(_HERE), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def results(report: Path) -> dict[str, str]:
    """Return the result of each test from a JUnit report."""
    found = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest's own report.
        bad = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        found[f"{case.get('classname')}::{case.get('name')}"] = bad[0] if bad else "passed"
    return found


def main() -> None:
    """Run the tests in both ways, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="where to write every result")
    parser.add_argument("--tests", type=Path, help="a folder with the tests to run instead")
    arguments = parser.parse_args()
    distribution = "tf_keras" if os.environ.get("MATRIX_KERAS") == "tf_keras" else "keras"
    title = f"{distribution} {metadata.version(distribution)}"
    with tempfile.TemporaryDirectory() as folder:
        if arguments.tests:
            source, suites = arguments.tests.resolve(), ["."]
        else:
            source = fetch(distribution, Path(folder))
            every = [f"{distribution}/{suite}" for suite in _SUITES]
            suites = [suite for suite in every if any(_tests(source / suite))]
        if not suites:
            print(f"{title}: its source distribution contains no saving tests")
            return
        reports = {plugin: Path(folder, f"{plugin}.xml") for plugin in (None, "connected")}
        running = {
            plugin: start(source, suites, plugin, report) for plugin, report in reports.items()
        }
        output = {plugin: process.communicate()[0] for plugin, process in running.items()}
        for plugin, report in reports.items():
            if not report.exists():
                sys.exit(f"pytest broke off:\n{output[plugin]}")
        without, connected = (results(report) for report in reports.values())
    for name, found in (("without us", without), ("connected", connected)):
        print(f"{title}, {name}: {len(found)} tests, {dict(Counter(found.values()))}")
    unequal = {
        test: (without.get(test), connected.get(test))
        for test in sorted(without.keys() | connected.keys())
        if without.get(test) != connected.get(test)
    }
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        both = {"title": title, "without": without, "connected": connected}
        arguments.json.write_text(json.dumps(both, indent=1, sort_keys=True))
    for test, (before, after) in unequal.items():
        print(f"UNEQUAL {test}: {before} without us, {after} connected")
    if unequal:
        sys.exit(output["connected"][-8000:])
    print(f"{title}: equal")


def _tests(suite: Path) -> list[Path]:
    return [suite] if suite.is_file() else list(suite.glob("*_test.py"))


if __name__ == "__main__":
    main()
