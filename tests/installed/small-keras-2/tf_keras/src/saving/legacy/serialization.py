"""The config format before Keras 3."""

from tf_keras.src.saving import object_registration


def class_and_config_for_serialized_keras_object(
    config, module_objects=None, custom_objects=None, printable_module_name="object"
):
    name = config["class_name"]
    found = object_registration.get_registered_object(name, custom_objects, module_objects)
    if found is None:
        raise ValueError(f"Unknown {printable_module_name}: '{name}'.")
    return found, config["config"]


def deserialize_keras_object(
    identifier, module_objects=None, custom_objects=None, printable_module_name="object"
):
    if isinstance(identifier, str):
        found = object_registration.get_registered_object(
            identifier, custom_objects, module_objects
        )
        if found is None:
            raise ValueError(f"Unknown {printable_module_name}: '{identifier}'.")
        return found
    cls, config = class_and_config_for_serialized_keras_object(
        identifier, module_objects, custom_objects, printable_module_name
    )
    return cls(**config)
