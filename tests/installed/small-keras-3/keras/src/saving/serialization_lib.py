"""The config format of Keras 3."""

from keras.src.saving import object_registration


def deserialize_keras_object(config, custom_objects=None, safe_mode=True, **kwargs):
    module_objects = kwargs.pop("module_objects", None)
    known = {**(custom_objects or {}), **object_registration.GLOBAL_CUSTOM_OBJECTS}
    if isinstance(config, str):
        return known.get(config, (module_objects or {}).get(config, config))
    inner = config["config"]
    if module_objects is not None:
        names = (config["class_name"], config.get("registered_name"), inner)
        if not any(isinstance(name, str) and name in known for name in names):
            name = inner if config["class_name"] == "function" else config["class_name"]
            if name not in module_objects:
                return name
            found = module_objects[name]
            return found(**inner) if isinstance(found, type) else found
    if config["class_name"] == "function":
        args = (inner, "function", config["module"], "function", config, custom_objects)
        return _retrieve_class_or_fn(*args)
    cls = _retrieve_class_or_fn(
        config["class_name"],
        config["registered_name"],
        config["module"],
        obj_type="class",
        full_config=config,
        custom_objects=custom_objects,
    )
    return cls(**inner)


def _retrieve_class_or_fn(
    name, registered_name, module, obj_type, full_config, custom_objects=None
):
    key = name if obj_type == "function" else registered_name
    found = object_registration.get_registered_object(key, custom_objects)
    if found is None:
        raise TypeError(f"Could not locate {obj_type} '{name}'. Full object config: {full_config}")
    return found


modes = [None]


class SafeModeScope:
    def __init__(self, safe_mode):
        self.safe_mode = safe_mode

    def __enter__(self):
        modes.append(self.safe_mode)

    def __exit__(self, *exception):
        modes.pop()
