"""What a process runs that measures lookups after the first: `lookups.py TASK KEY ROUNDS PATH...`.

The task is ``hits``, ``scopes`` or ``misses``. What is compared shares one process and takes turns
in batches of a few milliseconds. Prints a JSON object: for each contender the nanoseconds of one
lookup, batch by batch.
"""

import contextvars
import importlib
import json
import os
import sys
import timeit

BATCH = 0.002  # seconds
MISS = "find('nobody>Nothing')"
STAT = """\
for entry in path:
    try:
        stat(entry).st_mtime_ns
    except OSError:
        pass
"""


def main(task, key, rounds, *path):
    """Measure hits, or misses."""
    sys.path[:] = [sys.argv[0].rpartition("/")[0]]
    import contenders

    modules = {name: importlib.import_module(f"contenders.{name}") for name in contenders.LABELS}
    sys.path[:] = path
    ours = modules["ours"].Contender().first
    ours(key)
    timers = {"hits": hits, "scopes": scopes, "misses": misses}[task](modules, key, ours)
    json.dump(measured(timers, int(rounds)), sys.stdout)


def hits(modules, key, ours):
    """Return the timers of every contender that keeps what it has loaded, and of a dictionary."""
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
    objects = dictionary(key)
    values = {"find": ours, "key": key, "objects": objects, "get": objects.get}
    return timers | {
        "dict": timeit.Timer("objects[key]", globals=values),
        "dict_get": timeit.Timer("get(key)", globals=values),
        "miss_beside_others": timeit.Timer(MISS, globals=values),
    }


def scopes(_modules, key, ours):
    """Return the timers of a process that has opened a scope; most never do."""
    from keras_serializable import custom_object_scope

    scope = custom_object_scope({"Scoped": object})
    with scope:
        pass
    values = {"find": ours, "key": key, "scope": scope, "objects": dictionary(key)}
    return {
        "ours_after_scope": timeit.Timer("find(key)", globals=values),
        "ours_inside_scope": InScope("find(key)", "scope.__enter__()", globals=values),
        "dict_beside_scopes": timeit.Timer("objects[key]", globals=values),
    }


def dictionary(key):
    """Return a dictionary as a registry has one."""
    return {f"package>Object{number}": number for number in range(100)} | {key: object}


def misses(_modules, _key, ours):
    """Return the timers of a miss, and of the least that it takes to notice a change."""
    values = {"find": ours, "path": sys.path, "stat": os.stat}
    return {
        "miss": timeit.Timer(MISS, globals=values),
        "stat": timeit.Timer(STAT, globals=values),
    }


def register_in_keras(key):
    """Register an object under the key, as importing a plugin for Keras would."""
    import keras

    package, _, name = key.partition(">")

    @keras.saving.register_keras_serializable(package, name)
    class Registered:
        def get_config(self):
            return {}


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
