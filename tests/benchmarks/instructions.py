"""Counts the instructions of loading models, with valgrind: `instructions.py`.

Needs valgrind, its headers and a C compiler. Two runs differ by less than 0.1 %, on a busy machine
too. The exit status is 1 if a load takes over 1 % more than its reference.
"""

# ruff: noqa: T201 -- a command prints
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environments
import page
from processes import Laboratory

MARKS = """\
#include <valgrind/callgrind.h>
void start(void) { CALLGRIND_START_INSTRUMENTATION; CALLGRIND_ZERO_STATS; }
void stop(const char *name) { CALLGRIND_STOP_INSTRUMENTATION; CALLGRIND_DUMP_STATS_AT(name); }
"""
TASKS = {
    "dense": ["built_in"],
    "rescaling": ["built_in"],
    "one class": ["imported", "discovered"],
    "classes": ["imported", "discovered"],
}
ROWS = (
    *("dense, connected", "dense, plain Keras again", "rescaling, connected"),
    *("rescaling, plain Keras again", "one class, discovered", "classes, discovered"),
)
LIMIT = 1.01


def count(laboratory):
    """Return millions of instructions by what was done."""
    folder = laboratory.folder
    environment = environments.lay(folder / "environments", 300, layers=1000)
    source, library = folder / "marks.c", folder / "marks.so"
    source.write_text(MARKS)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)  # noqa: S607 -- any
    laboratory.run("models.py", "make", folder, "", "", environment=environment)

    def run(task, model):
        results = Path(tempfile.mkdtemp(dir=folder))
        callgrind = ("--tool=callgrind", "--instr-atstart=no", "--quiet")
        before = ("valgrind", *callgrind, f"--callgrind-out-file={results / 'out'}")
        arguments = (task, folder, model, library)
        laboratory.run("models.py", *arguments, environment=environment, before=before)
        print(f"counted: {model}, {task}", file=sys.stderr, flush=True)
        texts = (dump.read_text() for dump in results.iterdir())
        return {
            mark[1]: int(re.search(r"(?m)^totals: (\d+)$", text)[1]) / 1e6
            for text in texts
            if (mark := re.search(r"(?m)^desc: Trigger: Client Request: (.+)$", text))
        }

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run, task, model) for model, tasks in TASKS.items() for task in tasks]
        return {name: number for job in jobs for name, number in job.result().items()}


def rows(counts):
    """Return the rows of the table: what was counted, its reference, and the limit of the ratio."""
    lines = []
    for what in ROWS:
        model, _, manner = what.partition(", ")
        label = "imported" if manner == "discovered" else "plain Keras"
        values, others = [counts[what]], [counts[f"{model}, {label}"]]
        limit = None if manner.endswith("again") else LIMIT
        lines.append((f"load {what}", "M instructions", values, label, others, limit))
    return lines


def main():
    """Count, print a table, and return whether a load takes too many instructions."""
    with tempfile.TemporaryDirectory() as folder:
        lines = page.rows(rows(count(Laboratory(Path(folder)))))
    print(page.table(page.HEADER, lines))
    return any(line[-1] == "no" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
