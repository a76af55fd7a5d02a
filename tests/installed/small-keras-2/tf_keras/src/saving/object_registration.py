"""The registered objects."""

_GLOBAL_CUSTOM_OBJECTS = {}
_GLOBAL_CUSTOM_NAMES = {}
_scoped = {}


def get_registered_name(obj):
    return _GLOBAL_CUSTOM_NAMES.get(obj, obj.__name__)


def get_registered_object(name, custom_objects=None, module_objects=None):
    for known in (_scoped, _GLOBAL_CUSTOM_OBJECTS, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None


class CustomObjectScope:
    def __init__(self, custom_objects):
        self.custom_objects = custom_objects

    def __enter__(self):
        self.outer = {**_scoped}
        _scoped.update(self.custom_objects)

    def __exit__(self, *exception):
        _scoped.clear()
        _scoped.update(self.outer)
