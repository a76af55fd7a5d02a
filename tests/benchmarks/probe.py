"""What a measured process runs: `probe.py TASK ARGUMENT LIBRARY ENVIRONMENT`.

Prints its result as JSON. Before it measures, it imports only what a bare interpreter has imported
too, so that each contender pays for all that it needs.
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


def _in_turn(timers, rounds=7, number=1, unit=1e3):
    """Return the times of each timer, in milliseconds if the unit is 1e3, after a first call."""
    for timer in timers.values():
        timer.timeit(1)
    times = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            times[name].append(timer.timeit(number) / number * unit)
    return times


def _lookups(finders, key=KEY, number=2000):
    """Return the nanoseconds of a lookup with each function.

    A round takes less than 1 ms: on a busy machine nothing interrupts most of the rounds.
    """
    from timeit import Timer

    timers = {
        name: Timer("find(key)", globals={"find": find, "key": key})
        for name, find in finders.items()
    }
    return _in_turn(timers, 400, number, 1e9)


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


def convert(argument):
    """Return the milliseconds of the processor to convert a tree; `VERB BASE DEPTH`.

    The verb is serialize or deserialize. The base is that of the objects' class. At each level of
    the tree an object has ten children.
    """
    import gc
    from itertools import count
    from timeit import Timer

    import keras

    import keras_serializable

    verb, base, depth = argument.split()

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
    def below(frames, function):
        return below(frames - 1, function) if frames else function(given)

    def timer(module):
        function, frames = getattr(module, f"{verb}_keras_object"), count(step=17)

        def run():
            Node.deserialize = module.deserialize_keras_object
            below(next(frames), function)

        return Timer(run, gc.collect, time.process_time)

    root = tree(int(depth))
    config = keras.saving.serialize_keras_object(root)
    assert keras_serializable.serialize_keras_object(root) == config
    given = root if verb == "serialize" else config
    return _in_turn({"Keras": timer(keras.saving), OURS: timer(keras_serializable)})


def inspect_size(size):
    """Measure `inspect_model` of a `.keras` file with this many bytes of weights: a hole."""
    return _inspect("write_sparse_keras", lambda makers: int(size))


def inspect_layers(number):
    """Measure `inspect_model` of a model with this number of layers."""
    return _inspect("write_keras", lambda makers: makers.sequential(*[makers.SCALE] * int(number)))


def _inspect(writer, content):
    """Measure `inspect_model`, and reading the config, of a file that model_makers.py writes."""
    import json
    import tempfile
    import zipfile
    from pathlib import Path
    from timeit import Timer

    from keras_serializable import inspect_model

    sys.path.insert(0, str(Path(__file__).parents[1]))
    import model_makers

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.keras")
        getattr(model_makers, writer)(file, content(model_makers))

        def read_config():
            with zipfile.ZipFile(file) as archive:
                return json.loads(archive.read("config.json"))

        ours = Timer(lambda: inspect_model(file))
        return _in_turn({OURS: ours, "reading its config": Timer(read_config)})


def command(arguments):
    """Measure the command with these arguments, in a process each time."""
    import subprocess
    from timeit import Timer

    def program(code):
        code = f"import sys; sys.path += {sys.path[-2:]}; {code}"
        command = [sys.executable, "-I", "-S", "-c", code]
        return Timer(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))

    ours = f"from keras_serializable._cli import main; sys.exit(main({arguments.split()}))"
    return _in_turn({OURS: program(ours), "an empty program": program("pass")})


def scan(modules):
    """Measure the scan of a tree with this number of modules, each with a class of 40 methods."""
    import ast
    import tempfile
    from pathlib import Path
    from timeit import Timer

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
        return _in_turn({OURS: ours, "ast.parse of each module": Timer(parse)}, rounds=1)


if __name__ == "__main__":
    task, argument = sys.argv[1:3]
    sys.path += sys.argv[3:]
    result = globals()[task](argument)
    import json

    json.dump(result, sys.stdout)
