"""Writing: from objects to the configs that Keras writes."""

import collections
import enum
import functools
import json

import pytest
from serialization_objects import SQUISH, part_config, squish

from keras_serializable.serialization import NotSerializableError, UnsafeConfigError

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


class Colour(str, enum.Enum):
    RED = "red"


Pair = collections.namedtuple("Pair", "left right")  # noqa: PYI024 -- a class is not needed


class TestPlainValues:
    @pytest.mark.parametrize(
        "value", [None, True, False, 0, -1, 2**80, 0.5, float("inf"), "", "text", "a>b", [], {}]
    )
    def test_stay_what_they_are(self, own, value):
        """A plain value is its own config, and comes back as it was."""
        assert own.serialize(value) == value
        assert type(own.serialize(value)) is type(value)
        assert own.deserialize(value) == value

    def test_tuples_stay_and_come_back_as_lists(self, own):
        """Keras keeps a tuple in the config, where JSON has none, and reads it as a list."""
        assert own.serialize((1, (2, [3]))) == (1, (2, [3]))
        assert own.deserialize((1, (2, [3]))) == [1, [2, [3]]]

    def test_subclasses_of_plain_types(self, own):
        """A named tuple becomes a tuple, a dictionary of any kind a dict, a string stays."""
        config = own.serialize([Pair(1, 2), collections.OrderedDict(a=1), Colour.RED])
        assert config == [(1, 2), {"a": 1}, "red"]
        assert [type(each) for each in config] == [tuple, dict, Colour]
        assert own.deserialize([Pair(1, 2), collections.OrderedDict(a=1), Colour.RED]) == [
            [1, 2],
            {"a": 1},
            "red",
        ]

    def test_keys_of_dictionaries_stay(self, own):
        """The key of a dictionary is no config; Keras leaves it alone."""
        assert own.serialize({1: {(2, 3): 4}}) == {1: {(2, 3): 4}}
        assert own.deserialize({1: {(2, 3): 4}}) == {1: {(2, 3): 4}}


class TestObjects:
    def test_the_config_is_that_of_keras(self, own):
        """A registered class is named by its key; ``get_config()`` tells the rest."""
        config = own.serialize(own.Part(3, own.Part()))
        assert config == part_config(3, part_config())
        assert list(config) == ["module", "class_name", "config", "registered_name"]

    def test_a_class_of_the_main_module(self, own):
        """Where a class is of ``__main__``, no module is named, as in Keras."""
        own.Part.__module__ = "__main__"
        assert own.serialize(own.Part())["module"] is None

    def test_a_getter_that_returns_no_dictionary(self, own):
        """The error names the class whose method returns no dictionary."""
        own.Stateful.get_build_config = lambda self: [1]
        with pytest.raises(NotSerializableError, match=r"get_build_config\(\) of .*Stateful"):
            own.serialize(own.Stateful())


class TestFunctions:
    def test_a_registered_function(self, own):
        """A registered function is named by its key, and comes back as itself."""
        assert own.serialize({"activation": squish}) == {"activation": SQUISH}
        assert own.deserialize({"activation": SQUISH})["activation"] is squish

    def test_an_unregistered_function(self, own):
        """An unregistered function is stored by its bare name."""

        def loose(x):
            return x

        config = own.serialize(loose)
        assert config == {**SQUISH, "config": "loose"}
        assert own.deserialize(config, {"loose": loose}) is loose

    def test_a_callable_that_is_no_python_function(self, own):
        """A function in C that is registered is written as a function, and so comes back."""
        own.registry.register_keras_serializable("shop")(len)
        assert own.serialize(len) == {**SQUISH, "config": "shop>len"}
        assert own.deserialize(own.serialize(len)) is len

    def test_a_lambda_is_refused(self, own):
        """A lambda could only be stored as bytecode; the ValueError shows the way out."""
        with pytest.raises(UnsafeConfigError, match="Write a function with a name") as caught:
            own.serialize(own.Box([lambda x: x]))
        assert caught.value.path == "config.config.parts[0]"
        assert isinstance(caught.value, ValueError)

    def test_a_lambda_with_a_key(self, own):
        """A lambda that is registered under a name is stored like any function."""
        double = own.registry.register_keras_serializable("shop", "double")(lambda x: 2 * x)
        assert own.deserialize(own.serialize(double)) is double


class TestWhatCannotBeSerialized:
    @pytest.mark.parametrize(
        "value",
        [{1, 2}, 1j, object(), bytearray(b"x"), functools.partial(print), json, NotImplemented],
    )
    def test_objects_without_a_config(self, own, value):
        """Objects without a config are refused with their path and what to do."""
        with pytest.raises(NotSerializableError, match="get_config") as caught:
            own.serialize({"layers": [own.Part(inner=value)]})
        assert caught.value.path == "config.layers[0].config.inner"
        assert isinstance(caught.value, TypeError)

    def test_classes(self, own):
        """Keras writes some classes so that nobody can read them, and fails at others."""
        with pytest.raises(NotSerializableError, match="Use an instance, or the key"):
            own.serialize([own.Part])

    def test_a_get_config_that_returns_no_dictionary(self, own):
        """The error names the class whose method returns no dictionary."""
        own.Part.get_config = lambda self: ["size"]
        with pytest.raises(NotSerializableError, match=r"Part returned a list"):
            own.serialize(own.Part())

    def test_the_error_of_a_get_config_passes(self, own):
        """The error of a `get_config` passes: its author has to explain it."""

        def get_config(self):
            raise NotImplementedError("say what to save")

        own.Part.get_config = get_config
        with pytest.raises(NotImplementedError, match="say what to save"):
            own.serialize([own.Part()])
