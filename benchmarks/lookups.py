"""What the process runs that measures lookups after the first: `lookups.py KEY ROUNDS PATH...`.

All contenders are in one process and take turns in batches of about a millisecond. Prints a JSON
object: for each contender the nanoseconds of one lookup, batch by batch.
"""

import contextvars
import importlib
import json
import os
import sys
import timeit

BATCH = 0.002  # seconds


def main(key, rounds, *path):
    """Measure every contender that keeps what it has loaded."""
    sys.path[:] = [sys.argv[0].rpartition("/")[0]]
    import contenders

    modules = {name: importlib.import_module(f"contenders.{name}") for name in contenders.LABELS}
    sys.path[:] = path
    timers = {}
    for name, module in modules.items():
        if hasattr(module.Contender, "warm"):
            try:
                contender = module.Contender()
            except ImportError:
                continue
            if name == "keras_registry":
                register_in_keras(key)
            contender.first(key)
            timers[name] = timeit.Timer("find(key)", globals={"find": contender.warm(), "key": key})
    timers |= timers_around_ours(key, modules["ours"].Contender().first)
    json.dump(measured(timers, int(rounds)), sys.stdout)


def register_in_keras(key):
    """Register an object under the key, as importing a plugin for Keras would."""
    import keras

    package, _, name = key.partition(">")

    @keras.saving.register_keras_serializable(package, name)
    class Registered:
        def get_config(self):
            return {}


def timers_around_ours(key, find):
    """Return the timers of what ours is compared with, and of its other lookups."""
    from keras_serializable import custom_object_scope

    objects = {f"package>Object{number}": number for number in range(100)} | {key: find}
    values = {
        "find": find,
        "key": key,
        "objects": objects,
        "path": sys.path,
        "exists": os.path.exists,
    }
    values |= {"scope": custom_object_scope({"Scoped": object})}
    return {
        "dict": timeit.Timer("objects[key]", globals=values),
        "dict_get": timeit.Timer("get(key)", globals={"get": objects.get, "key": key}),
        "ours_in_scope": InScope("find(key)", "scope.__enter__()", globals=values),
        "miss": timeit.Timer("find('nobody>Nothing')", globals=values),
        "stat": timeit.Timer("for entry in path:\n  exists(entry)", globals=values),
    }


class InScope(timeit.Timer):
    """A timer whose setup opens a scope, and that closes it afterwards."""

    def timeit(self, number):
        """Time the statement in a context of its own, which ends with the scope that it opened."""
        return contextvars.copy_context().run(super().timeit, number)


def measured(timers, rounds):
    """Return nanoseconds of one call, by timer and round."""
    numbers = {}
    for name, timer in timers.items():
        number, seconds = timer.autorange()
        numbers[name] = max(1, int(number * BATCH / seconds))
    results = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            results[name].append(timer.timeit(numbers[name]) / numbers[name] * 1e9)
    return results


main(*sys.argv[1:])
