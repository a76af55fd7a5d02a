"""The errors and warnings: what happened, which distribution it came from, what to do next.

Each error is also a built-in exception that callers already catch, carries its data as
attributes, and survives pickling: worker processes send their errors home.
"""

from keras_serializable._providers import Problem, Provider
from keras_serializable._texts import LONGEST_REASON, escaped, failure, listed, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class KerasSerializableError(Exception):
    """Base of every error of this package."""

    def __reduce__(self) -> "tuple[Callable[..., object], tuple[object, ...]]":
        # Exceptions pickle as type(*args). Here args is the message, not the constructor's
        # arguments, so the object is rebuilt from its parts, as packaging's exceptions are.
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
        key: The key that was asked for.
        provider: The entry point that advertises it, with its distribution and version.
        reason: What is wrong, in one sentence.
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
    """Importing the provider's module failed; the original error is the cause.

    Args:
        key: The key that was asked for.
        provider: The entry point that advertises it.
        error: The original error.
        remedy: What to do, where more is known than that the import failed.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> print(ProviderImportError("acme>Scale", provider, ModuleNotFoundError("no jax")))
        'acme>Scale' is advertised by acme 1.2 (entry point "acme>Scale" = "acme.layers:Scale"), \
but importing acme.layers failed with ModuleNotFoundError: no jax. Repair or uninstall acme, \
or call keras_serializable.refresh() to try again.
    """

    def __init__(
        self, key: str, provider: Provider, error: BaseException, remedy: "str | None" = None
    ) -> None:
        super().__init__(
            key,
            provider,
            f"importing {escaped(provider.module)} failed with {failure(error)}",
            remedy
            or f"Repair or uninstall {escaped(provider.distribution.name)}, or call "
            "keras_serializable.refresh() to try again.",
        )


class ProviderContractError(ProviderError, ValueError):
    """The provider's module was imported, but does not hold what its entry point promises.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> str(ProviderContractError("acme>Scale", provider, "it is late")).count("it is late")
        1
    """

    def __init__(self, key: str, provider: Provider, reason: str) -> None:
        super().__init__(
            key,
            provider,
            reason,
            f"This is a fault of {escaped(provider.distribution.name)}: report it to its authors, "
            "or install another version.",
        )

    @classmethod
    def of_object(
        cls, key: str, provider: Provider, found: object | None
    ) -> "ProviderContractError":
        """Return the error for what an imported module holds, `None` for nothing."""
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
    """A rule forbids the provider's import. Nothing of it was imported.

    Attributes:
        rule: The rule.

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
        key: The key that was asked for.
        providers: The entry points that contradict each other.

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
        super().__init__(
            f"{shown(key)} is advertised with different values: {sides}. {rule and f'{rule}. '}"
            f"Choose one with KERAS_SERIALIZABLE_PREFER='{escaped(key)}=<distribution>', or "
            "uninstall the others."
        )
        self.key = key
        self.providers = providers


class MetadataProblemError(KerasSerializableError, LookupError):
    """Strict mode: some metadata on the path could not be read.

    Attributes:
        problems: What could not be read.

    Example:
        >>> print(MetadataProblemError((Problem("bad/entry_points.txt", "not UTF-8"),)))
        strict mode: some metadata could not be read: bad/entry_points.txt: not UTF-8. Repair or \
remove it, or leave strict mode.
    """

    def __init__(self, problems: "tuple[Problem, ...]") -> None:
        super().__init__(
            "strict mode: some metadata could not be read: "
            f"{listed(problems, separator='; ')}. Repair or remove it, or leave strict mode."
        )
        self.problems = problems


class HookError(KerasSerializableError, RuntimeError):
    """A hook plugin could not decide where its decision was needed.

    It raised an exception, which is the cause of this error, or returned what is no decision, or
    cannot be loaded.

    Attributes:
        hook: The hook, `None` where the plugin cannot be loaded.
        provider: The entry point of the hook plugin.

    Example:
        >>> from keras_serializable._providers import Distribution
        >>> plugin = Provider("audit", "audit_hooks", Distribution("audit", "3.0"))
        >>> print(HookError("keras_serializable_refuse", plugin, KeyError("x")))
        the hook keras_serializable_refuse of "audit" = "audit_hooks" of audit 3.0 failed with \
KeyError: 'x'. Repair or uninstall audit.
        >>> print(HookError(None, plugin, OSError("no list")))
        the hook plugin "audit" = "audit_hooks" of audit 3.0 cannot be loaded: OSError: no list. \
It may be a guard, so nothing is discovered without it. Repair or uninstall audit, or switch it \
off with KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS=audit.
    """

    def __init__(self, hook: str | None, provider: Provider, error: BaseException | str) -> None:
        name = escaped(provider.distribution.name)
        raised = isinstance(error, BaseException)
        cause = failure(error) if isinstance(error, BaseException) else escaped(error)
        if hook is None:
            text = (
                f"the hook plugin {provider} cannot be loaded: {cause}. It may be a guard, so "
                f"nothing is discovered without it. Repair or uninstall {name}, or switch it off "
                f"with KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS={name}."
            )
        else:
            happened = f"failed with {cause}" if raised else cause
            text = f"the hook {hook} of {provider} {happened}. Repair or uninstall {name}."
        super().__init__(text)
        self.hook = hook
        self.provider = provider


class KeyOverrideWarning(UserWarning):
    """A key was registered again, by an object from elsewhere. Now it means the new object."""

    @classmethod
    def of_places(cls, key: str, new: str, former: str) -> "KeyOverrideWarning":
        """Return the warning for the places where the two objects are defined."""
        return cls(f"{shown(key)} now means {escaped(new)}; it meant {escaped(former)}")


class HookWarning(UserWarning):
    """A hook plugin could not be loaded, or raised while it was only watching."""

    @classmethod
    def of_guard(cls, error: HookError) -> "HookWarning":
        """Return the warning for a plugin that may be a guard, from the error of a lookup."""
        return cls(str(error))

    @classmethod
    def of_watcher(cls, provider: Provider, error: BaseException | str) -> "HookWarning":
        """Return the warning for a plugin that only watches, and what went wrong in it."""
        cause = failure(error) if isinstance(error, BaseException) else escaped(error)
        return cls(f"the hook plugin {provider} failed with {cause}")


class UnknownKerasWarning(UserWarning):
    """A Keras differs from every release that this package knows, and was left alone."""
