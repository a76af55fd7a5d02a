"""The registered objects."""

from keras.src.backend.common import global_state

GLOBAL_CUSTOM_OBJECTS = {}
GLOBAL_CUSTOM_NAMES = {}


def get_registered_name(obj):
    return GLOBAL_CUSTOM_NAMES.get(obj, obj.__name__)


def get_registered_object(name, custom_objects=None, module_objects=None):
    for known in (GLOBAL_CUSTOM_OBJECTS, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None


class CustomObjectScope:
    def __init__(self, custom_objects):
        self.custom_objects = custom_objects

    def __enter__(self):
        self.outer = global_state.get_global_attribute("custom_objects_scope_dict")
        global_state.set_global_attribute("custom_objects_scope_dict", self.custom_objects)

    def __exit__(self, *exception):
        global_state.set_global_attribute("custom_objects_scope_dict", self.outer)
