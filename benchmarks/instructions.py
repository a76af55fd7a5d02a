"""Count the instructions of loading models with Keras, by callgrind.

    python benchmarks/instructions.py [--json FILE]

runs in an environment with Keras, scipy (for the numpy backend), the core and the example plugin,
on a machine with valgrind, its headers and a C compiler. Two runs differ by less than 0.1 %, also
on a busy machine. The exit status is 1 if a load costs over 1 % more than its reference: a load by
plain Keras, or after an import of the plugin.
"""

# ruff: noqa: T201 -- a command prints
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environments

LIMIT = 1.01
LAYERS = 1000
HERE = Path(__file__).parent
MARKS = """\
#include <valgrind/callgrind.h>
void start(void) { CALLGRIND_START_INSTRUMENTATION; CALLGRIND_ZERO_STATS; }
void stop(const char *name) { CALLGRIND_STOP_INSTRUMENTATION; CALLGRIND_DUMP_STATS_AT(name); }
"""
# What is measured, against what, and how many times as much it may be; `None` for any.
ROWS = (
    ("1000 built-in Dense, not built: connected", "dense connected", "dense plain", LIMIT),
    ("a control: plain, twice", "dense plain again", "dense plain", None),
    ("1000 built-in layers, built: connected", "functional connected", "functional plain", LIMIT),
    ("a control: plain, twice", "functional plain again", "functional plain", None),
    ("1000 Scale of the example plugin: discovered", "scale discovered", "scale imported", LIMIT),
    ("1000 classes of a plugin: discovered", "classes discovered", "classes imported", LIMIT),
)
TASKS = (
    *(("built_in", "dense"), ("built_in", "functional")),
    *(("imported", "scale"), ("discovered", "scale")),
    *(("imported", "classes"), ("discovered", "classes")),
)


def compile_marks(folder):
    """Compile the library by which Python tells callgrind when to count."""
    source, library = folder / "marks.c", folder / "marks.so"
    source.write_text(MARKS)
    compiler = shutil.which("cc") or sys.exit("a C compiler is needed")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return str(library)


def run(folder, *arguments, counting=True):
    """Run a task of `counted.py`, and return what it counted, by name."""
    results = Path(tempfile.mkdtemp(dir=folder))
    valgrind = (
        *(shutil.which("valgrind") or sys.exit("valgrind is needed"), "--tool=callgrind"),
        *("--instr-atstart=no", f"--callgrind-out-file={results / 'out'}", "--quiet"),
    )
    command = [sys.executable, str(HERE / "counted.py"), *arguments]
    finished = subprocess.run(
        [*valgrind, *command] if counting else command,
        env={
            **os.environ,
            "KERAS_BACKEND": "numpy",
            "JAX_PLATFORMS": "cpu",
            "PYTHONHASHSEED": "0",
            "PYTHONNODEBUGRANGES": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        message = f"{arguments} failed:\n{finished.stderr[-4000:]}"
        raise RuntimeError(message)
    counts = {}
    for dump in results.iterdir():
        text = dump.read_text()
        name = re.search(r"^desc: Trigger: Client Request: (.+)$", text, re.MULTILINE)
        if name:
            counts[name[1]] = int(re.search(r"^totals: (\d+)$", text, re.MULTILINE)[1])
    return counts


def measure(folder):
    """Return all counts, by name."""
    marks = compile_marks(folder)
    environment = environments.lay_layers(folder / "environments", LAYERS)
    places = (str(folder), str(environment), marks)
    run(folder, "make", *places, counting=False)
    counts = {}
    # What else runs does not change a count.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run, folder, task, *places, model) for task, model in TASKS]
        for (task, model), job in zip(TASKS, jobs, strict=True):
            counts |= job.result()
            print(f"counted: {model}, {task}", file=sys.stderr, flush=True)
    return counts


def main():
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every count there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = measure(Path(folder))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n")
    print(f"{'millions of instructions':48}{'with us':>10}{'reference':>11}{'ratio':>9}")
    exceeded = 0
    for title, ours, reference, limit in ROWS:
        ratio = counts[ours] / counts[reference]
        exceeds = limit is not None and ratio > limit
        exceeded += exceeds
        numbers = f"{counts[ours] / 1e6:10.1f}{counts[reference] / 1e6:11.1f}{ratio:9.4f}"
        print(f"{title:48}{numbers}{'  OVER 1 %' if exceeds else ''}")
    sys.exit(bool(exceeded))


if __name__ == "__main__":
    main()
