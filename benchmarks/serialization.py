"""Serialize and deserialize nested configs of 10,000 objects, against Keras.

    python benchmarks/serialization.py [ROUNDS]

Both sides serialize and deserialize the same objects of the same classes: plain classes, and
classes that derive from `keras.regularizers.Regularizer`. Needs Keras 3; nothing else is measured
while a side runs, and the sides take turns; the medians of ROUNDS (28) are shown, in seconds of the
processor. The last column says how many times as fast as Keras this package is: it has to stay
above 1, or the script ends with an error.
"""

# ruff: noqa: T201 -- a script that prints a table

import gc
import os
import sys
import time
from statistics import median

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras

import keras_serializable

OBJECTS = 10_000
STRIDE, STEPS = 17, 7  # frames: rounds spread over a whole chunk of them, see `below`
SIDES = {"keras": keras.saving, "keras_serializable": keras_serializable}


def family(name, base):
    """Return a class whose objects hold others, and read their configs with the side at work."""

    @keras_serializable.register_keras_serializable("benchmark", name)
    class Node(base):
        side = keras_serializable

        def __init__(self, factor, children=()):
            self.factor = factor
            self.children = list(children)

        def get_config(self):
            return {"factor": self.factor, "name": "node", "children": self.children}

        @classmethod
        def from_config(cls, config):
            children = [cls.side.deserialize_keras_object(child) for child in config["children"]]
            return cls(config["factor"], children)

    return Node


def tree(node, objects, branches):
    """Return an object that holds `branches` others, and these again, `objects` in all."""
    layer = [node(0.5) for _ in range(objects * (branches - 1) // branches)]
    while len(layer) > 1:
        layer = [
            node(1.5, layer[start : start + branches]) for start in range(0, len(layer), branches)
        ]
    return layer[0]


def count(obj):
    """Return how many objects a tree has."""
    return 1 + sum(map(count, obj.children))


def below(frames, function, argument):
    """Call a function from some frames further down the stack.

    Python keeps its frames in chunks. Recursion whose innermost calls just cross from one into the
    next is several times as slow, on either side, so each round starts somewhere else.
    """
    return below(frames - 1, function, argument) if frames else function(argument)


def timed(function, argument, frames):
    """Return the processor time of a call in seconds, and its result."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    result = below(frames, function, argument)
    seconds = time.process_time() - start
    gc.enable()
    return seconds, result


def compare(what, node, root, rounds):
    """Return for each side the seconds it took, round by round, to (de)serialize a tree."""
    config = keras.saving.serialize_keras_object(root)
    times = {side: [] for side in SIDES}
    for number in range(rounds):
        for side, module in SIDES.items():
            node.side = module
            function = getattr(module, f"{what}_keras_object")
            seconds, result = timed(
                function, root if what == "serialize" else config, number % STEPS * STRIDE
            )
            times[side].append(seconds)
            if what == "serialize":
                assert result == config
            else:
                assert count(result) == count(root)
    return times.values()


def main(rounds):
    """Measure every case and print a table; return the smallest ratio.

    The ratio is the median of those of the rounds: a machine that runs at another speed from one
    second to the next does so for both sides of a round.
    """
    smallest = float("inf")
    print(f"{'':50} {'keras':>9} {'ours':>9} {'ratio':>6}")
    for title, base, branches in (
        ("plain classes, 10 in each", object, 10),
        ("plain classes, 2 in each", object, 2),
        ("plain classes, 100 in each", object, 100),
        ("Keras regularizers, 10 in each", keras.regularizers.Regularizer, 10),
    ):
        node = family(title, base)
        root = tree(node, OBJECTS, branches)
        for what in ("serialize", "deserialize"):
            theirs, ours = compare(what, node, root, rounds)
            ratio = median(one / other for one, other in zip(theirs, ours, strict=True))
            smallest = min(smallest, ratio)
            row = f"{what} {count(root):,} {title}"
            print(
                f"{row:50} {median(theirs) * 1e3:6.1f} ms {median(ours) * 1e3:6.1f} ms {ratio:6.2f}"
            )
    return smallest


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 28) < 1)
