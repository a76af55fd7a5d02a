"""The names that the format reserves: functions, slices, lambdas, types of TensorFlow."""

import pytest
from serialization_objects import SQUISH, part_config

import keras_serializable
from keras_serializable.serialization import MalformedConfigError, UnsafeConfigError

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


LAMBDA = {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}}


class TestLambdas:
    @pytest.mark.parametrize("wrap", [lambda c: c, lambda c: [{"a": c}], part_config])
    def test_a_lambda_is_never_run(self, own, wrap):
        """A lambda is run neither as the whole config nor inside; the error says what to do."""
        with pytest.raises(UnsafeConfigError, match=r"arbitrary code execution.*Save again"):
            own.deserialize(wrap(LAMBDA))

    def test_nothing_is_made_before_a_lambda_is_refused(self, own):
        """The whole config is searched for lambdas before any object is made."""
        made = []

        class Loud:
            def __init__(self):
                made.append(self)

            def get_config(self):
                return {}

        loud = {"class_name": "Loud", "config": {}}
        with pytest.raises(UnsafeConfigError) as caught:
            own.deserialize({"layers": [loud, part_config(inner=LAMBDA)]}, {"Loud": Loud})
        assert made == []
        assert caught.value.path == "config.layers[1].config.inner"

    def test_safe_mode_changes_nothing(self):
        """The parameter `safe_mode` has no effect."""
        with pytest.raises(UnsafeConfigError, match="even with safe_mode=False"):
            keras_serializable.deserialize_keras_object([LAMBDA], safe_mode=False)

    def test_a_class_that_hands_in_a_lambda(self, own):
        """A config that a class makes while it is restored is searched for lambdas too."""

        class Sly:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                return own.deserialize(dict(LAMBDA))

        with pytest.raises(UnsafeConfigError) as caught:
            own.deserialize([{"class_name": "Sly", "config": {}}], {"Sly": Sly})
        assert caught.value.path == "config[0].…"

    def test_a_class_that_changes_the_config(self, own):
        """A lambda that a class puts into a config that was searched already is refused."""

        class Sly:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                config["inner"].update(LAMBDA)
                return own.deserialize(config["inner"])

        with pytest.raises(UnsafeConfigError) as caught:
            own.deserialize({"class_name": "Sly", "config": {"inner": {}}}, {"Sly": Sly})
        assert caught.value.path == "config.config.inner"


def test_slices(own):
    """The parts of a slice are configs themselves."""
    config = own.serialize(slice(None, 20, own.Part(3)))
    parts = {"start": None, "stop": 20, "step": own.serialize(own.Part(3))}
    assert config == {"class_name": "__slice__", "config": parts}
    assert own.deserialize(config) == slice(None, 20, own.Part(3))


@pytest.mark.parametrize("name", [None, 7, ["shop>squish"], {}])
def test_a_name_that_is_no_string(own, name):
    """The message about a function without a name is Keras' own."""
    with pytest.raises(MalformedConfigError, match="Expected 'config' to be a non-null str"):
        own.deserialize({**SQUISH, "config": name})


def test_a_type_of_tensorflow_is_refused(own):
    """A type of TensorFlow is refused: reading it would import a module that the config names."""
    config = {"class_name": "__typespec__", "spec_name": "TensorSpec", "module": "tensorflow"}
    with pytest.raises(MalformedConfigError, match="cannot be read here"):
        own.deserialize({**config, "config": [[1], "float32"]})
    with pytest.raises(TypeError, match="Expected 'config' to be a list or a tuple"):
        own.deserialize({**config, "config": "float32"})
