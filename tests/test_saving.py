"""The two places of Keras' names: `saving` and `utils`."""

import importlib

import pytest

import keras_serializable

KERAS_NAMES = {
    "CustomObjectScope",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
}


@pytest.mark.parametrize("place", ["saving", "utils"])
def test_keras_places(place):
    """Keras' names are importable from Keras' two places, and mean the objects of the package."""
    module = importlib.import_module(f"keras_serializable.{place}")
    assert set(module.__all__) >= KERAS_NAMES
    for name in module.__all__:
        assert getattr(module, name) is getattr(keras_serializable, name)


def test_the_functions_of_serialization():
    """`saving` and `utils` offer the functions of the package itself."""
    from keras_serializable import saving, utils

    for module in (saving, utils):
        for name in ("serialize_keras_object", "deserialize_keras_object"):
            assert getattr(module, name) is getattr(keras_serializable, name)
            assert name in module.__all__
