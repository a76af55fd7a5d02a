"""The check of a round trip: what plugin authors are told about their configs."""

import numpy as np
import pytest

from keras_serializable.serialization import (
    ConfigLimitError,
    NotSerializableError,
    RestorationError,
    RoundTripError,
    check_round_trip,
)

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


def make(own, name, **methods):
    """Return a registered class that keeps its arguments, with some methods of its own."""

    class Kept:
        def __init__(self, **arguments):
            self.arguments = arguments

        def get_config(self):
            return self.arguments

    for method, function in methods.items():
        setattr(Kept, method, function)
    return own.registry.register_keras_serializable("shop", name)(Kept)


def test_an_object_that_comes_back(own):
    """The copy is returned, so that the caller can compare more than configs."""
    box = own.Box([own.Part(2), (1, 2)], lid=own.Part(0.5))
    copy = check_round_trip(box, own.registry)
    assert copy.parts == [own.Part(2), [1, 2]]
    assert copy.named == box.named


def test_an_argument_that_is_forgotten(own):
    """The path of each key that differs is told, with both values."""
    forgetful = make(
        own, "Forgetful", get_config=lambda self: {"size": len(self.arguments), "on": 1}
    )
    with pytest.raises(RoundTripError) as caught:
        check_round_trip({"a": [forgetful(x=1, y=2, z=3)]}, own.registry)
    assert caught.value.differences == [("config.a[0].config.size", "3", "2")]
    _, line, remedy = str(caught.value).splitlines()
    assert line == "  config.a[0].config.size was 3 and is now 2"
    assert remedy.startswith("Return every argument of __init__() from get_config()")
    assert isinstance(caught.value, AssertionError)


def test_keys_that_come_and_go(own):
    """A key that only one of the configs has is told as missing in the other."""
    growing = make(
        own, "Growing", get_config=lambda self: {"more" * (len(self.arguments) + 1): None}
    )
    with pytest.raises(RoundTripError) as caught:
        check_round_trip(growing(), own.registry)
    assert caught.value.differences == [
        ("config.config.more", "null", "missing"),
        ("config.config.moremore", "missing", "null"),
    ]


def test_lists_of_other_lengths(own):
    """Lists of other lengths are shown whole."""
    double = make(own, "Double", from_config=classmethod(lambda cls, c: cls(x=c["x"] * 2)))
    with pytest.raises(RoundTripError) as caught:
        check_round_trip(double(x=[1]), own.registry)
    assert caught.value.differences == [("config.config.x", "[1]", "[1, 1]")]


def test_long_values_are_cut(own):
    """Long values are cut in the error."""
    double = make(own, "Double", from_config=classmethod(lambda cls, c: cls(x=c["x"] * 2)))
    with pytest.raises(RoundTripError) as caught:
        check_round_trip(double(x=["word"] * 1000), own.registry)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1.0, (1, 2), b"text", ..., slice(2)])
def test_values_that_are_restored(own, value):
    """A number that is not equal to itself is no difference, nor is a tuple that became a list."""
    check_round_trip(own.Part(value), own.registry)


@pytest.mark.parametrize(
    ("value", "path"), [({1: 2}, "config.config.size"), ([{None: 1}], "config.config.size[0]")]
)
def test_keys_that_json_would_change(own, value, path):
    """A key that JSON would turn into a string is an error."""
    with pytest.raises(NotSerializableError, match="JSON would turn the key") as caught:
        check_round_trip(own.Part(value), own.registry)
    assert caught.value.path == path


def test_values_that_json_cannot_store(own):
    """Complex numbers may be in a config, and cannot be in a file."""
    with pytest.raises(NotSerializableError, match="JSON cannot store a complex") as caught:
        check_round_trip(own.Part(np.array([1j])), own.registry)
    assert caught.value.path == "config.config.size.config.value[0]"


def test_an_object_that_cannot_be_made_again(own):
    """An argument that the class does not take is the error of restoring."""
    strict = make(own, "Strict", __init__=lambda self: None, get_config=lambda _: {"size": 1})
    with pytest.raises(RestorationError, match="unexpected keyword argument 'size'"):
        check_round_trip([strict()], own.registry)


def test_the_callers_objects(own):
    """What is not registered can be handed in."""

    class Loose:
        def get_config(self):
            return {}

    assert isinstance(check_round_trip(Loose(), own.registry, {"Loose": Loose}), Loose)


def test_too_deep(own):
    """A value that is nested too deep for JSON ends in an error of limits."""
    value = 1
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ConfigLimitError):
        check_round_trip(value, own.registry)
