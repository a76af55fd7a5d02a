"""Counts the instructions of loading models of 1000 layers, with valgrind.

Needs valgrind, its headers and a C compiler. Two counts differ by less than 0.1 %, on a busy
machine too. valgrind runs `instructions.py TASK FOLDER PATH...`.
"""

import ctypes
import gc
import importlib
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MARKS = """\
#include <valgrind/callgrind.h>
void start(void) { CALLGRIND_START_INSTRUMENTATION; CALLGRIND_ZERO_STATS; }
void stop(const char *name) { CALLGRIND_STOP_INSTRUMENTATION; CALLGRIND_DUMP_STATS_AT(name); }
"""
PLUGIN = "bench_layers"
CALLGRIND = ("valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet")
ROWS = {"connected": "plain Keras", "discovered": "imported"}  # our manner of loading, and theirs
LIMIT = 1.01


def measure(laboratory):
    """Return rows for `page.table`."""
    folder = laboratory.folder
    environment = laboratory.environment(300, layers=1000)
    source = folder / "marks.c"
    source.write_text(MARKS)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / "marks.so", source], check=True)  # noqa: S607 -- any
    laboratory.run("instructions.py", "make", folder, environment=environment)

    def count_in(task):
        dumps = Path(tempfile.mkdtemp(dir=folder))
        before = (*CALLGRIND, f"--callgrind-out-file={dumps / 'out'}")
        laboratory.run("instructions.py", task, folder, environment=environment, before=before)
        texts = [dump.read_text() for dump in dumps.iterdir()]
        pattern = r"(?ms)^desc: Trigger: Client Request: ([^\n]+)$.*^totals: (\d+)$"
        return [match.groups() for text in texts if (match := re.search(pattern, text))]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counted = pool.map(count_in, ("built_in", "imported", "discovered"))
        counts = {name: [int(number) / 1e6] for each in counted for name, number in each}
    return [
        (f"load 1000 layers, {ours}", "M instructions", counts[ours], other, counts[other], LIMIT)
        for ours, other in ROWS.items()
    ]


# Tasks of a process.


def make(folder):
    """Save the models. None of their layers is built: making weights would take most of a load."""
    import keras

    plugin = importlib.import_module(PLUGIN)
    models = {
        # As in most models, with activations and a regularizer.
        "built-in": [keras.layers.Dense(3, "relu", kernel_regularizer="l2") for _ in range(1000)],
        "custom": [getattr(plugin, f"Layer{number}")() for number in range(1000)],
    }
    for name, layers in models.items():
        (folder / name).write_text(keras.Sequential(layers).to_json())


def built_in(folder):
    """Load a model of built-in layers, connected and unconnected."""
    import keras_serializable

    keras_serializable.connect()
    load(folder, "built-in")
    count(folder, "connected", lambda: load(folder, "built-in"))
    keras_serializable.disconnect()
    load(folder, "built-in")
    count(folder, "plain Keras", lambda: load(folder, "built-in"))


def imported(folder):
    """Import the plugin and load a model of its layers, as programs without us do."""
    load(folder, "built-in")  # what Keras imports or prepares for its first model
    count(folder, "imported", lambda: importlib.import_module(PLUGIN) and load(folder, "custom"))


def discovered(folder):
    """Connect, import nothing, and load a model of the plugin's layers."""

    def run():
        import keras_serializable

        keras_serializable.connect()
        load(folder, "custom")

    load(folder, "built-in")
    count(folder, "discovered", run)


def load(folder, name):
    """Load a model."""
    import keras

    return keras.models.model_from_json((folder / name).read_text())


def count(folder, name, function):
    """Call a function, and have callgrind write its instructions down under a name."""
    marks = ctypes.CDLL(folder / "marks.so")
    gc.collect()
    gc.disable()  # when it runs would decide more than what is measured
    marks.start()
    function()
    marks.stop(name.encode())
    gc.enable()


if __name__ == "__main__":
    task, folder, *path = sys.argv[1:]
    sys.path += path
    globals()[task](Path(folder))
    print("null")  # noqa: T201 -- callgrind's files have the result
