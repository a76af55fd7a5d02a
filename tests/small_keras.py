"""A small Keras: what is intercepted of a Keras, in its places and with its parameters.

    lay(site, small_keras())
    lay(site, small_keras("tf_keras", {"src/losses.py": [("custom_objects=None", "strict")]}))

It looks keys up as Keras 3.15 does, and has nothing else. Real ones are tested with the plugins.
"""

KINDS = (
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
)

REGISTRATION = """
GLOBAL_CUSTOM_OBJECTS = {}
GLOBAL_CUSTOM_NAMES = {}

def get_registered_name(obj):
    return GLOBAL_CUSTOM_NAMES.get(obj, obj.__name__)

def get_registered_object(name, custom_objects=None, module_objects=None):
    for known in (GLOBAL_CUSTOM_OBJECTS, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None
"""

SERIALIZATION = """
from ROOT.src.saving import object_registration

def deserialize_keras_object(config, custom_objects=None, safe_mode=True, **kwargs):
    module_objects = kwargs.pop("module_objects", None)
    known = {**(custom_objects or {}), **object_registration.GLOBAL_CUSTOM_OBJECTS}
    if isinstance(config, str):
        return known.get(config, (module_objects or {}).get(config, config))
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
    found = object_registration.get_registered_object(registered_name, custom_objects)
    if found is None:
        raise TypeError(f"Could not locate {obj_type} '{name}'.")
    return found
"""

LEGACY = """
from ROOT.src.saving import object_registration

def class_and_config_for_serialized_keras_object(
    config, module_objects=None, custom_objects=None, printable_module_name="object"
):
    name = config["class_name"]
    found = object_registration.get_registered_object(name, custom_objects, module_objects)
    if found is None:
        raise ValueError(f"Unknown {printable_module_name}: '{name}'.")
    return found, config["config"]
"""

KIND = """
from ROOT.src.saving import serialization_lib

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
"""

LAYERS = """
from ROOT.src.saving import serialization_lib

class Layer:
    def get_config(self):
        return {}

def deserialize(config, custom_objects=None):
    return serialization_lib.deserialize_keras_object(config, custom_objects=custom_objects)
"""


def small_keras(root="keras", edits=()):
    """Return the file tree of a small Keras.

    Args:
        root: Its import name.
        edits: For each file to edit, texts that it holds and what to put in the place of each.
    """
    kinds = "".join(f"from {root}.src import {kind}\n" for kind in KINDS)
    legacy = f"from {root}.src.legacy.saving import serialization\n"
    last = f"from {root}.src import layers\nfrom {root}.src import version\n"
    files = {
        "__init__.py": f"import {root}.src\n",
        "src/__init__.py": kinds + legacy + last,
        "src/saving/__init__.py": "",
        "src/saving/object_registration.py": REGISTRATION,
        "src/saving/serialization_lib.py": SERIALIZATION,
        "src/legacy/__init__.py": "",
        "src/legacy/saving/__init__.py": "",
        "src/legacy/saving/serialization.py": LEGACY,
        **{f"src/{kind}.py": KIND for kind in KINDS},
        "src/layers.py": LAYERS,
        "src/version.py": "",
    }
    for name, replacements in dict(edits).items():
        for old, new in replacements:
            assert old in files[name], name
            files[name] = files[name].replace(old, new)
    return {root: {name: text.replace("ROOT", root) for name, text in files.items()}}
