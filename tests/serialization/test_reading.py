"""Reading: from configs to objects, or to an error that says where."""

import functools
import json
import threading

import pytest
from serialization_objects import part_config

from keras_serializable.serialization import (
    ConfigError,
    MalformedConfigError,
    RestorationError,
    UnknownObjectError,
)

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


class TestObjects:
    def test_objects_come_back(self, own):
        """Objects inside objects, lists and dictionaries come back equal, through JSON too."""
        obj = {"box": [own.Box([own.Part(2), {"a": own.Part(inner=own.Box())}], lid=own.Part(0.5))]}
        assert own.deserialize(own.serialize(obj)) == obj
        assert own.deserialize(json.loads(json.dumps(own.serialize(obj)))) == obj

    def test_a_class_without_from_config(self, own):
        """A class without `from_config` is called with its config, with the objects in it made."""
        made = own.deserialize(
            part_config(inner=[part_config(2), {"class_name": "__ellipsis__", "config": {}}])
        )
        assert made.inner == [own.Part(2), ...]

    def test_an_unregistered_class(self, own):
        """An unregistered class is stored by its bare name, and read from the caller's objects."""

        class Loose:
            def get_config(self):
                return {}

        config = own.serialize(Loose())
        assert (config["class_name"], config["registered_name"]) == ("Loose", "Loose")
        assert isinstance(own.deserialize(config, {"Loose": Loose}), Loose)
        with pytest.raises(UnknownObjectError, match="Could not locate class 'Loose'"):
            own.deserialize(config)

    def test_a_dictionary_with_one_of_the_two_fields_is_plain(self, own):
        """Only ``class_name`` and ``config`` together make a config of an object."""
        for plain in ({"class_name": "Part"}, {"config": {"size": 1}}):
            assert own.deserialize(plain) == plain

    def test_the_callers_config_is_not_changed(self, own):
        """A ``from_config`` that takes its config apart gets a copy."""
        config = own.serialize(own.Box([own.Part()]))
        before = json.dumps(config)
        own.deserialize(config)
        assert json.dumps(config) == before

    def test_a_value_in_two_places(self, own):
        """One list in two places is nothing bad, and is read twice."""
        shared = [part_config()]
        made = own.deserialize({"a": shared, "b": [shared, shared]})
        assert made == {"a": [own.Part()], "b": [[own.Part()]] * 2}
        assert made["a"][0] is not made["b"][0][0]


class TestState:
    def test_building_and_compiling(self, own):
        """The configs of building and compiling are stored beside the arguments, and serialized."""
        obj = own.Stateful()
        obj.built = obj.compiled = True
        obj.shape, obj.loss = [2, 3], own.Part(5)
        config = own.serialize(obj)
        assert config["build_config"] == {"shape": [2, 3]}
        assert config["compile_config"] == {"loss": part_config(5)}
        assert own.deserialize(config) == obj

    def test_neither(self, own):
        """Without a state there is nothing to store."""
        config = own.serialize(own.Stateful())
        assert "build_config" not in config
        assert "compile_config" not in config
        assert own.deserialize(config) == own.Stateful()

    @pytest.mark.parametrize("field", ["build_config", "compile_config"])
    def test_a_state_that_nobody_takes(self, own, field):
        """A state for a class without a method to take it is refused."""
        with pytest.raises(MalformedConfigError, match=f"{field}.*_from_config") as caught:
            own.deserialize([part_config(**{field: {"shape": 1}})])
        assert caught.value.path == f"config[0].{field}"

    @pytest.mark.parametrize("state", [[1], "text", 7])
    def test_a_state_that_is_no_dictionary(self, own, state):
        """A state that is no dictionary is refused before the object sees it."""
        config = {**own.serialize(own.Stateful()), "build_config": state}
        with pytest.raises(MalformedConfigError, match="expected a dict"):
            own.deserialize(config)

    def test_a_state_that_does_not_fit(self, own):
        """If a state does not fit, the error of the object's own method is the cause."""
        config = {**own.serialize(own.Stateful()), "build_config": {"form": 1}}
        with pytest.raises(RestorationError, match="KeyError") as caught:
            own.deserialize(config)
        assert isinstance(caught.value.__cause__, KeyError)


class TestWrongTypes:
    @pytest.mark.parametrize(
        ("config", "path"),
        [
            ({"class_name": 7, "config": {}}, ".class_name"),
            ({"class_name": None, "config": {}}, ".class_name"),
            ({"class_name": ["Part"], "config": {}}, ".class_name"),
            ({"class_name": {}, "config": {}}, ".class_name"),
            (part_config(registered_name=7), ".registered_name"),
            (part_config(registered_name=["shop>Part"]), ".registered_name"),
            (part_config(module={}, registered_name="Part"), ".module"),
            ({"class_name": "Dense", "config": [1, 2, 3]}, ".config"),
            ({"class_name": "Dense", "config": "text"}, ".config"),
            ({"class_name": "__bytes__", "config": {}}, ".config.value"),
            ({"class_name": "__bytes__", "config": {"value": 7}}, ".config.value"),
            ({"class_name": "__bytes__", "config": {"value": "\ud800"}}, ".config.value"),
            ({"class_name": "__bytes__", "config": "text"}, ".config"),
            ({"class_name": "__slice__", "config": {"start": 1, "stop": 2}}, ".config.step"),
            ({"class_name": "__slice__", "config": [1, 2, 3]}, ".config"),
            ({"class_name": "__tensor__", "config": [1]}, ".config"),
        ],
    )
    def test_in_the_fields_of_a_config(self, own, config, path):
        """The error names the field, and is both a TypeError and a ValueError."""
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize({"layers": [1, {"kernel": config}]})
        assert caught.value.path == f"config.layers[1].kernel{path}"
        assert isinstance(caught.value, TypeError)
        assert isinstance(caught.value, ValueError)

    def test_expected_a_dict(self, own):
        """The message about a config that is no dictionary is Keras' own."""
        with pytest.raises(TypeError, match="Expected 'config' to be a dict"):
            own.deserialize({"class_name": "Dense", "config": [1, 2, 3]})

    @pytest.mark.parametrize("value", [{1}, 1j, object(), b"raw", ...])
    def test_what_is_no_config(self, own, value):
        """A value that no config can hold is refused where it stands."""
        with pytest.raises(MalformedConfigError, match="Could not parse config") as caught:
            own.deserialize({"a": [0, value]})
        assert caught.value.path == "config.a[1]"

    def test_a_registered_thing_that_is_neither_class_nor_function(self, own):
        """A registered thing that is neither class nor function is an error that names its type."""
        own.registry.get_custom_objects()["shop>thing"] = 7
        with pytest.raises(RestorationError, match="int"):
            own.deserialize({"class_name": "shop>thing", "config": {}})


class TestArgumentsThatDoNotFit:
    def test_a_class_that_does_not_accept_its_config(self, own):
        """The path leads to the object, and the class' own error is the cause."""
        config = own.serialize({"layers": [own.Box([own.Part()])]})
        config["layers"][0]["config"]["parts"][0]["config"]["colour"] = "red"
        with pytest.raises(RestorationError, match=r"Part failed with TypeError.*colour") as caught:
            own.deserialize(config)
        assert caught.value.path == "config.layers[0].config.parts[0]"
        assert isinstance(caught.value.__cause__, TypeError)

    @pytest.mark.parametrize("error", [TypeError, ValueError, KeyError, AttributeError, OSError])
    def test_whatever_it_raises(self, own, error):
        """Whatever a class raises, the error is both a TypeError and a ValueError."""

        class Picky:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                raise error("no")

        with pytest.raises(RestorationError, match=f"Picky failed with {error.__name__}") as caught:
            own.deserialize([{"class_name": "Picky", "config": {}}], {"Picky": Picky})
        assert caught.value.path == "config[0]"
        assert isinstance(caught.value, TypeError)
        assert isinstance(caught.value, ValueError)

    def test_interruptions_pass(self, own):
        """Control-C is no error of the class."""

        class Slow:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            own.deserialize({"class_name": "Slow", "config": {}}, {"Slow": Slow})

    def test_a_class_may_try_something_else(self, own):
        """An error of a part that a class catches is gone, and the path of the next is right."""

        class Lenient:
            def __init__(self, parts):
                self.parts = parts

            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                try:
                    return cls(own.deserialize(config["parts"]))
                except ConfigError as error:
                    return cls(own.deserialize([config["other"], error.path]))

        known = {"Lenient": Lenient}
        config = {"class_name": "Lenient", "config": {"parts": [{1}], "other": part_config()}}
        assert own.deserialize([config], known)[0].parts == [
            own.Part(),
            "config[0].config.parts[0]",
        ]
        config["config"]["other"] = {"class_name": 7, "config": {}}
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize([config], known)
        assert caught.value.path == "config[0].config.other.class_name"

    def test_a_part_that_is_handed_in_as_a_copy(self, own):
        """The path of an error in a copied part has an ellipsis for the unknown way."""

        class Copying:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                return own.deserialize(json.loads(json.dumps(config)))

        config = {"class_name": "Copying", "config": {"a": [{"class_name": 1, "config": {}}]}}
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize({"x": config}, {"Copying": Copying})
        assert caught.value.path == "config.x.….a[0].class_name"


def test_threads_do_not_mix(own, together):
    """Each thread reads its own config, with its own objects and paths."""
    barrier = threading.Barrier(4)

    def read(number):
        class Loose:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                barrier.wait()
                return cls()

        config = own.serialize(own.Box([own.Part(number), Loose()]))
        for _ in range(20):
            made = own.deserialize(config, {"Loose": Loose})
            assert made.parts[0].size == number
            assert type(made.parts[1]) is Loose
        return number

    assert together(*(functools.partial(read, each) for each in range(4))) == [0, 1, 2, 3]
