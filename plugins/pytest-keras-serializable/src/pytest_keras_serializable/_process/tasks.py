"""Tasks: what one process finds out about one key, as JSON.

`study` looks a key up first of all, checks its object, and saves tiny models with it. `load` loads
them. `precede` imports other modules first. Each task runs in a process of its own.
"""

from __future__ import annotations

import importlib
import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras_serializable

from pytest_keras_serializable._findings import Finding, Inapplicable
from pytest_keras_serializable._process.configs import check_config
from pytest_keras_serializable._process.files import FORMATS, load, record, save
from pytest_keras_serializable._process.instances import make_example
from pytest_keras_serializable._process.kerases import Keras
from pytest_keras_serializable._process.lookup import Lookup, check_saved_name
from pytest_keras_serializable._process.models import make_model
from pytest_keras_serializable._process.sources import place_of
from pytest_keras_serializable.checks import CONFIG, FILES, LOADS, NAME

if TYPE_CHECKING:
    from collections.abc import Callable

Result = dict[str, Any]


def perform(task: dict[str, Any]) -> None:
    """Carry a task out and write its result, or how it failed, into the task's file."""
    try:
        result = TASKS[task["task"]](task)
    except BaseException:  # noqa: BLE001 -- the result is all that the process leaves behind
        result = {"crashed": traceback.format_exc()}
    Path(task["result"]).write_text(json.dumps(result, default=str), encoding="utf-8")


class _Outcomes:
    """What each check of a task came to."""

    def __init__(self) -> None:
        self.findings: dict[str, dict[str, str]] = {}
        self.skips: dict[str, str] = {}

    def run(self, check: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a check; return what it returns, `None` if it failed or does not apply."""
        try:
            return function(*arguments)
        except Finding as finding:
            self.findings[check] = finding.to_json()
        except Inapplicable as reason:
            self.skips[check] = str(reason)
        return None

    def fill(self, checks: list[str]) -> None:
        """Skip all checks but the first, because the first one failed or was skipped."""
        first, *others = checks
        for other in others:
            if first in self.findings:
                self.skips[other] = f"{first} failed"
            elif first in self.skips:
                self.skips[other] = self.skips[first]

    def result(self, **others: Any) -> Result:
        """Return the result of the task."""
        return {"findings": self.findings, "skips": self.skips, **others}


def study(task: dict[str, Any]) -> Result:
    """Look a key up and check its object."""
    outcomes = _Outcomes()
    lookup = Lookup(task)
    outcomes.run(LOADS, lookup.find)
    about: Result = {"modules": lookup.modules, "seconds": lookup.seconds}
    if task["is_package"]:
        about["registered"] = _registered(task)
        if not about["registered"] and not outcomes.findings:
            outcomes.run(LOADS, lookup.refuse_empty)
        return outcomes.result(**about)
    if lookup.found is None:
        outcomes.fill([LOADS, NAME, CONFIG, *FILES])
        return outcomes.result(**about)
    found = lookup.found
    about["place"] = task["place"] = place_of(found, task["root"])
    outcomes.run(NAME, check_saved_name, lookup)
    if outcomes.findings:
        outcomes.fill([NAME, CONFIG, *FILES])
    else:
        _study_object(task, found, outcomes)
    return outcomes.result(**about)


def _study_object(task: dict[str, Any], found: Any, outcomes: _Outcomes) -> None:
    """Check the config of an object, and save tiny models with it."""
    keras = Keras(task["keras"]) if task["keras"] else None
    keras_serializable.connect()
    example = outcomes.run(CONFIG, make_example, task, found)
    if example is None:
        outcomes.fill([CONFIG, *FILES])
        return
    outcomes.run(CONFIG, check_config, task, found, example, keras)
    if keras is None:
        outcomes.skips |= dict.fromkeys(FILES, "Keras is not installed")
        return
    tiny = outcomes.run(FILES[0], make_model, task, found, lambda: make_example(task, found), keras)
    if tiny is None:
        outcomes.fill(FILES)
        return
    for check, suffix in zip(FILES, FORMATS, strict=True):
        outcomes.run(check, save, task, found, tiny, suffix)
    record(task, keras_serializable.get_registered_name(found), tiny, keras)


def _registered(task: dict[str, Any]) -> list[str]:
    """Return the keys of the package that the import of its module has registered."""
    prefix = f"{task['key']}>"
    names = set(keras_serializable.get_custom_objects())
    if task["keras"]:
        names |= set(Keras(task["keras"]).function("get_custom_objects")())
    return sorted(name for name in names if name.startswith(prefix))


def load_files(task: dict[str, Any]) -> Result:
    """Load the saved models of a key."""
    outcomes = _Outcomes()
    keras = Keras(task["keras"])
    for check, suffix in zip(FILES, FORMATS, strict=True):
        if check in task["checks"]:
            outcomes.run(check, load, task, suffix, keras)
    return outcomes.result()


def precede(task: dict[str, Any]) -> Result:
    """Find the first of several modules whose import makes the import of a module work."""
    for other in task["others"]:
        try:
            importlib.import_module(other)
        except Exception:  # noqa: BLE001, S112 -- it has checks of its own
            continue
        try:
            importlib.import_module(task["module"])
        except Exception:  # noqa: BLE001, S112 -- the next module may help
            continue
        return {"after": other}
    return {"after": None}


TASKS: dict[str, Callable[[dict[str, Any]], Result]] = {
    "study": study,
    "load": load_files,
    "precede": precede,
}


def main() -> None:
    """Carry out the task on standard input, in a process that was started for it."""
    perform(json.load(sys.stdin))
