"""What only Keras can read, where Keras is missing, and where it is tf_keras alone.

test_cross.py has the tests with Keras 3.
"""

import importlib

import pytest
from distributions import lay
from serialization_objects import part_config
from small_keras import small_keras_2

from keras_serializable._keras.packages import present
from keras_serializable.serialization import UnknownObjectError, check_round_trip

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


@pytest.mark.usefixtures("without_keras")
class TestWithoutKeras:
    """Keras is not installed."""

    @pytest.mark.parametrize(
        ("config", "named"),
        [
            ({"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}}, "'Dense'"),
            ({"module": "keras", "class_name": "Sequential", "config": {}}, "'Sequential'"),
            ({"module": "builtins", "class_name": "function", "config": "relu"}, "'relu'"),
            ({"module": "keras.ops", "class_name": "function", "config": "abs"}, "'abs'"),
            ({"class_name": "__tensor__", "config": {"value": 1, "dtype": "int8"}}, "__tensor__"),
        ],
    )
    def test_what_only_keras_has(self, own, config, named):
        """Keras' own objects are refused, and the error says that Keras is missing."""
        with pytest.raises(
            UnknownObjectError, match=f"{named} belongs to Keras.*Install Keras"
        ) as caught:
            own.deserialize([config])
        assert caught.value.path == "config[0]"

    def test_a_registered_key_needs_no_keras(self, own):
        """A registered key is found where the config says that the module is one of Keras."""
        assert own.deserialize(part_config(module="keras.layers")) == own.Part()


def built_in(name, module="keras.layers"):
    """Return the config of one of Keras' own objects, as tf_keras writes it."""
    return {"module": module, "class_name": name, "config": {}, "registered_name": None}


class TestWithKeras2:
    """Only tf_keras is imported. It writes `keras.layers` for its own layers."""

    @pytest.fixture
    def keras(self, site, without_keras):
        """Return a small Keras 2 that is imported."""
        if list(present()):
            pytest.skip("a real Keras is imported")
        lay(site, small_keras_2())
        return importlib.import_module("tf_keras")

    @pytest.fixture
    def wrapping(self, keras, own):
        """Return a registered layer of tf_keras that reads its inner layer with tf_keras."""

        @own.registry.register_keras_serializable("shop")
        class Wrapping(keras.layers.Layer):
            def __init__(self, inner=None):
                self.inner = inner

            def get_config(self):
                return {"inner": self.inner and built_in(type(self.inner).__name__)}

            @classmethod
            def from_config(cls, config):
                return cls(keras.saving.deserialize_keras_object(config["inner"]))

        return Wrapping

    def test_an_object_of_keras_inside_a_layer(self, own, keras, wrapping):
        """A layer comes back with the object of tf_keras inside it."""
        restored = check_round_trip(wrapping(keras.layers.Dense()), own.registry)
        assert type(restored.inner) is keras.layers.Dense

    def test_a_class_that_reads_its_parts_with_us(self, own, keras, wrapping):
        """A part that a layer of tf_keras reads with us is one of tf_keras, too."""
        wrapping.from_config = classmethod(
            lambda cls, config: cls(own.deserialize(config["inner"], {"unused": None}))
        )
        restored = check_round_trip(wrapping(keras.layers.Dense()), own.registry)
        assert type(restored.inner) is keras.layers.Dense

    @pytest.mark.parametrize("module", ["keras.layers", "tf_keras.layers"])
    def test_an_object_of_keras(self, own, keras, module):
        """An object of tf_keras is read from either name of its module."""
        found = own.deserialize([built_in("Dense", module)])
        assert type(found[0]) is keras.layers.Dense

    def test_what_our_functions_write(self, own, keras):
        """An object of tf_keras comes back from the config that we write of it."""
        dense = keras.layers.Dense()
        assert type(check_round_trip([dense], own.registry)[0]) is keras.layers.Dense

    def test_a_foreign_module(self, own, wrapping):
        """A module of nobody that is named inside a layer is not imported; its class is named."""
        config = part_config(
            class_name="Wrapping",
            registered_name="shop>Wrapping",
            config={"inner": built_in("Dense", "acme.layers")},
        )
        with pytest.raises(UnknownObjectError, match=r"'Dense' of the module 'acme\.layers'"):
            own.deserialize(config)
