"""The errors and warnings: what happened, the distribution at fault, and what to do next.

Each error is also a built-in exception that callers already catch. It has its data as attributes.
It can be pickled, because worker processes send their errors to the parent process.
"""

from keras_serializable._providers import Problem, Provider, owners
from keras_serializable._texts import LONGEST_REASON, escaped, failure, listed, shown
from keras_serializable._warnings import (
    ClaimedRequirementWarning,
    HookWarning,
    KeyOverrideWarning,
    MissingRequirementWarning,
    StampWarning,
    UnknownKerasWarning,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ClaimedRequirementWarning",
    "HookError",
    "HookWarning",
    "KerasSerializableError",
    "KeyOverrideWarning",
    "MetadataProblemError",
    "MissingRequirementWarning",
    "ProviderConflictError",
    "ProviderContractError",
    "ProviderError",
    "ProviderImportError",
    "ProviderRefusedError",
    "StampWarning",
    "UnknownKerasWarning",
]


class KerasSerializableError(Exception):
    """Base of every error of this package.

    Example:
        >>> import keras_serializable
        >>> try:
        ...     keras_serializable.deserialize_keras_object({1, 2})
        ... except KerasSerializableError as error:
        ...     print(type(error).__name__)
        MalformedConfigError
    """

    def __reduce__(self) -> "tuple[Callable[..., object], tuple[object, ...]]":
        # An exception is pickled as type(*args). Here `args` holds the message, and not the
        # arguments of the constructor. So the error is rebuilt from its parts.
        return _rebuild, (type(self), self.args, vars(self))


def _rebuild(
    cls: "type[KerasSerializableError]", args: "tuple[object, ...]", state: "dict[str, object]"
) -> KerasSerializableError:
    error = cls.__new__(cls, *args)
    super(KerasSerializableError, error).__init__(*args)  # The built-in class keeps the message.
    error.__dict__.update(state)
    return error


class ProviderError(KerasSerializableError):
    """The object of a key cannot be loaded from an installed provider.

    Attributes:
        key: The key that was looked up.
        provider: The entry point that advertises the key, with its distribution and version.
        reason: The fault, in one sentence.

    Example:
        >>> from keras_serializable import Distribution, Provider
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> error = ProviderError("acme>Scale", provider, "it is broken", "Repair it.")
        >>> error.key, error.reason
        ('acme>Scale', 'it is broken')
    """

    def __init__(self, key: str, provider: Provider, reason: str, remedy: str) -> None:
        super().__init__(
            f"{shown(key)} is advertised by {provider.distribution} "
            f'(entry point "{escaped(provider.name)}" = "{escaped(provider.value)}"), but '
            f"{escaped(reason, LONGEST_REASON, lines=True)}. {remedy}"
        )
        self.key = key
        self.provider = provider
        self.reason = reason


class ProviderImportError(ProviderError, ImportError):
    """The import of the provider's module failed. The original error is the cause.

    Args:
        key: The key that was looked up.
        provider: The entry point that advertises the key.
        error: The original error.
        remedy: What to do about it, where more is known than the error says.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> print(ProviderImportError("acme>Scale", provider, ModuleNotFoundError("no jax")))
        'acme>Scale' is advertised by acme 1.2 (entry point "acme>Scale" = "acme.layers:Scale"), \
but importing acme.layers failed with ModuleNotFoundError: no jax. Repair or uninstall acme, \
or call keras_serializable.refresh() to try again.
    """

    def __init__(
        self,
        key: str,
        provider: Provider,
        error: BaseException,
        remedy: str | None = None,
    ) -> None:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if remedy is None and missing and "." not in missing:
            remedy = (
                f"Install the distribution that has the module {shown(missing)}, or repair or "
                f"uninstall {owners(provider)}."
            )
        super().__init__(
            key,
            provider,
            f"importing {escaped(provider.module)} failed with {failure(error)}",
            remedy
            or f"Repair or uninstall {owners(provider)}, or call "
            "keras_serializable.refresh() to try again.",
        )


class ProviderContractError(ProviderError, ValueError):
    """The provider's module was imported, but it lacks the object of the entry point.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> str(ProviderContractError("acme>Scale", provider, "it is late")).count("it is late")
        1
    """

    def __init__(self, key: str, provider: Provider, reason: str) -> None:
        name = escaped(provider.distribution.name)
        if provider.libraries:
            remedy = (
                f"Install another version of {owners(provider)}, and report it to the authors of "
                f"{name}."
            )
        else:
            remedy = (
                f"This is a fault of {name}: report it to its authors, or install another version."
            )
        super().__init__(key, provider, reason, remedy)

    @classmethod
    def of_object(
        cls, key: str, provider: Provider, found: object | None
    ) -> "ProviderContractError":
        """Return the error of the object that an imported module holds, `None` for no object."""
        if not provider.attribute:
            reason = f"importing {provider.module} did not register that key"
        elif found is None:
            reason = f"{provider.module} has no {provider.attribute}"
        elif isinstance(found, type):
            reason = f"the class {provider.attribute} has no get_config() method"
        else:
            kind = type(found).__name__
            reason = f"{provider.attribute} is a {kind}, which cannot be registered"
        return cls(key, provider, reason)


class ProviderRefusedError(ProviderError, ImportError):
    """A rule forbids to import the provider. Nothing of it was imported.

    Attributes:
        rule: The rule, and the place where it was set.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> ProviderRefusedError("acme>Scale", provider, "deny_keys has 'acme>*'").rule
        "deny_keys has 'acme>*'"
    """

    def __init__(self, key: str, provider: Provider, rule: str) -> None:
        super().__init__(
            key,
            provider,
            f"importing it is not allowed: {rule}",
            "Change the rule, or import the module yourself before the key is looked up.",
        )
        self.rule = rule


class ProviderConflictError(KerasSerializableError, LookupError):
    """Several distributions advertise one key with different values.

    Attributes:
        key: The key that was looked up.
        providers: The entry points with different values.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> print(ProviderConflictError("a>B", (
        ...     Provider("a>B", "one:B", Distribution("one", "1.0")),
        ...     Provider("a>B", "two:B", Distribution("two", "2.0")),
        ... )))
        'a>B' is advertised with different values: "one:B" by one 1.0, "two:B" by two 2.0. \
Choose one with KERAS_SERIALIZABLE_PREFER='a>B=<distribution>', or uninstall the others.
    """

    def __init__(self, key: str, providers: "tuple[Provider, ...]", rule: str = "") -> None:
        sides = listed(f'"{escaped(each.value)}" by {each.distribution}' for each in providers)
        libraries = listed(dict.fromkeys(each for one in providers for each in one.libraries))
        super().__init__(
            f"{shown(key)} is advertised with different values: {sides}. {rule and f'{rule}. '}"
            f"Choose one with KERAS_SERIALIZABLE_PREFER='{escaped(key)}=<distribution>'"
            f"{libraries and f' (one of {libraries})'}, or "
            "uninstall the others."
        )
        self.key = key
        self.providers = providers


class MetadataProblemError(KerasSerializableError, LookupError):
    """Strict mode is on, and some metadata on the path could not be read.

    Attributes:
        problems: The files or folders that could not be read, and the causes.

    Example:
        >>> print(MetadataProblemError((Problem("bad/entry_points.txt", "not UTF-8"),)))
        strict mode: some metadata could not be read: bad/entry_points.txt: not UTF-8. Repair or \
remove these files, or leave strict mode: unset KERAS_SERIALIZABLE_STRICT, or remove strict=True \
from the program's policy.
    """

    def __init__(self, problems: "tuple[Problem, ...]") -> None:
        super().__init__(
            "strict mode: some metadata could not be read: "
            f"{listed(problems, separator='; ')}. Repair or remove these files, or leave "
            "strict mode: unset KERAS_SERIALIZABLE_STRICT, or remove strict=True from the "
            "program's policy."
        )
        self.problems = problems


class HookError(KerasSerializableError, RuntimeError):
    """A hook plugin could not decide, and its decision was needed.

    The plugin raised an exception, which is the cause of this error. Or it returned a value that is
    no decision, or it cannot be loaded.

    Attributes:
        hook: The name of the hook, `None` if the plugin cannot be loaded.
        provider: The entry point of the hook plugin.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> plugin = Provider("audit", "audit_hooks", Distribution("audit", "3.0"))
        >>> print(HookError("keras_serializable_refuse", plugin, KeyError("x")))
        the hook keras_serializable_refuse of "audit" = "audit_hooks" of audit 3.0 failed with \
KeyError: 'x'. Repair or uninstall audit.
        >>> print(HookError(None, plugin, OSError("no list")))
        the hook plugin "audit" = "audit_hooks" of audit 3.0 cannot be loaded: OSError: no list. \
It may be a guard, so nothing is discovered without it. Repair or uninstall audit, or switch the \
plugin off with KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS=audit.
    """

    def __init__(
        self, hook: str | None, provider: Provider, error: BaseException | str, remedy: str = ""
    ) -> None:
        name, cause = escaped(provider.distribution.name), failure(error)
        remedy = remedy or f"Repair or uninstall {name}"
        text = (
            f"the hook plugin {provider} cannot be loaded: {cause}. It may be a guard, so nothing "
            f"is discovered without it. {remedy}, or switch the plugin off with "
            f"KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS={name}."
        )
        if hook is not None:
            happened = f"failed with {cause}" if isinstance(error, BaseException) else cause
            text = f"the hook {hook} of {provider} {happened}. {remedy}."
        super().__init__(text)
        self.hook = hook
        self.provider = provider

    @classmethod
    def of_allow_list(cls, provider: Provider, rule: str) -> "HookError":
        """Return the error of a plugin that an allow list leaves out."""
        name = escaped(provider.distribution.name)
        return cls(None, provider, rule, f"Add {name} to this allow list")

    @classmethod
    def of_other_thread(cls, provider: Provider) -> "HookError":
        """Return the error of a plugin whose import in another thread waits for this thread."""
        fault = "another thread is importing it, and waits for an import that this thread has begun"
        return cls(None, provider, fault, "Look the key up again after both imports")
