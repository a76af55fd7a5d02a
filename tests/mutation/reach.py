"""A pytest plugin: which functions of the mutated file each test reaches, to run those tests alone.

With ``MUTATION_RECORD`` it records that; with ``MUTATION_FUNCTION``, the first line of a function,
it runs the tests that reach it, the quickest first. What processes and threads of a test reach is
not seen, so tests that start some are always run.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

_FILE = os.environ["MUTATION_FILE"]
_REACHED = Path(os.environ["MUTATION_REACHED"])
_RECORDING = "MUTATION_RECORD" in os.environ
# What is recorded for a test whose name changes with each run.
_UNKNOWN = {"functions": [], "seconds": 0, "spawns": True}
_SPAWNING = ("subprocess.Popen", "os.fork", "os.posix_spawn", "_thread.start_new_thread")

_record: dict[str, dict[str, object]] = {}
_functions: set[int] = set()  # by first line, of the test that runs, or of what is imported before
_spawned: list[str] = []


def _watch_calls(frame: object, event: str, _argument: object) -> None:
    if event == "call" and frame.f_code.co_filename == _FILE:
        _functions.add(frame.f_code.co_firstlineno)


def _watch_spawning(event: str, _arguments: object) -> None:
    if event in _SPAWNING:
        _spawned.append(event)


if _RECORDING:
    sys.setprofile(_watch_calls)
    sys.addaudithook(_watch_spawning)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Record what a test reaches, its fixtures included."""
    if not _RECORDING:
        return (yield)
    _record.setdefault("", {"functions": sorted(_functions)})  # reached before any test
    _functions.clear()
    _spawned.clear()
    start = time.perf_counter()
    try:
        return (yield)
    finally:
        _record[item.nodeid] = {
            "functions": sorted(_functions),
            "seconds": time.perf_counter() - start,
            "spawns": bool(_spawned),
        }


def pytest_sessionfinish():
    """Keep what was recorded."""
    if _RECORDING:
        sys.setprofile(None)
        _REACHED.write_text(json.dumps(_record), encoding="utf-8")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Keep the tests that can notice the mutation, the quickest first."""
    if _RECORDING:
        return
    reached = json.loads(_REACHED.read_text(encoding="utf-8"))
    function = int(os.environ.get("MUTATION_FUNCTION") or 0)
    if function and function not in reached[""]["functions"]:
        items[:] = [item for item in items if _notices(function, _known(reached, item))]
    items.sort(key=lambda item: _known(reached, item)["seconds"])


def _notices(function, known):
    return function in known["functions"] or known["spawns"]


def _known(reached, item):
    return reached.get(item.nodeid, _UNKNOWN)
