"""A small Keras: the functions that are intercepted, in their places and with their parameters.

    lay(site, small_keras())
    lay(site, small_keras("tf_keras", {"src/losses.py": [("custom_objects=None", "strict")]}))
    lay(site, small_keras_2())

`small_keras` looks keys up as Keras 3.15 does, `small_keras_2` as Keras 2.15. They have nothing
else. Real ones are tested with the plugins.
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
    key = name if obj_type == "function" else registered_name
    found = object_registration.get_registered_object(key, custom_objects)
    if found is None:
        raise TypeError(f"Could not locate {obj_type} '{name}'. Full object config: {full_config}")
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

SAVING = """
import json
import zipfile

from ROOT.src import layers

def save_model(model, filepath, overwrite=True, SAVE_PARAMETER=None, **kwargs):
    if not str(filepath).endswith(".keras"):
        raise ValueError("Invalid filepath extension for saving.")
    if kwargs.pop("answer", None) == "no" and not overwrite:
        return
    with zipfile.ZipFile(filepath, "w") as archive:
        archive.writestr("config.json", json.dumps(model))

def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    with zipfile.ZipFile(filepath) as archive:
        config = json.loads(archive.read("config.json"))
    loaded = [layers.deserialize(each, custom_objects) for each in config["config"]["layers"]]
    for each in loaded:
        if isinstance(each, str):
            raise TypeError(
                "The added layer must be an instance of class Layer. "
                f"Received: layer={each} of type {type(each)}."
            )
    return loaded
"""
"""A test imports it. A model is its config; `answer` is what a user says to a question."""

KIND_2 = """
from ROOT.src.saving import serialization_lib
from ROOT.src.saving.legacy import serialization as legacy_serialization

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
"""

SERIALIZATION_2 = """
from ROOT.src.saving import object_registration

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
            is_custom = name in custom_objects or config.get("registered_name") in custom_objects
        if not is_custom:
            if name not in module_objects:
                return name
            found = module_objects[name]
            return found(**inner) if isinstance(found, type) else found
    if isinstance(config, str):
        return config
    cls = _retrieve_class_or_fn(
        config["class_name"],
        config["registered_name"],
        config["module"],
        obj_type="class",
        full_config=config,
        custom_objects=custom_objects,
    )
    return cls(**config["config"])
""" + SERIALIZATION[SERIALIZATION.index("\ndef _retrieve_class_or_fn(") :]

LEGACY_2 = (
    LEGACY
    + """
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
"""
)

LAYERS_2 = """
from ROOT.src.saving import serialization_lib
from ROOT.src.saving.legacy import serialization as legacy_serialization

class Dense:
    def get_config(self):
        return {}

ALL_OBJECTS = {"Dense": Dense}

def deserialize(config, custom_objects=None, use_legacy_format=False):
    library = legacy_serialization if use_legacy_format else serialization_lib
    return library.deserialize_keras_object(
        config, module_objects=ALL_OBJECTS, custom_objects=custom_objects
    )
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
        "src/saving/saving_api.py": SAVING.replace("SAVE_PARAMETER", "zipped"),
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


def small_keras_2(root="tf_keras"):
    """Return the file tree of a small Keras 2."""
    kinds = "".join(f"from {root}.src import {kind}\n" for kind in KINDS)
    files = {
        "__init__.py": f"import {root}.src\n",
        "src/__init__.py": f"{kinds}from {root}.src import layers\n",
        "src/saving/__init__.py": "",
        "src/saving/object_registration.py": REGISTRATION.replace("GLOBAL", "_GLOBAL"),
        "src/saving/serialization_lib.py": SERIALIZATION_2,
        "src/saving/saving_api.py": SAVING.replace("SAVE_PARAMETER", "save_format"),
        "src/saving/legacy/__init__.py": "",
        "src/saving/legacy/serialization.py": LEGACY_2,
        **{f"src/{kind}.py": KIND_2 for kind in KINDS},
        "src/layers/__init__.py": (
            "from ROOT.src.layers.serialization import Dense, deserialize\n"
        ),
        "src/layers/serialization.py": LAYERS_2,
    }
    return {root: {name: text.replace("ROOT", root) for name, text in files.items()}}
