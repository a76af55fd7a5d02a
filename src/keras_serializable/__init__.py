"""The plugin registry for Keras: models load without an import of the plugin that made them.

The functions belong to one default registry. They have Keras' names and behave as in Keras. If a
key is not registered, discovery looks for an installed distribution that advertises the key. Only
the module of this provider is imported.

An import of this package imports no Keras, no importlib_metadata and no pluggy.
"""

import sys

from keras_serializable import _lazy
from keras_serializable._registry.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_serializable._bound_serialization import BoundSerialization
    from keras_serializable._keras.packages import Keras
    from keras_serializable._loading.policy import Policy
    from keras_serializable._loading.resolver import Resolver
    from keras_serializable._needs.bound_needs import BoundNeeds
    from keras_serializable._needs.model_needs import ModelNeeds
    from keras_serializable._needs.needed_objects import NeededObject
    from keras_serializable._providers import Distribution, Problem, Provider
    from keras_serializable._registry.scope import CustomObjectScope, custom_object_scope
    from keras_serializable.errors import (
        ClaimedRequirementWarning,
        HookError,
        HookWarning,
        KerasSerializableError,
        KeyOverrideWarning,
        MetadataProblemError,
        MissingRequirementWarning,
        ProviderConflictError,
        ProviderContractError,
        ProviderError,
        ProviderImportError,
        ProviderRefusedError,
        StampWarning,
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
    "ClaimedRequirementWarning",
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
    "MissingRequirementWarning",
    "ModelNeeds",
    "NeededObject",
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
    "StampWarning",
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
    "inspect_model",
    "problems",
    "providers",
    "refresh",
    "register_keras_serializable",
    "requirements",
    "serialize_keras_object",
    "set_policy",
    "stamp",
]

__version__ = "0.1.0"

_LAZY = {
    name: module
    for module, names in {
        "_bound_serialization": "check_round_trip deserialize_keras_object serialize_keras_object",
        "_loading.policy": "Policy",
        "_needs.bound_needs": "inspect_model requirements stamp",
        "_needs.model_needs": "ModelNeeds",
        "_needs.needed_objects": "NeededObject",
        "_providers": "Distribution Problem Provider",
        "_registry.scope": "CustomObjectScope custom_object_scope",
        "errors": (
            "ClaimedRequirementWarning HookError HookWarning KerasSerializableError "
            "KeyOverrideWarning MetadataProblemError MissingRequirementWarning "
            "ProviderConflictError ProviderContractError ProviderError ProviderImportError "
            "ProviderRefusedError StampWarning UnknownKerasWarning"
        ),
        "serialization": (
            "ConfigError ConfigLimitError MalformedConfigError NotSerializableError "
            "ObjectSharingScope RestorationError RoundTripError UnknownObjectError "
            "UnsafeConfigError"
        ),
    }.items()
    for name in names.split()
}
"""public name -> its module, which is imported at the first use of the name.

An import of all these modules takes ten times as long as an import of the package.
"""

_lazy_module = _lazy.lazy_module
_kept = _lazy.kept  # Python 3.11 calls a method of an imported name 30 ns slower.


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    owner = _lazy_module(_LAZY[name])
    if _LAZY[name] == "_bound_serialization":
        owner = owner.BoundSerialization(_default)
    elif _LAZY[name] == "_needs.bound_needs":
        owner = owner.BoundNeeds(_resolver, f"keras-serializable=={__version__}")
    found: object = getattr(owner, name)
    globals()[name] = found
    return found


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})


# Empty until the first miss; then its one value is under `None`.
_resolvers: "dict[None, Resolver]" = {}


def _resolver() -> "Resolver":
    if not _resolvers:
        # setdefault is atomic: all threads use the resolver of the first one.
        _resolvers.setdefault(None, _lazy_module("_loading.resolver").of_this_process())
    return _resolvers[None]


def _kerases() -> "Iterable[Keras]":
    # These are the names of `ROOTS`. A program without Keras saves the import of `_keras`.
    if "keras" not in sys.modules and "tf_keras" not in sys.modules:
        return ()
    packages = _kept.get("_keras.packages") or _lazy_module("_keras.packages")
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
    inspect_model = BoundNeeds(_resolver, __version__).inspect_model
    requirements = BoundNeeds(_resolver, __version__).requirements
    stamp = BoundNeeds(_resolver, __version__).stamp


def providers() -> "list[Provider]":
    """Return the providers of all installed distributions. Nothing of them is imported.

    Returns:
        A provider for each entry point of the group ``keras_serializable``. Providers of one key
        come first, then providers of packages. In Jupyter the list shows as a table.

    Example:
        >>> for provider in providers():
        ...     assert provider.name and provider.value and provider.distribution.name
    """
    tables = _lazy_module("_needs.html_tables")
    found: list[Provider] = tables.ProviderList(_resolver().discovery.current())
    return found


def problems() -> "list[Problem]":
    """Return the problems in the metadata of the installed distributions.

    A problem hides only the keys of its own distribution.

    Returns:
        A problem with its cause for each broken file or folder, each extra that METADATA does not
        declare, and each bare key that is the name of one of Keras' own objects.

    Example:
        >>> for problem in problems():
        ...     print(problem.path, problem.cause)
    """
    discovery = _resolver().discovery
    hidden_by_keras = _lazy_module("_installed.problems").hidden_by_keras
    is_built_in = _lazy_module("_keras.packages").is_built_in
    return [*discovery.problems(), *hidden_by_keras(discovery.current(), is_built_in)]


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
    if a rule of the program or of a variable refuses it. Registered objects stay registered.

    Args:
        policy: The policy; ``Policy()`` for no rule.

    Raises:
        TypeError: If `policy` is no `Policy`.

    Example:
        >>> import keras_serializable
        >>> set_policy(keras_serializable.Policy(deny_distributions=["untrusted-*"]))
        >>> set_policy(keras_serializable.Policy())
    """
    if not isinstance(policy, _lazy_module("_loading.policy").Policy):
        raise TypeError(
            f"set_policy takes a Policy, not {policy!r}. Write "
            'set_policy(keras_serializable.Policy(deny_keys=["acme>*"])), or '
            "set_policy(keras_serializable.Policy()) for no rule."
        )
    _resolver().policy = policy


def connect(*, stamp: bool = False) -> None:
    """Connect the registry to every Keras of this process, imported before or later.

    A connected Keras asks discovery for a key that it cannot find. This function imports no Keras.
    A second call changes nothing, except that `stamp=True` switches stamping on.

    Args:
        stamp: Whether to `stamp` each `.keras` and `.h5` file of a model that a Keras saves. It
            stays on until `disconnect`.

    Raises:
        UnknownKerasWarning: If a Keras differs from all known releases, and a filter makes warnings
            errors. Then nothing is connected.

    Example:
        >>> connect()
        >>> disconnect()
    """
    _lazy_module("_keras.connection").connect(_default, __getattr__("stamp") if stamp else None)


def disconnect() -> None:
    """Undo `connect`: every Keras works as before.

    Discovered objects stay registered, as after an import.

    Example:
        >>> disconnect()
    """
    if "_keras.connection" in _kept:
        _lazy_module("_keras.connection").disconnect()
