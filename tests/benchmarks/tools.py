"""Tasks of a measured process: the command, and what else users run."""

import ast
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from timeit import Timer

import model_makers
from turns import in_turn

OURS = "keras-serializable"


def inspect_size(size):
    """Measure `inspect_model` of a `.keras` file with this many bytes of weights: a hole."""
    return _inspect(lambda file: model_makers.write_sparse_keras(file, int(size)))


def inspect_layers(number):
    """Measure `inspect_model` of a model with this number of layers."""
    config = model_makers.sequential(*[model_makers.SCALE] * int(number))
    return _inspect(lambda file: model_makers.write_keras(file, config))


def _inspect(write):
    """Measure `inspect_model`, and reading the config, of the file that a function writes."""
    from keras_serializable import inspect_model

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.keras")
        write(file)

        def read_config():
            with zipfile.ZipFile(file) as archive:
                return json.loads(archive.read("config.json"))

        ours = Timer(lambda: inspect_model(file))
        return in_turn({OURS: ours, "reading its config": Timer(read_config)})


def command(arguments):
    """Measure the command with these arguments, in a process each time."""

    def program(code):
        code = f"import sys; sys.path += {sys.path[-2:]}; {code}"
        command = [sys.executable, "-I", "-S", "-c", code]
        return Timer(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))

    ours = f"from keras_serializable._cli import main; sys.exit(main({arguments.split()}))"
    return in_turn({OURS: program(ours), "an empty program": program("pass")})


def scan(modules):
    """Measure the scan of a tree with this number of modules, each with a class of 40 methods."""
    from keras_serializable_build import scan_source

    decorator = '@keras.saving.register_keras_serializable("acme")'
    method = "    def call(self, x):\n        return [keras.ops.abs(y) for y in x if y] + [1, 2]\n"
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "acme")
        package.mkdir()
        for number in range(int(modules)):
            header = f"import keras\n\n{decorator}\nclass Scale{number}(keras.layers.Layer):\n"
            (package / f"m{number}.py").write_text(header + method * 40)

        def parse():
            for file in package.iterdir():
                ast.parse(file.read_bytes())

        ours = Timer(lambda: scan_source([folder]))
        return in_turn({OURS: ours, "ast.parse of each module": Timer(parse)}, rounds=1)
