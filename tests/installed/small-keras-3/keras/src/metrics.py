"""Metrics: a module of functions and classes that are found by name."""

from keras.src.saving import serialization_lib

ALL_OBJECTS_DICT = {}


def deserialize(config, custom_objects=None):
    return serialization_lib.deserialize_keras_object(
        config, module_objects=ALL_OBJECTS_DICT, custom_objects=custom_objects
    )


def get(identifier):
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    if callable(found):
        return found
    raise ValueError(f"Could not interpret identifier: {identifier}")
