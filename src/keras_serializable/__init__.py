"""The plugin registry for Keras: models load without an import of the plugin that made them.

The functions belong to one default registry. They have Keras' names and behave as in Keras. If a
key is not registered, discovery looks for an installed distribution that advertises the key. Only
the module of this provider is imported.

An import of this package imports no Keras, no importlib_metadata and no pluggy.
"""

import sys

from keras_serializable._registry.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from keras_serializable._bound_serialization import BoundSerialization
    from keras_serializable._keras.packages import Keras
    from keras_serializable._loading.policy import Policy
    from keras_serializable._loading.resolver import Resolver
    from keras_serializable._providers import Distribution, Problem, Provider
    from keras_serializable._registry.scope import CustomObjectScope, custom_object_scope
    from keras_serializable.errors import (
        HookError,
        HookWarning,
        KerasSerializableError,
        KeyOverrideWarning,
        MetadataProblemError,
        ProviderConflictError,
        ProviderContractError,
        ProviderError,
        ProviderImportError,
        ProviderRefusedError,
        UnknownKerasWarning,
    )
    from keras_serializable.serialization import (
        ConfigError,
        ConfigLimitError,
        MalformedConfigError,
        NotSerializableError,
        ObjectSharingScope,
        RestorationError,
        RoundTripError,
        UnknownObjectError,
        UnsafeConfigError,
    )

__all__ = [
    "ConfigError",
    "ConfigLimitError",
    "CustomObjectScope",
    "Distribution",
    "HookError",
    "HookWarning",
    "KerasSerializableError",
    "KeyOverrideWarning",
    "MalformedConfigError",
    "MetadataProblemError",
    "NotSerializableError",
    "ObjectSharingScope",
    "Policy",
    "Problem",
    "Provider",
    "ProviderConflictError",
    "ProviderContractError",
    "ProviderError",
    "ProviderImportError",
    "ProviderRefusedError",
    "Registry",
    "RestorationError",
    "RoundTripError",
    "UnknownKerasWarning",
    "UnknownObjectError",
    "UnsafeConfigError",
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

_LAZY = {
    "ConfigError": "serialization",
    "ConfigLimitError": "serialization",
    "CustomObjectScope": "_registry.scope",
    "Distribution": "_providers",
    "HookError": "errors",
    "HookWarning": "errors",
    "KerasSerializableError": "errors",
    "KeyOverrideWarning": "errors",
    "MalformedConfigError": "serialization",
    "MetadataProblemError": "errors",
    "NotSerializableError": "serialization",
    "ObjectSharingScope": "serialization",
    "Policy": "_loading.policy",
    "Problem": "_providers",
    "Provider": "_providers",
    "ProviderConflictError": "errors",
    "ProviderContractError": "errors",
    "ProviderError": "errors",
    "ProviderImportError": "errors",
    "ProviderRefusedError": "errors",
    "RestorationError": "serialization",
    "RoundTripError": "serialization",
    "UnknownKerasWarning": "errors",
    "UnknownObjectError": "serialization",
    "UnsafeConfigError": "serialization",
    "check_round_trip": "_bound_serialization",
    "custom_object_scope": "_registry.scope",
    "deserialize_keras_object": "_bound_serialization",
    "serialize_keras_object": "_bound_serialization",
}
"""public name -> its module, which is imported at the first use of the name.

An import of all these modules takes ten times as long as an import of the package.
"""

_modules: "dict[str, Any]" = {}


def _module(name: str) -> "Any":
    """Return a module of this package, imported at the first call."""
    # keras.config.set_backend() removes all modules whose names begin with "keras" from
    # sys.modules. A second import would make a second copy, so the first one is kept here.
    if name not in _modules:
        # `fromlist` makes __import__ return the module itself. importlib would take 1 ms more.
        _modules[name] = __import__(f"{__name__}.{name}", fromlist=["*"])
    return _modules[name]


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    owner = _module(_LAZY[name])
    if _LAZY[name] == "_bound_serialization":
        owner = owner.BoundSerialization(_default)
    found: object = getattr(owner, name)
    globals()[name] = found
    return found


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})


def _resolver() -> "Resolver":
    resolver: Resolver = _module("_loading.process").resolver
    return resolver


def _kerases() -> "Iterable[Keras]":
    # These are the names of `ROOTS`. A program without Keras saves the import of `_keras`.
    if "keras" not in sys.modules and "tf_keras" not in sys.modules:
        return ()
    packages = _modules.get("_keras.packages") or _module("_keras.packages")
    kerases: Iterable[Keras] = packages.present()
    return kerases


# The default registry asks the installed distributions and the Kerases of this process.
_default = Registry(_resolver, _kerases)

register_keras_serializable = _default.register_keras_serializable
get_registered_object = _default.get_registered_object
get_registered_name = _default.get_registered_name
get_custom_objects = _default.get_custom_objects

if TYPE_CHECKING:
    serialize_keras_object = BoundSerialization(_default).serialize_keras_object
    deserialize_keras_object = BoundSerialization(_default).deserialize_keras_object
    check_round_trip = BoundSerialization(_default).check_round_trip


def providers() -> "list[Provider]":
    """Return the providers of all installed distributions. Nothing of them is imported.

    Returns:
        A provider for each entry point of the group ``keras_serializable``. Providers of one key
        come first, then providers of packages.

    Example:
        >>> for provider in providers():
        ...     assert provider.name and provider.value and provider.distribution.name
    """
    return list(_resolver().discovery.current())


def problems() -> "list[Problem]":
    """Return the problems in the metadata of the installed distributions.

    A problem hides only the keys of its own distribution.

    Returns:
        A problem for each broken file or folder, with its cause. The list also has files that
        discovery does not need, but other tools do.

    Example:
        >>> for problem in problems():
        ...     print(problem.path, problem.cause)
    """
    discovery = _resolver().discovery
    shadowed = _module("_installed.problems").shadowed
    is_built_in = _module("_keras.packages").is_built_in
    return [*discovery.problems(), *shadowed(discovery.current(), is_built_in)]


def refresh() -> None:
    """Scan the installed distributions again, and forget which providers and hook plugins failed.

    A lookup of an unknown key notices an installation by itself. Call this function after other
    changes, such as an edit of a metadata file.

    Example:
        >>> refresh()
    """
    _resolver().refresh()


def set_policy(policy: "Policy") -> None:
    """Set the rules of this program for what discovery may import.

    The rules of the environment variables ``KERAS_SERIALIZABLE_*`` hold too. An import is refused
    if one of both refuses it. Registered objects stay registered.

    Args:
        policy: The policy; ``Policy()`` for no rule.

    Raises:
        TypeError: If `policy` is no `Policy`.

    Example:
        >>> import keras_serializable
        >>> set_policy(keras_serializable.Policy(deny_distributions=["untrusted-*"]))
        >>> set_policy(keras_serializable.Policy())
    """
    if not isinstance(policy, _module("_loading.policy").Policy):
        raise TypeError(
            f"set_policy takes a Policy, not {policy!r}. Write "
            'set_policy(keras_serializable.Policy(deny_keys=["acme>*"])), or '
            "set_policy(keras_serializable.Policy()) for no rule."
        )
    _resolver().policy = policy


def connect() -> None:
    """Connect the registry to every Keras of this process, imported before or later.

    A connected Keras asks discovery for a key that it cannot find. This function imports no Keras.
    A second call changes nothing.

    Raises:
        UnknownKerasWarning: If a Keras differs from all known releases, and a filter makes warnings
            errors. Then nothing is connected.

    Example:
        >>> connect()
        >>> disconnect()
    """
    _module("_keras.connection").connect(_default)


def disconnect() -> None:
    """Undo `connect`: every Keras works as before.

    Discovered objects stay registered, as after an import.

    Example:
        >>> disconnect()
    """
    if "_keras.connection" in _modules:
        _module("_keras.connection").disconnect()
