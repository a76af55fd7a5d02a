"""The plugin registry for Keras: models load without importing the plugin that made them.

The functions here are those of one default registry, with Keras' own names and semantics. Behind
them stands discovery: a key that nothing else answers is looked for among the installed
distributions, and the one provider that advertises it is imported.

Importing this package imports no Keras, no importlib_metadata and no pluggy.
"""

import sys

from keras_serializable._registry.registry import Registry
from keras_serializable._registry.registry import default as _default

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType
    from typing import Any

    from keras_serializable._keras.packages import Keras
    from keras_serializable._loading.policy import Policy
    from keras_serializable._loading.resolver import Resolver
    from keras_serializable._providers import Distribution, Problem, Provider
    from keras_serializable._registry.scope import CustomObjectScope
    from keras_serializable.errors import (
        HookError,
        KerasSerializableError,
        KeyOverrideWarning,
        MetadataProblemError,
        ProviderConflictError,
        ProviderContractError,
        ProviderError,
        ProviderImportError,
        ProviderRefusedError,
    )

    custom_object_scope = CustomObjectScope

__all__ = [
    "CustomObjectScope",
    "Distribution",
    "HookError",
    "KerasSerializableError",
    "KeyOverrideWarning",
    "MetadataProblemError",
    "Policy",
    "Problem",
    "Provider",
    "ProviderConflictError",
    "ProviderContractError",
    "ProviderError",
    "ProviderImportError",
    "ProviderRefusedError",
    "Registry",
    "__version__",
    "check_round_trip",
    "connect",
    "custom_object_scope",
    "deserialize_keras_object",
    "disconnect",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "problems",
    "providers",
    "refresh",
    "register_keras_serializable",
    "serialize_keras_object",
    "set_policy",
]

__version__ = "0.1.0"


def _resolver() -> "Resolver":
    # Imported at the first miss, or when the user asks about it: the package itself must cost a
    # program that needs no plugin next to nothing.
    from keras_serializable._loading.resolver import installed  # noqa: PLC0415

    return installed


def _kerases() -> "Iterable[Keras]":
    # `ROOTS`, written out: its module is imported only beside one of them.
    if "keras" not in sys.modules and "tf_keras" not in sys.modules:
        return ()
    # Every lookup comes here, and an import statement takes longer than the rest of it.
    packages: Any = sys.modules.get("keras_serializable._keras.packages")
    if packages is None:
        from keras_serializable._keras import packages  # noqa: PLC0415 -- see above
    present: Iterable[Keras] = packages.present()
    return present


def __getattr__(name: str) -> object:
    # Scopes, errors and values are public here, but most programs name none of them.
    if name in ("CustomObjectScope", "custom_object_scope"):
        from keras_serializable._registry.scope import CustomObjectScope  # noqa: PLC0415

        return CustomObjectScope
    if name in __all__:
        from keras_serializable import _providers as provider  # noqa: PLC0415
        from keras_serializable import errors  # noqa: PLC0415
        from keras_serializable._loading import policy  # noqa: PLC0415

        for module in (errors, policy, provider):
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})


_default.reach_out(_resolver, _kerases)

register_keras_serializable = _default.register_keras_serializable
get_registered_object = _default.get_registered_object
get_registered_name = _default.get_registered_name
get_custom_objects = _default.get_custom_objects


def providers() -> "list[Provider]":
    """Return what the installed distributions advertise, importing none of it.

    Returns:
        A provider for each entry point of the group ``keras_serializable``: those of keys first,
        then those of packages.

    Example:
        >>> for provider in providers():
        ...     assert provider.name and provider.value and provider.distribution.name
    """
    return list(_resolver().discovery.current())


def problems() -> "list[Problem]":
    """Return what is wrong with the metadata of the installed distributions.

    Everything else was found all the same: a problem never hides the keys of another distribution.

    Returns:
        A problem for each file or folder, with its cause: what discovery could not read, and what
        it did not need to read but is broken for others.

    Example:
        >>> for problem in problems():
        ...     print(problem.path, problem.cause)
    """
    from keras_serializable._installed import problems as inspection  # noqa: PLC0415 -- only for who asks
    from keras_serializable._keras import packages  # noqa: PLC0415 -- only for who asks

    discovery = _resolver().discovery
    return [
        *discovery.problems(),
        *inspection.shadowed(discovery.current(), packages.is_built_in),
    ]


def refresh() -> None:
    """Scan the installed distributions again, and forget which providers and hook plugins failed.

    A lookup of an unknown key notices a changed path by itself. This is for changes that leave
    no trace in a directory's time, such as a metadata file edited in place.

    Example:
        >>> refresh()
    """
    _resolver().refresh()


def set_policy(policy: "Policy") -> None:
    """Set what this program allows discovery to do.

    It adds to what the environment variables ``KERAS_SERIALIZABLE_*`` set: what either refuses is
    refused. Objects that are registered already stay.

    Args:
        policy: The policy; ``Policy()`` for no rule at all.

    Raises:
        TypeError: If it is no `Policy`.

    Example:
        >>> import keras_serializable
        >>> set_policy(keras_serializable.Policy(deny_distributions=["untrusted-*"]))
        >>> set_policy(keras_serializable.Policy())
    """
    from keras_serializable._loading.policy import Policy  # noqa: PLC0415 -- only for who has rules

    if not isinstance(policy, Policy):
        raise TypeError(
            f"set_policy takes a Policy, not {policy!r}. Write "
            'set_policy(keras_serializable.Policy(deny_keys=["acme>*"])), or '
            "set_policy(keras_serializable.Policy()) for no rule at all."
        )
    _resolver().policy = policy


# The module `connection` once it is imported. It is kept because `keras.config.set_backend()`
# removes it from `sys.modules`: importing it again would give the module of another copy.
_connection: "list[ModuleType]" = []


def connect() -> None:
    """Join the registry to every Keras of this process, imported already or later.

    From then on a Keras that cannot find a key asks discovery for it. No Keras is imported by
    this, and calling it again changes nothing.

    Example:
        >>> connect()
        >>> disconnect()
    """
    if not _connection:
        from keras_serializable._keras import connection  # noqa: PLC0415 -- only for who connects

        _connection.append(connection)
    _connection[0].connect(_default)


def disconnect() -> None:
    """Undo `connect`: every Keras is again as it was.

    What has been discovered meanwhile stays registered, as after an import.

    Example:
        >>> disconnect()
    """
    for connection in _connection:
        connection.disconnect()


class _Serialization:
    """The functions of the package `serialization`, which only who serializes has to import.

    Each is fetched once: classes call them for every object they hold, and an import statement
    costs a third of such a call even where there is nothing left to import.
    """

    def __getattr__(self, name: str) -> "Any":
        if name.startswith("__"):  # somebody looks at every object: doctest, for one
            raise AttributeError(name)
        from keras_serializable import serialization  # noqa: PLC0415 -- see above

        setattr(self, name, getattr(serialization, name))
        return getattr(self, name)


_serialization = _Serialization()


def serialize_keras_object(obj: object) -> "Any":
    """Return the config of an object, in Keras 3's format. Keras is not needed for it.

    Registered classes and functions are named by their keys; of a class ``get_config()`` tells the
    rest. Unlike Keras, this refuses a lambda: nobody should have to run stored bytecode.

    Args:
        obj: An object with ``get_config()``, a function, a plain value, bytes, a slice, an
            ellipsis, a NumPy array or scalar, or lists, tuples and dictionaries of these. With
            Keras imported also its own objects and tensors.

    Returns:
        Dictionaries, lists, tuples and plain values, which JSON can store where the dictionaries
        have string keys.

    Raises:
        NotSerializableError: If something in it has no config. As all errors of this function it
            is in ``keras_serializable.serialization`` and tells the path of the place.
        UnsafeConfigError: If something in it is a lambda.
        ConfigLimitError: If it is nested too deep, contains itself, or has too many values.

    Example:
        >>> @register_keras_serializable("doc")
        ... class Scale:
        ...     def __init__(self, factor):
        ...         self.factor = factor
        ...     def get_config(self):
        ...         return {"factor": self.factor}
        >>> serialize_keras_object(Scale(3)) == {
        ...     "module": Scale.__module__,
        ...     "class_name": "Scale",
        ...     "config": {"factor": 3},
        ...     "registered_name": "doc>Scale",
        ... }
        True

    Source: ``keras.saving.serialize_keras_object`` of Keras 3.
    """
    return _serialization.serialize(obj, _default)


def deserialize_keras_object(
    config: object,
    custom_objects: "Mapping[str, object] | None" = None,
    safe_mode: bool = True,  # noqa: ARG001, FBT001, FBT002 -- Keras' signature
) -> "Any":
    """Return the object of a config in Keras 3's format. Keras is not needed for it.

    Keys are looked up as by `get_registered_object`, so plugins are discovered. A class without
    ``from_config()`` is called with its config, the objects in it made first. Only a config of one
    of Keras' own classes is handed to Keras, if it can be imported.

    The config may come from anywhere: before anything is made from it, it is surveyed for lambdas,
    cycles, depth and size. No module that it names is imported.

    Args:
        config: What `serialize_keras_object` returned, here or in Keras, or a part of a saved
            model. It is not changed, but Keras' own classes do change what is handed to them.
        custom_objects: The caller's objects by name. They are asked after what is registered.
        safe_mode: There for Keras' signature. Here it is always safe: nothing runs stored code.

    Returns:
        The object. A tuple comes back as a list, and a string that is a registered key as its
        object: that is how older files name functions.

    Raises:
        MalformedConfigError: If something in the config has a wrong type or is missing. As all
            errors up to the last three it is in ``keras_serializable.serialization`` and tells the
            path of the place, such as ``config.layers[2].config.kernel_regularizer``.
        UnknownObjectError: If a class or function is unknown, or is one of Keras' and Keras
            cannot be imported.
        UnsafeConfigError: If there is a lambda in it.
        ConfigLimitError: If it is nested too deep, contains itself, or has too many values.
        RestorationError: If a class does not accept its config; its own error is the cause.
        ProviderImportError: If the installed provider of a key cannot be imported.
        ProviderContractError: If it does not hold what its entry point promises.
        ProviderConflictError: If several distributions advertise a key differently.

    Example:
        >>> @register_keras_serializable("doc")
        ... class Shift:
        ...     def __init__(self, by):
        ...         self.by = by
        ...     def get_config(self):
        ...         return {"by": self.by}
        >>> config = serialize_keras_object({"first": Shift(1), "then": [Shift(2), Shift(3)]})
        >>> deserialize_keras_object(config)["then"][1].by
        3

    Source: ``keras.saving.deserialize_keras_object`` of Keras 3.
    """
    return _serialization.deserialize(config, _default, custom_objects)


def check_round_trip(obj: object, custom_objects: "Mapping[str, object] | None" = None) -> "Any":
    """Check that an object comes back from its stored config as it was: a test for plugins.

    The object is serialized, stored as JSON, restored, and serialized again; then the two configs
    are compared.

    Args:
        obj: The object.
        custom_objects: Objects by name, for what is not registered.

    Returns:
        The object that came back, for further comparison.

    Raises:
        RoundTripError: If the configs differ; it tells which keys, and how.
        NotSerializableError: If something in the object has no config, or JSON would change it.
        ConfigError: If the config cannot be restored; see `deserialize_keras_object`.

    Example:
        >>> @register_keras_serializable("doc")
        ... class Forgetful:
        ...     def __init__(self, factor=1):
        ...         self.factor = factor
        ...     def get_config(self):
        ...         return {"factor": self.factor}
        ...     @classmethod
        ...     def from_config(cls, config):
        ...         return cls()
        >>> check_round_trip(Forgetful(1)).factor
        1
        >>> check_round_trip(Forgetful(3))
        Traceback (most recent call last):
            ...
        keras_serializable.serialization.errors.RoundTripError: Forgetful does not survive a \
round trip:
          config.config.factor was 3 and is now 1
    """
    return _serialization.check_round_trip(obj, _default, custom_objects)
