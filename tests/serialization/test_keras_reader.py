"""What only Keras can read, where Keras is missing; test_cross.py has the tests with Keras."""

import pytest
from serialization_objects import part_config

from keras_serializable.serialization import UnknownObjectError

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
