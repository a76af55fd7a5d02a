"""What the tests share: a run of pytest on distributions that are on disk."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

TAGS = {"failure": "failed", "error": "error", "skipped": "skipped"}


class Run:
    """A run of pytest that has ended: the outcome and the text of each of its tests."""

    def __init__(self, done, report):
        self.status = done.returncode
        self.output = done.stdout + done.stderr
        self.outcomes = {}
        self.texts = {}
        for case in ET.parse(report).iter("testcase") if report.exists() else ():  # noqa: S314 -- our own
            name = case.get("name")
            (told, *_) = [child for child in case if child.tag in TAGS] or [None]
            self.outcomes[name] = "passed" if told is None else TAGS[told.tag]
            self.texts[name] = "" if told is None else f"{told.text or ''}{told.get('message')}"

    def of(self, key):
        """Return the outcome of each check of a key or distribution."""
        found = {}
        for name, outcome in self.outcomes.items():
            check, _, rest = name.partition("[")
            if rest == f"{key}]":
                found[check] = outcome
        return found

    def failures(self, key):
        """Return the checks of a key or distribution that have failed."""
        return {check for check, outcome in self.of(key).items() if outcome == "failed"}


@pytest.fixture(scope="session")
def run_suite(tmp_path_factory):
    """Return a function that runs pytest in a new project, beside a folder of distributions."""

    def run(site, options, *arguments, files=(), plain=(), before="", **variables):
        root = tmp_path_factory.mktemp("project")
        lines = [f"keras_serializable_{name} = {value!r}" for name, value in options.items()]
        lines += [f"{name} = {value!r}" for name, value in dict(plain).items()]
        text = "\n".join([before, "[tool.pytest.ini_options]", *lines])
        (root / "pyproject.toml").write_text(text, encoding="utf-8")
        for name, text in dict(files).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        kept = {
            name: value for name, value in os.environ.items() if not re.match("PYTEST|COV", name)
        }
        path = os.pathsep.join([str(site), *filter(None, [kept.get("PYTHONPATH")])])
        command = [sys.executable, "-m", "pytest", "-rA", "--junit-xml=report.xml", *arguments]
        done = subprocess.run(
            command,
            cwd=root,
            env={"KERAS_BACKEND": "jax", **kept, "PYTHONPATH": path, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        return Run(done, root / "report.xml")

    return run
