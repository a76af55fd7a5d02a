"""The config format of Keras 3, as Keras 2 reads it."""

import importlib

from tf_keras.src.saving import object_registration


def deserialize_keras_object(config, custom_objects=None, safe_mode=True, **kwargs):
    module_objects = kwargs.pop("module_objects", None)
    custom_objects = {**(custom_objects or {}), **object_registration._GLOBAL_CUSTOM_OBJECTS}
    if isinstance(config, str) and config in custom_objects:
        return custom_objects[config]
    if module_objects is not None:
        name, inner, is_custom = config, None, False
        if isinstance(config, dict):
            inner = config["config"]
            name = config["class_name"]
            names = (name, config.get("registered_name"), inner)
            is_custom = any(isinstance(each, str) and each in custom_objects for each in names)
        if not is_custom:
            name = inner if name == "function" else name
            if name not in module_objects:
                return name
            found = module_objects[name]
            return found(**inner) if isinstance(found, type) else found
    if isinstance(config, str):
        return config
    if config["class_name"] == "function":
        args = (config["config"], "function", config["module"], "function", config, custom_objects)
        return _retrieve_class_or_fn(*args)
    cls = _retrieve_class_or_fn(
        config["class_name"],
        config["registered_name"],
        config["module"],
        obj_type="class",
        full_config=config,
        custom_objects=custom_objects,
    )
    return cls(**config["config"])


def _retrieve_class_or_fn(
    name, registered_name, module, obj_type, full_config, custom_objects=None
):
    key = name if obj_type == "function" else registered_name
    found = object_registration.get_registered_object(key, custom_objects)
    root, _, part = (module or "").partition(".")
    if found is None and root in ("keras", "tf_keras"):  # it calls its own modules keras, too
        own = importlib.import_module(f"{__name__.partition('.')[0]}.{part}")
        found = getattr(own, name, None)
    if found is None:
        raise TypeError(f"Could not locate {obj_type} '{name}'. Full object config: {full_config}")
    return found


class SafeModeScope:
    def __init__(self, safe_mode):
        self.safe_mode = safe_mode

    def __enter__(self):
        pass

    def __exit__(self, *exception):
        pass
