"""The plugin registry for Keras: models load without importing the plugin that made them.

The functions here are those of one default registry, with Keras' own names and semantics. Behind
them stands discovery: a key that nothing else answers is looked for among the installed
distributions, and the one provider that advertises it is imported.

Importing this package imports no Keras, no importlib_metadata and no pluggy.
"""

from keras_serializable.kerases import present as _kerases
from keras_serializable.registry import KeyOverrideWarning, Registry
from keras_serializable.scope import CustomObjectScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable.errors import (
        HookError,
        KerasSerializableError,
        MetadataProblemError,
        ProviderConflictError,
        ProviderContractError,
        ProviderError,
        ProviderImportError,
        ProviderRefusedError,
    )
    from keras_serializable.loading import Resolver
    from keras_serializable.policy import Policy
    from keras_serializable.provider import Distribution, Problem, Provider

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
    "connect",
    "custom_object_scope",
    "disconnect",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "problems",
    "providers",
    "refresh",
    "register_keras_serializable",
    "set_policy",
]

__version__ = "0.1.0"



def _installed() -> "Resolver":
    # Imported at the first miss, or when the user asks about it: the package itself must cost a
    # program that needs no plugin next to nothing.
    from keras_serializable.installed import resolver  # noqa: PLC0415

    return resolver


def __getattr__(name: str) -> object:
    # The errors and values are public here, but most programs name none of them.
    if name in __all__:
        from keras_serializable import errors, policy, provider  # noqa: PLC0415

        for module in (errors, policy, provider):
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_registry = Registry(_installed, _kerases)

register_keras_serializable = _registry.register_keras_serializable
get_registered_object = _registry.get_registered_object
get_registered_name = _registry.get_registered_name
get_custom_objects = _registry.get_custom_objects
custom_object_scope = CustomObjectScope


def providers() -> "list[Provider]":
    """Return what the installed distributions advertise, importing none of it.

    Returns:
        A provider for each entry point of the group ``keras_serializable``: those of keys first,
        then those of packages.

    Example:
        >>> for provider in providers():
        ...     assert provider.name and provider.value and provider.distribution.name
    """
    return list(_installed().discovery.index)


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
    return _installed().discovery.problems()


def refresh() -> None:
    """Scan the installed distributions again, and forget which providers failed.

    A lookup that finds nothing notices a changed path by itself. This is for changes that leave
    no trace in a directory's time, such as a metadata file edited in place.

    Example:
        >>> refresh()
    """
    _installed().discovery.refresh()


def set_policy(policy: "Policy") -> None:
    """Set what this program allows discovery to do.

    It adds to what the environment variables ``KERAS_SERIALIZABLE_*`` set: what either refuses is
    refused. Objects that are registered already stay.

    Args:
        policy: The policy; ``Policy()`` for no rule at all.

    Example:
        >>> import keras_serializable
        >>> set_policy(keras_serializable.Policy(deny_distributions=["untrusted-*"]))
        >>> set_policy(keras_serializable.Policy())
    """
    _installed().policy = policy


def connect() -> None:
    """Join the registry to every Keras of this process, imported already or later.

    From then on a Keras that cannot find a key asks discovery for it. No Keras is imported by
    this, and calling it again changes nothing.

    Example:
        >>> connect()
        >>> disconnect()
    """
    from keras_serializable.keras import connection  # noqa: PLC0415 -- only for who connects

    connection.connect(_registry)


def disconnect() -> None:
    """Undo `connect`: every Keras is again as it was.

    What has been discovered meanwhile stays registered, as after an import.

    Example:
        >>> disconnect()
    """
    from keras_serializable.keras import connection  # noqa: PLC0415 -- only for who connects

    connection.disconnect()
