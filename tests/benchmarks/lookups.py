"""What a process runs that measures lookups after the first: `lookups.py ROUNDS PATH...`.

All share one process and take turns in batches of some milliseconds. Prints a JSON object: for each
contender the nanoseconds of one lookup, batch by batch.
"""

import json
import os
import sys
import timeit

KEY = "plugin_5>Object3"
BATCH = 0.002  # seconds
STAT = """\
for entry in path:
    try:
        stat(entry).st_mtime_ns
    except OSError:
        pass
"""


def main(rounds, *path):
    """Measure hits of all contenders, and misses of ours."""
    sys.path[:] = [sys.argv[0].rpartition("/")[0]]
    from contenders import WARM

    sys.path[:] = path
    ours = WARM["keras-serializable"]()
    ours(KEY)
    values = {"find": ours, "path": sys.path, "stat": os.stat}
    # Misses come first: Keras and the other contenders, once imported, put finders in their way.
    misses = {
        "miss": timeit.Timer("find('nobody>Nothing')", globals=values),
        "os.stat": timeit.Timer(STAT, globals=values),
    }
    results = measured(misses, int(rounds))
    lookups = {"Keras": register_in_keras()} | {name: make() for name, make in WARM.items()}
    for find in lookups.values():
        find(KEY)
    objects = {f"package>Object{number}": number for number in range(100)} | {KEY: object}
    lookups["dict.__getitem__"] = objects.__getitem__
    hits = {
        name: timeit.Timer("find(key)", globals={"find": find, "key": KEY})
        for name, find in lookups.items()
    }
    json.dump(results | measured(hits, int(rounds)), sys.stdout)


def register_in_keras():
    """Register an object under the key, as the import of a plugin does; return Keras' lookup."""
    import keras

    package, _, name = KEY.partition(">")

    @keras.saving.register_keras_serializable(package, name)
    class Registered:
        def get_config(self):
            return {}

    return keras.saving.get_registered_object


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
