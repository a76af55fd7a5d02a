"""What a process runs that measures the tools: `tools.py TASK ARGUMENT LIBRARY ENVIRONMENT`.

Each task returns the milliseconds of ours, and of the least that somebody would have to do.
"""

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

OURS = "keras-serializable"
HEADER = """
import keras

@keras.saving.register_keras_serializable("acme")
class Scale{number}(keras.layers.Layer):
"""
METHOD = "    def call(self, x):\n        return [keras.ops.abs(y) for y in x if y] + [1, 2]\n"


def _times(calls, rounds=7):
    """Return the milliseconds of each call, in turn, after a first round."""
    results = {name: [] for name in calls}
    for _ in range(rounds + 1):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            results[name].append((time.perf_counter() - started) * 1000)
    return {name: values[1:] for name, values in results.items()}


def inspect_size(size):
    """Measure `inspect_model` of a `.keras` file with this many bytes of weights: a hole."""
    from model_makers import write_sparse_keras

    return _inspect(lambda file: write_sparse_keras(file, int(size)))


def inspect_layers(number):
    """Measure `inspect_model` of a model with this number of layers."""
    from model_makers import SCALE, sequential, write_keras

    return _inspect(lambda file: write_keras(file, sequential(*[SCALE] * int(number))))


def _inspect(write):
    from keras_serializable import inspect_model

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.keras")
        write(file)

        def read_config():
            with zipfile.ZipFile(file) as archive:
                return json.loads(archive.read("config.json"))

        return _times({OURS: lambda: inspect_model(file), "reading its config": read_config})


def command(arguments):
    """Measure the command with these arguments, in a process each time."""

    def run(code):
        program = f"import sys; sys.path += {sys.path[-2:]}; {code}"
        command = [sys.executable, "-I", "-S", "-c", program]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    ours = f"from keras_serializable._cli import main; sys.exit(main({arguments.split()}))"
    return _times({OURS: lambda: run(ours), "an empty program": lambda: run("pass")})


def scan(modules):
    """Measure the scan of a tree with this number of modules, each with a class of 40 methods."""
    import ast

    from keras_serializable_build import scan_source

    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "acme")
        package.mkdir()
        for number in range(int(modules)):
            header = HEADER.format(number=number)
            (package / f"m{number}.py").write_text(header + METHOD * 40)

        def parse():
            for file in package.iterdir():
                ast.parse(file.read_bytes())

        return _times(
            {OURS: lambda: scan_source([folder]), "ast.parse of each module": parse}, rounds=1
        )


if __name__ == "__main__":
    sys.path += sys.argv[3:]
    sys.path.insert(0, str(Path(__file__).parents[1]))  # model_makers
    result = globals()[sys.argv[1]](sys.argv[2])
    json.dump(result, sys.stdout)
