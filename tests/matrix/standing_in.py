"""A pytest plugin: our functions stand in for those of Keras' `object_registration`."""

from keras.src.saving import object_registration

import keras_serializable

for _name in (
    "CustomObjectScope",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
):
    setattr(object_registration, _name, getattr(keras_serializable, _name))
