"""The zygote: a process that imports Keras once and forks for each task.

It reads tasks from standard input, a line of JSON each, and answers each with a line on standard
output once its process has ended. Nothing of a plugin is ever imported here.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

from pytest_keras_serializable._process import tasks


def main() -> None:
    """Import Keras, then carry out tasks until standard input ends."""
    # JAX warns at each fork because it has threads; none of them runs before its first computation.
    warnings.filterwarnings("ignore", message=".*fork.*", category=RuntimeWarning)
    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
    keras = sys.argv[1]
    if keras:
        importlib.import_module(keras)
    # The memory of what is imported stays shared with the processes: they do not touch it.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        answer = _carry_out(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _carry_out(task: dict[str, Any]) -> dict[str, Any]:
    """Fork for a task; return how its process ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(task, reading)
    os.close(writing)
    # The pipe ends when the process does: only the process has the other side.
    ended, _, _ = select.select([reading], [], [], task["time_limit"])
    os.close(reading)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return {"timed_out": not ended, "status": os.waitstatus_to_exitcode(status)}


def _become(task: dict[str, Any], reading: int) -> None:
    """Turn the forked process into that of the task; never return."""
    os.close(reading)
    with Path(os.devnull).open("rb") as nothing, Path(task["output"]).open("wb") as output:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    tasks.perform(task)
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of a backend do not hinder the end, and nobody needs an orderly one.
    os._exit(0)
