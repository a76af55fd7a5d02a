"""The two places of Keras' names: `saving` and `utils`."""

import keras_serializable


def test_are_keras_names_in_keras_places():
    """`saving` and `utils` offer the functions of the package itself."""
    from keras_serializable import saving, utils

    for module in (saving, utils):
        for name in ("serialize_keras_object", "deserialize_keras_object"):
            assert getattr(module, name) is getattr(keras_serializable, name)
            assert name in module.__all__
