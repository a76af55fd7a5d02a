"""The errors: what happened, which distribution and version it came from, what to do next.

Each class is also a built-in that callers already catch, carries its data as attributes, and
survives pickling (worker processes send their errors home).
"""

from keras_serializable.providers import Provider

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class KerasSerializableError(Exception):
    """Base of every error of this package."""

    def __reduce__(self) -> "tuple[Callable[..., object], tuple[object, ...]]":
        # Exceptions pickle as type(*args), and args is the message here, not the constructor's
        # arguments; so the object is rebuilt from its parts, as packaging's exceptions are.
        return _rebuild, (type(self), self.args, vars(self))


def _rebuild(
    cls: "type[KerasSerializableError]", args: "tuple[object, ...]", state: "dict[str, object]"
) -> KerasSerializableError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


class ProviderError(KerasSerializableError):
    """An installed provider of a key cannot deliver it.

    Attributes:
        key: The key that was asked for.
        provider: The entry point that advertises it, with its distribution and version.
        reason: What is wrong, in one sentence.
    """

    def __init__(self, key: str, provider: Provider, reason: str, remedy: str) -> None:
        super().__init__(
            f"{key!r} is advertised by {provider.distribution} "
            f'(entry point "{provider.name}" = "{provider.value}"), but {reason}. {remedy}'
        )
        self.key = key
        self.provider = provider
        self.reason = reason


class ProviderImportError(ProviderError, ImportError):
    """Importing the provider's module failed; the original error is the cause.

    Example:
        >>> from keras_serializable.providers import Distribution
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> print(ProviderImportError("acme>Scale", provider, ModuleNotFoundError("no jax")))
        'acme>Scale' is advertised by acme 1.2 (entry point "acme>Scale" = "acme.layers:Scale"), \
but importing acme.layers failed with ModuleNotFoundError: no jax. Repair or uninstall acme, \
or call keras_serializable.refresh() to try again.
    """

    def __init__(self, key: str, provider: Provider, failure: BaseException) -> None:
        super().__init__(
            key,
            provider,
            f"importing {provider.module} failed with {type(failure).__name__}: {failure}",
            f"Repair or uninstall {provider.distribution.name}, or call "
            "keras_serializable.refresh() to try again.",
        )


class ProviderContractError(ProviderError, ValueError):
    """The provider's module was imported, but does not hold what its entry point promises.

    Example:
        >>> from keras_serializable.providers import Distribution
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> str(ProviderContractError("acme>Scale", provider, "it is late")).count("it is late")
        1
    """

    def __init__(self, key: str, provider: Provider, reason: str) -> None:
        super().__init__(
            key,
            provider,
            reason,
            f"This is a fault of {provider.distribution.name}: report it to its authors, "
            "or install another version.",
        )


class ProviderConflictError(KerasSerializableError, LookupError):
    """Several distributions advertise one key with different values.

    Attributes:
        key: The key that was asked for.
        providers: The entry points that contradict each other.

    Example:
        >>> from keras_serializable.providers import Distribution
        >>> print(ProviderConflictError("a>B", (
        ...     Provider("a>B", "one:B", Distribution("one", "1.0")),
        ...     Provider("a>B", "two:B", Distribution("two", "2.0")),
        ... )))
        'a>B' is advertised with different values: "one:B" by one 1.0, "two:B" by two 2.0. \
Uninstall all but one of them, or import the one you want before the key is looked up.
    """

    def __init__(self, key: str, providers: "tuple[Provider, ...]") -> None:
        sides = ", ".join(f'"{each.value}" by {each.distribution}' for each in providers)
        super().__init__(
            f"{key!r} is advertised with different values: {sides}. Uninstall all but one of "
            "them, or import the one you want before the key is looked up."
        )
        self.key = key
        self.providers = providers
