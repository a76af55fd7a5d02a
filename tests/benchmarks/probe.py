"""What a measured process runs: `probe.py TASK ARGUMENT LIBRARY ENVIRONMENT`.

Prints its result as JSON. Before it measures, it imports only what a bare interpreter has imported
too, so that each contender pays for all that it needs.
"""

import os
import sys
import time

KEY = "plugin_5>Object3"
OURS = "keras-serializable"


# The time or memory of one contender: a number.


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


def memory(contender):
    """Return the MiB that the first lookup needs at its peak, beyond its imports."""
    import tracemalloc

    from contenders import CONTENDERS

    find = CONTENDERS[contender]()
    tracemalloc.start()
    find(KEY)
    return tracemalloc.get_traced_memory()[1] / 2**20


# The times of several contenders that take turns: a list for each.


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


def _lookups(finders):
    for find in finders.values():
        find(KEY)
    return _nanoseconds({name: ("find(key)", {"find": finders[name]}) for name in finders})


def miss(_):
    """Return the nanoseconds of a miss, and of looking at each entry of the path."""
    from contenders import ours

    find = ours()
    find(KEY)
    stats = "for entry in path:\n  try: stat(entry).st_mtime_ns\n  except OSError: pass"
    statements = {
        OURS: ("find('nobody>Nothing')", {"find": find}),
        "os.stat of each path entry": (stats, {"path": sys.path, "stat": os.stat}),
    }
    return _nanoseconds(statements)


def _nanoseconds(statements):
    """Return the nanoseconds of each statement, in 40 rounds of 2 ms."""
    from timeit import Timer

    timers = [Timer(code, globals={"key": KEY, **values}) for code, values in statements.values()]
    numbers = []
    for timer in timers:
        number, seconds = timer.autorange()
        numbers.append(max(1, int(number * 0.002 / seconds)))
    rounds = [
        [timer.timeit(number) / number * 1e9 for timer, number in zip(timers, numbers, strict=True)]
        for _ in range(40)
    ]
    return dict(zip(statements, zip(*rounds, strict=True), strict=True))


def serialize(argument):
    """Return the milliseconds of serializing a tree; the argument is `BASE DEPTH`."""
    return _convert("serialize", *argument.split())


def deserialize(argument):
    """Return the milliseconds of deserializing a tree; the argument is `BASE DEPTH`."""
    return _convert("deserialize", *argument.split())


def _convert(what, base, depth):
    """Return the milliseconds of the processor that Keras and we take, in 7 rounds."""
    import gc
    from timeit import Timer

    import keras

    import keras_serializable

    @keras_serializable.register_keras_serializable("benchmark")
    class Node(getattr(keras.regularizers, base, object)):
        def __init__(self, factor, children=()):
            self.factor = factor
            self.children = list(children)

        def get_config(self):
            return {"factor": self.factor, "name": "node", "children": self.children}

        @classmethod
        def from_config(cls, config):
            return cls(config["factor"], map(cls.deserialize, config["children"]))

    def tree(depth):
        return Node(0.5, [tree(depth - 1) for _ in range(10)] if depth else ())

    # Python keeps its frames in chunks. A recursion whose innermost calls cross from one chunk into
    # the next is several times as slow, for Keras and for us: each round starts at another depth.
    def below(frames):
        return below(frames - 1) if frames else function(argument)

    root = tree(int(depth))
    config = keras.saving.serialize_keras_object(root)
    assert keras_serializable.serialize_keras_object(root) == config
    argument = root if what == "serialize" else config
    modules = {"Keras": keras.saving, OURS: keras_serializable}
    results = {name: [] for name in modules}
    for number in range(7):
        for name, module in modules.items():
            Node.deserialize = module.deserialize_keras_object
            function = getattr(module, f"{what}_keras_object")
            values = {"below": below, "frames": number * 17}
            timer = Timer("below(frames)", "gc.collect()", time.process_time, values | {"gc": gc})
            results[name].append(timer.timeit(1) * 1000)
    return results


if __name__ == "__main__":
    task, argument = sys.argv[1:3]
    sys.path += sys.argv[3:]
    result = globals()[task](argument)
    import json

    json.dump(result, sys.stdout)
