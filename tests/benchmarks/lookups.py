"""Tasks of a measured process: lookups.

This module imports only what a bare interpreter has imported too, so that each contender pays for
all that it needs.
"""

import os
import sys
import time

KEY = "plugin_5>Object3"
OURS = "keras-serializable"


# The time of one contender: a number.


def imported(contender):
    """Return the milliseconds that a contender takes to import what it needs."""
    from contenders import CONTENDERS

    started = time.perf_counter()
    CONTENDERS[contender]()
    return (time.perf_counter() - started) * 1000


def first(contender):
    """Return the milliseconds until a contender has imported what it needs and found a key."""
    from contenders import CONTENDERS

    started = time.perf_counter()
    found = CONTENDERS[contender]()(KEY)
    elapsed = (time.perf_counter() - started) * 1000
    if found.__name__ != KEY.rpartition(">")[2]:
        raise AssertionError(f"{KEY} came out as {found!r}")
    return elapsed


def find(contender):
    """Return the milliseconds of a first lookup when the module of the plugin is imported."""
    __import__(KEY.partition(">")[0])
    return first(contender)


# What is compared takes turns: a list of times for each.


def _lookups(finders, key=KEY, number=2000):
    """Return the nanoseconds of a lookup with each function.

    A round takes less than 1 ms: on a busy machine nothing interrupts most of the rounds.
    """
    from timeit import Timer

    from turns import in_turn

    timers = {
        name: Timer("find(key)", globals={"find": find, "key": key})
        for name, find in finders.items()
    }
    return in_turn(timers, 400, number, 1e9)


def warm(_):
    """Return the nanoseconds of lookups after the first, in a process without Keras."""
    from contenders import GROUP, ours
    from stevedore import ExtensionManager

    import keras_serializable

    _register(keras_serializable)
    manager = ExtensionManager(GROUP)
    return _lookups(
        {
            OURS: ours(),
            "stevedore": lambda key: manager[key].plugin,
            "a dictionary": {KEY: object}.__getitem__,
        }
    )


def warm_beside_keras(_):
    """Return the nanoseconds of lookups of a key that Keras' decorator has registered."""
    import keras
    from contenders import ours

    _register(keras.saving)
    return _lookups({OURS: ours(), "Keras": keras.saving.get_registered_object})


def _register(registry):
    """Register a class under the key."""

    @registry.register_keras_serializable(*KEY.split(">"))
    class Registered:
        def get_config(self):
            return {}


def miss(_):
    """Return the nanoseconds of a miss, and of looking at each entry of the path."""
    from contenders import ours

    def stat_each(_):
        for entry in sys.path:
            try:  # noqa: SIM105 -- contextlib takes longer
                os.stat(entry)  # noqa: PTH116 -- so does pathlib
            except OSError:
                pass

    finders = {OURS: ours(), "os.stat of each path entry": stat_each}
    return _lookups(finders, "nobody>Nothing", 20)
