"""What callgrind runs: `models.py TASK FOLDER MODEL LIBRARY PATH...`.

Tasks: ``make`` saves the models; ``built_in`` loads one of built-in layers, with and without a
connection; ``imported`` and ``discovered`` load one of custom layers, whose plugin the program
imports or discovery finds.
"""

import ctypes
import gc
import importlib
import sys
from pathlib import Path

PLUGIN = "bench_layers"
CHAINS = 10


def main(task, folder, model, library, *path):
    """Run one task on a path of its own."""
    sys.path += path
    globals()[task](Path(folder), model, library)
    print("null")  # noqa: T201 -- the result is in callgrind's files


def make(folder, _model, _library):
    """Save the models."""
    import keras

    plugin = importlib.import_module(PLUGIN)
    layers = range(plugin.COUNT)
    models = {
        # Dense layers with activations and a regularizer, as in most models; nothing is built.
        "dense": keras.Sequential(
            [keras.layers.Dense(3, "relu", kernel_regularizer="l2") for _ in layers]
        ),
        # Without weights: making them would take nearly all of the instructions.
        "rescaling": functional(keras, [keras.layers.Rescaling(0.5) for _ in layers]),
        "one class": functional(keras, [plugin.Layer0() for _ in layers]),
        "classes": functional(keras, [getattr(plugin, f"Layer{number}")() for number in layers]),
    }
    for name, model in models.items():
        (folder / f"{name}.json").write_text(model.to_json())


def functional(keras, layers):
    """Return a model of several chains of layers: Keras recurses along a chain."""
    inputs = keras.Input((2,))
    chains = [inputs] * CHAINS
    for number, layer in enumerate(layers):
        chains[number % CHAINS] = layer(chains[number % CHAINS])
    return keras.Model(inputs, keras.layers.Add()(chains))


def load(folder, name):
    """Load a model."""
    import keras

    return keras.models.model_from_json((folder / f"{name}.json").read_text())


def count(library, name, function):
    """Call a function and have callgrind write its instructions down under a name."""
    marks = ctypes.CDLL(library)
    gc.collect()
    gc.disable()  # when it runs would decide more than what is measured
    marks.start()
    function()
    marks.stop(name.encode())
    gc.enable()


def built_in(folder, model, library):
    """Load a model of built-in layers, connected, unconnected and unconnected again."""
    import keras_serializable

    keras_serializable.connect()
    load(folder, model)
    count(library, f"{model}, connected", lambda: load(folder, model))
    keras_serializable.disconnect()
    load(folder, model)
    count(library, f"{model}, plain Keras", lambda: load(folder, model))
    count(library, f"{model}, plain Keras again", lambda: load(folder, model))


def imported(folder, model, library):
    """Import the plugin and load its model, as programs without us do."""

    def run():
        importlib.import_module(PLUGIN)
        load(folder, model)

    load(folder, "rescaling")  # what Keras imports or prepares for its first model
    count(library, f"{model}, imported", run)


def discovered(folder, model, library):
    """Connect, import nothing, and load the model of a plugin."""

    def run():
        import keras_serializable

        keras_serializable.connect()
        load(folder, model)

    load(folder, "rescaling")
    count(library, f"{model}, discovered", run)


main(*sys.argv[1:])
