"""Layers."""

from keras.src.saving import serialization_lib


class Layer:
    def get_config(self):
        return {}


def deserialize(config, custom_objects=None):
    return serialization_lib.deserialize_keras_object(config, custom_objects=custom_objects)
