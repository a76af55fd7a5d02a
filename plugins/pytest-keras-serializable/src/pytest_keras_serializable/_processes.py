"""The processes of the suite: each task gets one that has imported nothing of a plugin."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

FORK = "fork"
FRESH = "fresh"
# `python -c` puts the working directory on the path, where the project may lie uninstalled.
START = "import sys; sys.path[:] = [each for each in sys.path if each]; "
ZYGOTE = f"{START}from pytest_keras_serializable._process import zygote; zygote.main()"
TASK = f"{START}from pytest_keras_serializable._process import tasks; tasks.main()"
QUIET = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # The next process reuses what an earlier one has compiled.
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}
"""Tiny models need no accelerator. What the environment says already stays."""


class ProcessFailure(Exception):  # noqa: N818 -- the word for what a process ends with
    """A process ended without a result; the text says how."""


def usual_way() -> str:
    """Return how processes are started here: on macOS forked ones cannot use all libraries."""
    return FORK if hasattr(os, "fork") and sys.platform != "darwin" else FRESH


def default_keras() -> str:
    """Return the module of the Keras to test with, empty if none is installed."""
    legacy = os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in {"1", "true"}
    name = "tf_keras" if legacy else "keras"
    return name if importlib.util.find_spec(name) else ""


class Processes:
    """Carries out tasks, each in a process of its own.

    Args:
        folder: Where results, outputs and model files go.
        way: `fork` or `fresh`.
        keras: The module of the Keras to test with, or nothing.
        time_limit: How many seconds a process may take.
    """

    def __init__(self, folder: Path, way: str, keras: str, time_limit: float) -> None:
        self.folder = folder
        self.keras = keras
        self._way = way
        self._time_limit = time_limit
        self._numbers = itertools.count()
        self._zygote: subprocess.Popen[str] | None = None

    def run(self, task: dict[str, Any]) -> dict[str, Any]:
        """Return the result of a task."""
        number = next(self._numbers)
        result, output = self.folder / f"{number}.json", self.folder / f"{number}.txt"
        task = {
            **task,
            "keras": self.keras,
            "time_limit": self._time_limit,
            "result": str(result),
            "output": str(output),
        }
        answer = self._fork(task) if self._way == FORK else self._start(task)
        if answer["timed_out"]:
            message = f"took longer than {self._time_limit:g} seconds{_end_of(output)}"
            raise ProcessFailure(message)
        if not result.exists():
            message = f"ended with status {answer['status']}{_end_of(output)}"
            raise ProcessFailure(message)
        found: dict[str, Any] = json.loads(result.read_text("utf-8"))
        if "crashed" in found:
            message = f"failed:\n{found['crashed']}"
            raise ProcessFailure(message)
        return found

    def _fork(self, task: dict[str, Any]) -> dict[str, Any]:
        if self._zygote is None:
            with (self.folder / "zygote.txt").open("wb") as output:
                self._zygote = subprocess.Popen(  # noqa: S603 -- our own code
                    [sys.executable, "-c", ZYGOTE, self.keras],
                    env=self._environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=output,
                    text=True,
                    encoding="utf-8",
                )
        zygote = self._zygote
        assert zygote.stdin is not None  # noqa: S101 -- for type checkers
        assert zygote.stdout is not None  # noqa: S101 -- for type checkers
        with contextlib.suppress(BrokenPipeError):
            zygote.stdin.write(json.dumps(task) + "\n")
            zygote.stdin.flush()
        line = zygote.stdout.readline()
        if not line:
            message = f"cannot be started{_end_of(self.folder / 'zygote.txt')}"
            raise ProcessFailure(message)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self, task: dict[str, Any]) -> dict[str, Any]:
        with Path(task["output"]).open("wb") as output:
            try:
                done = subprocess.run(  # noqa: S603 -- our own code
                    [sys.executable, "-c", TASK],
                    env=self._environment(),
                    input=json.dumps(task).encode(),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=self._time_limit,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return {"timed_out": True, "status": None}
        return {"timed_out": False, "status": done.returncode}

    def _environment(self) -> dict[str, str]:
        cache = {"JAX_COMPILATION_CACHE_DIR": str(self.folder / "compiled")}
        return {**QUIET, **cache, **os.environ}

    def close(self) -> None:
        """End the zygote."""
        if self._zygote is None:
            return
        for stream in (self._zygote.stdin, self._zygote.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._zygote.wait(10)
        self._zygote = None


def _end_of(output: Path) -> str:
    """Return the last lines of what a process has printed."""
    try:
        lines = output.read_text("utf-8", errors="replace").strip().splitlines()[-_LINES:]
    except OSError:
        return ""
    return ":\n" + "\n".join(lines) if lines else ""


_LINES = 15
