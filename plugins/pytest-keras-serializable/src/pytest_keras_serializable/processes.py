"""Processes of tests: each has imported nothing before the test's code runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROGRAM = """
import sys
sys.path[:] = [entry for entry in sys.path if entry]
_code, _names, _file = sys.argv[1:4]
del sys.argv[1:]
if _names:
    import json
    from pytest_keras_serializable._environments import choose
    choose(json.loads(_names))
_former = set(sys.modules)
exec(compile(_code, "<process>", "exec"), {"__name__": "__main__"})
import json
with open(_file, "w", encoding="utf-8") as file:
    json.dump(sorted(name for name in sys.modules if name not in _former), file)
"""


@dataclass(frozen=True)
class FinishedProcess:
    """A process that has ended without an error.

    Args:
        output: What it printed.
        modules: The modules that the code imported.

    Example:
        >>> run_process("import colorsys").modules >= {"colorsys"}
        True
    """

    output: str
    modules: frozenset[str]


def run_process(
    code: str,
    *,
    distributions: Iterable[str] | None = None,
    variables: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> FinishedProcess:
    """Run code in a process that has imported nothing before.

    Args:
        code: The Python code.
        distributions: The distributions that are found there; by default those that are installed.
        variables: Environment variables, beside those of this process.
        timeout: How many seconds the process may take.

    Returns:
        What the process printed, and what it imported.

    Raises:
        AssertionError: If the code raises; the text has the traceback.
        subprocess.TimeoutExpired: If the process takes longer.

    Example:
        >>> finished = run_process("import colorsys; print(1 + 1)")
        >>> finished.output.strip(), "colorsys" in finished.modules
        ('2', True)
    """
    names = "" if distributions is None else json.dumps(list(distributions))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "modules.json")
        done = subprocess.run(  # noqa: S603 -- the code is the test's own
            [sys.executable, "-c", PROGRAM, code, names, str(file)],
            env={**os.environ, **(variables or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            message = f"the process ended with status {done.returncode}:\n{done.stderr}"
            raise AssertionError(message)
        modules = json.loads(file.read_text("utf-8")) if file.exists() else []
    return FinishedProcess(done.stdout, frozenset(modules))
