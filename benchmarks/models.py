"""What the processes run that load models with Keras: `models.py TASK FOLDER ROUNDS PATH...`.

Tasks: ``make`` writes the models; ``plain`` loads one of built-in layers, in turn with and without
a connection; ``imported`` and ``discovered`` load one of a plugin's layers once, the plugin being
imported by the program or found by discovery. Prints a JSON object of nanoseconds by variant.
"""

import gc
import json
import sys
import time

LAYERS = 1000
CHAINS = 10


def main(task, folder, rounds, *path):
    """Run one task on a path of its own."""
    sys.path[:] = path
    result = globals()[task](folder, int(rounds))
    json.dump(result, sys.stdout)


def make(folder, _rounds):
    """Write a model of built-in layers, and one in which each layer is of another custom class."""
    import bench_layers
    import keras

    for name, layers in {
        # No weights: making them would take nearly all of the time, and hide a difference.
        "built-in": [keras.layers.Rescaling(0.5) for _ in range(LAYERS)],
        "custom": [getattr(bench_layers, f"Layer{number}")() for number in range(LAYERS)],
    }.items():
        inputs = keras.Input((2,))
        # Keras recurses along a chain of layers, and at a thousand Python would end that.
        chains = [inputs] * CHAINS
        for number, layer in enumerate(layers):
            chains[number % CHAINS] = layer(chains[number % CHAINS])
        keras.Model(inputs, keras.layers.Add()(chains)).save(f"{folder}/{name}.keras")


def plain(folder, rounds):
    """Load the built-in layers, unconnected and connected in turn."""
    import keras

    import keras_serializable

    results = {"unconnected": [], "unconnected_again": [], "connected": []}
    for number in range(-1, rounds):
        for variant in ("unconnected", "connected", "unconnected_again"):
            if variant == "connected":
                keras_serializable.connect()
            gc.collect()
            elapsed = timed(keras.saving.load_model, f"{folder}/built-in.keras")
            keras_serializable.disconnect()
            if number >= 0:
                results[variant].append(elapsed)
    return results


def imported(folder, _rounds):
    """Load the custom layers as programs without us do: they import the plugin."""
    import keras

    def load():
        import bench_layers  # noqa: F401

        keras.saving.load_model(f"{folder}/custom.keras")

    return timed(load)


def discovered(folder, _rounds):
    """Load the custom layers by connecting, and importing nothing."""
    import keras

    def load():
        import keras_serializable

        keras_serializable.connect()
        keras.saving.load_model(f"{folder}/custom.keras")

    return timed(load)


def timed(function, *arguments):
    """Return how long a call takes, in nanoseconds."""
    started = time.perf_counter_ns()
    function(*arguments)
    return time.perf_counter_ns() - started


main(*sys.argv[1:])
