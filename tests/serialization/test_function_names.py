"""Functions in configs: a function that would not come back as itself is refused."""

import functools
import math

import pytest
from serialization_objects import squish

from keras_serializable._registry.scope import CustomObjectScope
from keras_serializable.serialization import (
    NotSerializableError,
    UnknownObjectError,
    check_round_trip,
)

pytestmark = pytest.mark.thread_unsafe(reason="tests register the functions of their module")


@functools.cache
def cached(x):
    return x


class Methods:
    def bound(self):
        return self

    @classmethod
    def of_class(cls):
        return cls


def tanh(x):
    return x


def factory(scale):
    def scaled(x):
        return scale * x

    return scaled


def named_partial():
    return functools.update_wrapper(functools.partial(squish, 1), squish)


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (math.tanh, "come back as Keras' own function of that name"),
        (math.sin, "nothing knows it by that name"),
        (len, "nothing knows it by that name"),
        ([].append, "nothing knows it by that name"),
        (Methods().bound, "nothing knows it by that name"),
        (Methods.of_class, "nothing knows it by that name"),
        (cached, "nothing knows it by that name"),
        (named_partial(), "nothing knows it by that name"),
        (functools.singledispatch, None),
        (tanh, "come back as Keras' own function of that name"),
    ],
    ids=lambda each: getattr(each, "__qualname__", None),
)
def test_what_a_name_does_not_lead_back_to(own, function, why):
    """A function whose name leads elsewhere is refused with place, kind and what would happen."""
    if why is None:  # a plain function that the reader may have in its custom_objects
        assert own.serialize(function)["config"] == function.__name__
        return
    with pytest.raises(NotSerializableError) as caught:
        own.serialize({"a": [function]})
    assert caught.value.path == "config.a[0]"
    kind = type(function).__name__
    assert caught.value.reason.startswith(f"the {kind} ")
    assert caught.value.reason.endswith(f"stored by its name, {function.__name__!r}, and {why}")
    assert "register_keras_serializable()" in caught.value.remedy


@pytest.mark.parametrize(
    "function",
    [squish, math.tanh, len, cached, tanh, Methods().bound, Methods.of_class, named_partial()],
    ids=lambda each: each.__qualname__,
)
def test_what_is_registered(own, function):
    """A key leads back to anything that can be registered."""
    own.registry.register_keras_serializable("shop", "f")(function)
    assert check_round_trip(function, own.registry) == function


@pytest.mark.parametrize("function", [squish, cached, math.tanh, Methods().bound])
def test_what_the_reader_is_given(own, function):
    """A bare name means the object that the caller has, by argument or by scope."""
    objects = {function.__name__: function}
    assert check_round_trip(own.Part(function), own.registry, objects).size == function
    with CustomObjectScope(objects):
        assert check_round_trip([function], own.registry) == [function]


def test_what_the_reader_is_given_inside_of_get_config(own):
    """A class that serializes its function itself is given the caller's objects too."""

    @own.registry.register_keras_serializable("shop")
    class Layer:
        def __init__(self, activation):
            self.activation = activation

        def get_config(self):
            return {"activation": own.serialize(self.activation)}

        @classmethod
        def from_config(cls, config):
            return cls(own.deserialize(config["activation"]))

    assert check_round_trip(Layer(cached), own.registry, {"cached": cached}).activation is cached
    with pytest.raises(NotSerializableError):
        check_round_trip(Layer(cached), own.registry)


def test_a_plain_function(own):
    """A function that nothing knows is written by its name, as in Keras; reading it fails."""
    assert own.serialize(factory)["config"] == "factory"
    with pytest.raises(UnknownObjectError):
        check_round_trip(factory, own.registry)


def test_a_name_that_means_another_function(own):
    """A local function, or any other, is not written under a name that means another one."""
    own.registry.get_custom_objects()["scaled"] = factory(1)
    with pytest.raises(NotSerializableError, match=r"come back as .*factory\.<locals>\.scaled"):
        own.serialize(factory(2))
    own.registry.get_custom_objects()["factory"] = tanh
    with pytest.raises(NotSerializableError, match=r"come back as .*\.tanh"):
        own.serialize(factory)


def test_two_closures_with_one_key(own):
    """The second closure takes the key over; the first can no longer be written."""
    first, second = factory(1), factory(2)
    own.registry.register_keras_serializable("shop")(first)
    own.registry.register_keras_serializable("shop")(second)
    assert check_round_trip(second, own.registry) is second
    with pytest.raises(NotSerializableError):
        own.serialize(first)


def test_a_function_that_was_defined_again(own):
    """A notebook cell that is run again makes a new function, and the old one counts as it."""
    define = "def again(x):\n    return x\n"
    old, new = {"__name__": "cell"}, {"__name__": "cell"}
    for space in (old, new):
        exec(define, space)  # noqa: S102 -- our own
        own.registry.register_keras_serializable("shop")(space["again"])
    assert check_round_trip(old["again"], own.registry) is new["again"]


def test_what_has_no_hash(own):
    """A function without a hash cannot be registered, and the error says so."""

    class Call:
        __hash__ = None
        __name__ = "call"

        def __call__(self):
            pass

    with pytest.raises(NotSerializableError, match="has no hash"):
        own.serialize(Call())
