"""Layers, and how they are made of their configs."""

from tf_keras.src.saving import serialization_lib
from tf_keras.src.saving.legacy import serialization as legacy_serialization


class Layer:
    def get_config(self):
        return {}


class Dense(Layer):
    pass


ALL_OBJECTS = {"Dense": Dense}


def deserialize(config, custom_objects=None, use_legacy_format=False):
    library = legacy_serialization if use_legacy_format else serialization_lib
    return library.deserialize_keras_object(
        config, module_objects=ALL_OBJECTS, custom_objects=custom_objects
    )
