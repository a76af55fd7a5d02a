"""The functions of serialization, bound to the default registry."""

import pytest

import keras_serializable


@pytest.mark.thread_unsafe(reason="registers one key in one registry")
def test_belong_to_the_default_registry():
    """The public functions find what the package's decorator registers."""

    @keras_serializable.register_keras_serializable("test_serialization")
    class Mine:
        def get_config(self):
            return {}

    config = keras_serializable.serialize_keras_object([Mine()])
    assert config[0]["registered_name"] == "test_serialization>Mine"
    (mine,) = keras_serializable.deserialize_keras_object(config, safe_mode=False)
    assert isinstance(mine, Mine)
    assert isinstance(keras_serializable.check_round_trip(mine), Mine)


def test_are_imported_when_they_are_called(fresh):
    """A program that serializes nothing does not import what does."""
    code = """
import sys, keras_serializable.saving, keras_serializable.utils
names = [name for name in sys.modules if "serialization" in name or name == "json"]
print(names)
keras_serializable.serialize_keras_object(1)
print("keras_serializable.serialization" in sys.modules)
"""
    assert fresh(code) == "[]\nTrue\n"
