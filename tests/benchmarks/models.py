"""Tasks of a measured process: objects and models of Keras."""

import gc
import json
import time
from itertools import count
from timeit import Timer

import keras
import model_makers
from turns import in_turn

OURS = "keras-serializable"
PLUGIN = "bench_layers"


def convert(argument):
    """Return the milliseconds of the processor to convert a tree; `VERB BASE DEPTH`.

    The verb is serialize or deserialize. The base is that of the objects' class. At each level of
    the tree an object has ten children.
    """
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
    return in_turn({"Keras": timer(keras.saving), OURS: timer(keras_serializable)})


def load_built_in(layers):
    """Return the milliseconds of the processor to load a model of built-in layers."""
    import keras_serializable

    # As in most models, with activations and a regularizer. None is built: making weights would
    # take most of a load.
    dense = [keras.layers.Dense(3, "relu", kernel_regularizer="l2") for _ in range(int(layers))]
    text = keras.Sequential(dense).to_json()

    def timer(prepare):
        def setup():
            prepare()
            gc.collect()

        return Timer(lambda: keras.models.model_from_json(text), setup, time.process_time)

    connect, disconnect = keras_serializable.connect, keras_serializable.disconnect
    return in_turn({"Keras": timer(disconnect), OURS: timer(connect)}, 15)


def load_custom(contender):
    """Return the milliseconds of the processor to load a model of 1000 layers of a plugin."""

    def load(*layers):
        config = model_makers.sequential(*layers)
        return keras.models.model_from_json(json.dumps(config))

    made = model_makers.keras_object
    load(made("Dropout", rate=0.5))  # what Keras prepares for its first model
    names = [f"Layer{number}" for number in range(1000)]
    layers = [made(name, PLUGIN, f"{PLUGIN}>{name}", name=name) for name in names]
    started = time.process_time()
    if contender == OURS:
        import keras_serializable

        keras_serializable.connect()
    else:
        __import__(PLUGIN)
    load(*layers)
    return (time.process_time() - started) * 1000
