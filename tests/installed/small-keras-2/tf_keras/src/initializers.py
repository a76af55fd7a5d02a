"""Initializers: a module of functions and classes that are found by name."""

from tf_keras.src.saving import serialization_lib
from tf_keras.src.saving.legacy import serialization as legacy_serialization


def zeros(shape):
    return [0] * shape


def deserialize(name, custom_objects=None, use_legacy_format=False):
    library = legacy_serialization if use_legacy_format else serialization_lib
    return library.deserialize_keras_object(
        name, module_objects=globals(), custom_objects=custom_objects
    )


def get(identifier):
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    if callable(found):
        return found
    raise ValueError(f"Could not interpret identifier: {identifier}")
