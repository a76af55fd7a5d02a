"""What `instructions.py` runs under callgrind: `counted.py TASK FOLDER ENVIRONMENT MARKS [MODEL]`.

Tasks: ``make`` writes the models; ``built_in`` loads one of built-in layers, with and without a
connection; ``imported`` and ``discovered`` load one of custom layers, the plugin being imported by
the program or found by discovery. Only what stands between two marks is counted, with
the garbage collector at rest: when it runs would decide more than what is measured.
"""

import ctypes
import gc
import importlib
import sys
from pathlib import Path

LAYERS = 1000
CHAINS = 10

MODELS = {
    # A model as most are: with activations, initializers and a regularizer. It is not built, so
    # nothing but deserialization is counted.
    "dense": lambda keras: sequential(
        keras, lambda: keras.layers.Dense(3, "relu", kernel_regularizer="l2")
    ),
    # A built one, without weights: making them would take nearly all of the instructions.
    "functional": lambda keras: functional(keras, lambda _: keras.layers.Rescaling(0.5)),
    "scale": lambda keras: sequential(
        keras, importlib.import_module("keras_serializable_example.layers").Scale
    ),
    "classes": lambda keras: functional(
        keras, lambda number: getattr(importlib.import_module("bench_layers"), f"Layer{number}")()
    ),
}
PLUGINS = {"scale": "keras_serializable_example.layers", "classes": "bench_layers"}


def sequential(keras, layer):
    """Return a model of many layers that is not built."""
    return keras.Sequential([layer() for _ in range(LAYERS)])


def functional(keras, layer):
    """Return a model of several chains of layers."""
    inputs = keras.Input((2,))
    # Keras recurses along a chain of layers, and at a thousand Python would end that.
    chains = [inputs] * CHAINS
    for number in range(LAYERS):
        chains[number % CHAINS] = layer(number)(chains[number % CHAINS])
    return keras.Model(inputs, keras.layers.Add()(chains))


class Counter:
    """Counts the instructions of calls.

    Args:
        marks: The library that tells callgrind when to count.
    """

    def __init__(self, marks):
        self._library = ctypes.CDLL(marks)

    def count(self, name, function, *arguments):
        """Call a function and have its instructions written down under a name."""
        gc.collect()
        gc.disable()
        self._library.start()
        function(*arguments)
        self._library.stop(name.encode())
        gc.enable()


def make(folder, _counter):
    """Write the models."""
    import keras

    for name, model in MODELS.items():
        Path(folder, f"{name}.json").write_text(model(keras).to_json())


def load(folder, name):
    """Load a model."""
    import keras

    return keras.models.model_from_json(Path(folder, f"{name}.json").read_text())


def built_in(folder, counter, name):
    """Load a model of built-in layers, connected and unconnected."""
    import keras_serializable

    keras_serializable.connect()
    load(folder, name)
    counter.count(f"{name} connected", load, folder, name)
    keras_serializable.disconnect()
    load(folder, name)
    counter.count(f"{name} plain", load, folder, name)
    counter.count(f"{name} plain again", load, folder, name)


def imported(folder, counter, name):
    """Import the plugin and load its model, as programs without us do."""

    def run():
        importlib.import_module(PLUGINS[name])
        load(folder, name)

    load(folder, "functional")  # what Keras imports or prepares at the first model
    counter.count(f"{name} imported", run)


def discovered(folder, counter, name):
    """Connect, import nothing, and load the model of a plugin."""

    def run():
        import keras_serializable

        keras_serializable.connect()
        load(folder, name)

    load(folder, "functional")
    counter.count(f"{name} discovered", run)


def main(task, folder, environment, marks, *arguments):
    """Run one task."""
    sys.path.append(environment)
    globals()[task](folder, Counter(marks), *arguments)


main(*sys.argv[1:])
