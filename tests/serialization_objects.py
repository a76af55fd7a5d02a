"""Objects for the tests of serialization, registered in a registry of the test's own."""

from types import SimpleNamespace

from keras_serializable._registry.registry import Registry
from keras_serializable.serialization import deserialize, serialize

SQUISH = {
    "module": "builtins",
    "class_name": "function",
    "config": "shop>squish",
    "registered_name": "function",
}
"""The config of `squish` as Keras writes it."""


def squish(x):
    """Squash a number: a function that can be registered."""
    return x / (1 + abs(x))


def shop(registry=None):  # noqa: C901 -- it makes all of them
    """Return a registry, what serializes with it, and classes of the package ``shop`` in it.

    ``Part`` has no ``from_config``; ``Box`` makes its parts again as Keras wants it; ``Stateful``
    has configs of its building and compiling.
    """
    registry = Registry() if registry is None else registry

    def read(config, custom_objects=None):
        return deserialize(config, registry, custom_objects)

    class Equal:
        """An object that is equal to others of its class with equal attributes."""

        def __eq__(self, other):
            return type(self) is type(other) and vars(self) == vars(other)

        __hash__ = None

    @registry.register_keras_serializable("shop")
    class Part(Equal):
        def __init__(self, size=1, inner=None):
            self.size = size
            self.inner = inner

        def get_config(self):
            return {"size": self.size, "inner": self.inner}

    @registry.register_keras_serializable("shop")
    class Box(Equal):
        def __init__(self, parts=(), **named):
            self.parts = list(parts)
            self.named = named

        def get_config(self):
            return {"parts": self.parts, **self.named}

        @classmethod
        def from_config(cls, config):
            parts = [read(part) for part in config.pop("parts")]
            return cls(parts, **{name: read(part) for name, part in config.items()})

    @registry.register_keras_serializable("shop")
    class Stateful(Equal):
        def __init__(self):
            self.built = False
            self.compiled = False
            self.shape = None
            self.loss = None

        def get_config(self):
            return {}

        def get_build_config(self):
            return {"shape": self.shape} if self.built else None

        def build_from_config(self, config):
            self.shape = config["shape"]

        def get_compile_config(self):
            return {"loss": self.loss} if self.compiled else None

        def compile_from_config(self, config):
            self.loss = read(config["loss"])

    registry.register_keras_serializable("shop")(squish)
    return SimpleNamespace(
        registry=registry,
        serialize=lambda obj: serialize(obj, registry),
        deserialize=read,
        Part=Part,
        Box=Box,
        Stateful=Stateful,
    )


def part_config(size=1, inner=None, **fields):
    """Return the config of a `Part` as Keras writes it."""
    return {
        "module": "serialization_objects",
        "class_name": "Part",
        "config": {"size": size, "inner": inner},
        "registered_name": "shop>Part",
        **fields,
    }
