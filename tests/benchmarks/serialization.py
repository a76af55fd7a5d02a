"""What a process runs that serializes and deserializes: `serialization.py OBJECTS ROUNDS PATH...`.

Both sides take turns with one tree of objects. Prints a JSON object: for each case
and side the milliseconds of the processor, round by round.
"""

import gc
import json
import sys
import time

STRIDE, STEPS = 17, 7  # frames
BRANCHES = 10


def main(objects, rounds, *path):
    """Measure every case."""
    sys.path[:] = path
    import keras

    import keras_serializable

    sides = {"Keras": keras.saving, "ours": keras_serializable}
    results = {}
    bases = {"plain objects": object, "Keras regularizers": keras.regularizers.Regularizer}
    for case, base in bases.items():
        node = family(keras_serializable, case, base)
        root = tree(node, int(objects))
        config = keras.saving.serialize_keras_object(root)
        for what, argument in (("serialize", root), ("deserialize", config)):
            for number in range(int(rounds)):
                for side, module in sides.items():
                    node.deserialize = module.deserialize_keras_object
                    function = getattr(module, f"{what}_keras_object")
                    elapsed, result = timed(function, argument, number % STEPS * STRIDE)
                    results.setdefault(f"{side}: {what} {case}", []).append(elapsed)
                    assert result == config if what == "serialize" else count(result) == count(root)
    json.dump(results, sys.stdout)


def family(keras_serializable, name, base):
    """Return a class whose objects hold others, and read their configs by `deserialize`."""

    @keras_serializable.register_keras_serializable("benchmark", name)
    class Node(base):
        deserialize = None

        def __init__(self, factor, children=()):
            self.factor = factor
            self.children = list(children)

        def get_config(self):
            return {"factor": self.factor, "name": "node", "children": self.children}

        @classmethod
        def from_config(cls, config):
            children = [cls.deserialize(child) for child in config["children"]]
            return cls(config["factor"], children)

    return Node


def tree(node, objects):
    """Return an object that holds ten others, and these again, about so many in all."""
    layer = [node(0.5) for _ in range(objects * (BRANCHES - 1) // BRANCHES)]
    while len(layer) > 1:
        starts = range(0, len(layer), BRANCHES)
        layer = [node(1.5, layer[start : start + BRANCHES]) for start in starts]
    return layer[0]


def count(obj):
    """Return how many objects a tree has."""
    return 1 + sum(map(count, obj.children))


def below(frames, function, argument):
    """Call a function from some frames further down the stack.

    Python keeps its frames in chunks. Recursion whose innermost calls cross from one chunk into the
    next is several times as slow, on either side, so each round starts at another depth.
    """
    return below(frames - 1, function, argument) if frames else function(argument)


def timed(function, argument, frames):
    """Return the processor time of a call in milliseconds, and its result."""
    gc.collect()
    gc.disable()
    started = time.process_time()
    result = below(frames, function, argument)
    elapsed = time.process_time() - started
    gc.enable()
    return elapsed * 1000, result


main(*sys.argv[1:])
