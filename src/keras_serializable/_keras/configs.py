"""Configs that only Keras can write or read: configs of its own classes, and of tensors.

Keras also reads configs in the ``from_config`` of each class that derives from a class of Keras.
This module imports Keras only by the name ``keras``. It imports no module that a config names.
"""

import importlib
import sys
from contextlib import ExitStack, contextmanager

from keras_serializable._keras.packages import bases_of_keras, root_of
from keras_serializable._keras_releases import (
    EXPORTS,
    GLOBAL_STATE,
    KERAS_3,
    REGISTRATION,
    ROOTS,
    SCOPED_OBJECTS,
    SERIALIZATION,
    SHARED_CONFIGS,
    SHARED_OBJECTS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType
    from typing import Any, TypeAlias

    # For each Keras: the module of its state, a name in it, and the former value of the name.
    Shared: TypeAlias = list[tuple[ModuleType, str, object]]


def public_name(cls: type) -> "tuple[str, str] | None":
    """Return the public module and name of a class of Keras, `None` for another class."""
    root = root_of(cls.__module__)
    exports = None if root is None else sys.modules.get(f"{root}.{EXPORTS}")
    public = None if exports is None else exports.get_name_from_symbol(cls)
    if not public:
        return None
    module, _, name = public.rpartition(".")
    return module, name


def meant_by(module: object) -> str:
    """Return the Keras that the ``module`` of a config means where no Keras reads around it.

    tf_keras, too, writes ``keras.layers``. So this name means tf_keras in a process that has
    imported tf_keras and no other Keras.
    """
    root = root_of(module)
    if root in (None, KERAS_3):
        return next((each for each in ROOTS if _can_serialize(each)), KERAS_3)
    return root


def can_write(obj: object) -> bool:
    """Return whether a Keras is imported and can write an object, such as a tensor."""
    # Keras writes an object with a `__name__`, such as a module, but cannot read the result.
    return any(map(_can_serialize, ROOTS)) and not hasattr(obj, "__name__")


def write(obj: object) -> object:
    """Return the config that the imported Keras makes of an object."""
    return sys.modules[meant_by(None)].saving.serialize_keras_object(obj)


def import_keras(root: str) -> "ModuleType":
    """Import a Keras."""
    return importlib.import_module(root)


def read(root: str, config: "dict[str, Any]", custom_objects: "Mapping[str, object]") -> object:
    """Return the object that a Keras makes of a config, in safe mode."""
    return sys.modules[root].saving.deserialize_keras_object(
        config, custom_objects=custom_objects, safe_mode=True
    )


def reader_of(cls: type) -> str | None:
    """Return the Keras that a class derives from, `None` if it derives from none."""
    return next((root for _, root in bases_of_keras(cls)), None)


@contextmanager
def reading(root: str, custom_objects: "Mapping[str, object]") -> "Iterator[None]":
    """Set safe mode and the known objects of a Keras inside this ``with`` block."""
    serialization = sys.modules.get(f"{root}.{SERIALIZATION}")
    registration = sys.modules.get(f"{root}.{REGISTRATION}")
    with ExitStack() as stack:
        if serialization is not None:
            # The program may have switched off safe mode with enable_unsafe_deserialization().
            stack.enter_context(serialization.SafeModeScope(safe_mode=True))
        if registration is not None and custom_objects:
            # In Keras 3 an inner scope hides the outer one, so the objects of both are merged.
            state = _state(root)
            outer = None if state is None else state.get_global_attribute(SCOPED_OBJECTS)
            known = {**(outer or {}), **custom_objects}
            stack.enter_context(registration.CustomObjectScope(known))
        yield


def share(configs: "dict[int, Any]", objects: "dict[int | str, object]") -> "Shared":
    """Make every Keras use these dictionaries for shared objects; return the former ones."""
    former: Shared = []
    for state in filter(None, map(_state, ROOTS)):
        for name, ours in ((SHARED_CONFIGS, configs), (SHARED_OBJECTS, objects)):
            former.append((state, name, state.get_global_attribute(name)))
            state.set_global_attribute(name, ours)
    return former


def unshare(former: "Shared") -> None:
    """Give every Keras its former dictionaries back."""
    for state, name, dictionary in former:
        state.set_global_attribute(name, dictionary)


def _can_serialize(root: str) -> bool:
    """Return whether a Keras is imported, with its functions for configs."""
    return hasattr(sys.modules.get(root), "saving")


def _state(root: str) -> "ModuleType | None":
    return sys.modules.get(f"{root}.{GLOBAL_STATE}")
