"""Delivery: taking the object of a key from its provider, importing that provider alone.

No lock is held while a module is imported. Python's own import lock already makes concurrent
importers of one module wait for each other, and it alone can tell when waiting would never end.
"""

import sys
import time

from keras_serializable.errors import (
    MetadataProblemError,
    ProviderConflictError,
    ProviderContractError,
    ProviderError,
    ProviderImportError,
    ProviderRefusedError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from keras_serializable.discovery import Index
    from keras_serializable.hooks import Hooks
    from keras_serializable.policy import Policy
    from keras_serializable.provider import Provider

    Registered = Callable[[str], object | None]


class Delivery:
    """Chooses among the providers of a key, asks whether they may, and has them deliver."""

    __slots__ = ("_hooks",)

    def __init__(self) -> None:
        self._hooks: tuple[Index, Hooks] | None = None

    def deliver(
        self,
        index: "Index",
        key: str,
        providers: "tuple[Provider, ...]",
        registered: "Registered",
        policies: "Sequence[Policy]",
    ) -> object | None:
        """Return the object of `key` from one of its providers.

        Args:
            index: The index that the providers are from.
            key: A key, or a bare name.
            providers: All of this key, or all of its package; empty where there is none.
            registered: Looks a key up among the registered objects.
            policies: All of them must allow an import.

        Returns:
            The object, or `None` if the providers of the package do not have it.

        Raises:
            ProviderImportError: If importing the provider failed, now or since the last scan.
            ProviderContractError: If the module does not hold what its entry point promises.
            ProviderConflictError: If several distributions advertise the key differently.
            ProviderRefusedError: If a policy or a hook forbids the import.
            MetadataProblemError: In strict mode, if some metadata could not be read.
            HookError: If a hook fails that has to decide.
        """
        if any(policy.strict for policy in policies) and index.problems:
            raise MetadataProblemError(index.problems)
        hooks = self._hooks_of(index)
        if providers and not providers[0].advertises_package:
            providers = (_chosen(key, providers, policies, hooks),)
        failure: ProviderError | None = None
        for provider in providers:
            try:
                found = self._ask(index, key, provider, registered, policies, hooks)
            except ProviderError as error:
                failure = failure or error
            else:
                if found is not None:
                    return found
        if failure is not None:
            raise failure
        return hooks.missing(key) if hooks else None

    def _ask(
        self,
        index: "Index",
        key: str,
        provider: "Provider",
        registered: "Registered",
        policies: "Sequence[Policy]",
        hooks: "Hooks | None",
    ) -> object | None:
        """Return what one provider delivers, and tell the hooks."""
        _permit(key, provider, policies, hooks)
        started = time.perf_counter()
        try:
            found = _take(key, provider, _import(index, key, provider), registered)
        except ProviderError as error:
            if hooks:
                hooks.failed(key, provider, error, time.perf_counter() - started)
            raise
        if hooks and found is not None:
            # Of threads that load it at once, one tells: setting a default is atomic.
            token = object()
            if index.loaded.setdefault(key, token) is token:
                hooks.loaded(key, provider, found, time.perf_counter() - started)
        return found

    def _hooks_of(self, index: "Index") -> "Hooks | None":
        if not index.hook_plugins:
            return None
        if self._hooks is None or self._hooks[0] is not index:
            # The only place where pluggy comes in: some installed distribution has hooks.
            from keras_serializable.hooks import Hooks  # noqa: PLC0415

            # Set before the plugins are loaded: a lookup made by loading them has no hooks yet.
            self._hooks = (index, Hooks((), _load))
            self._hooks = (index, Hooks(index.hook_plugins, _load))
        return self._hooks[1]


def _chosen(
    key: str,
    providers: "tuple[Provider, ...]",
    policies: "Sequence[Policy]",
    hooks: "Hooks | None",
) -> "Provider":
    """Return the provider of an exact key; those with the same value do not contradict."""
    if len({(provider.module, provider.attribute) for provider in providers}) == 1:
        return providers[0]
    for policy in policies:
        preferred = policy.preferred(key, providers)
        if preferred is not None:
            return preferred
    chosen = hooks.choose(key, providers) if hooks else None
    if chosen is None:
        raise ProviderConflictError(key, providers)
    return chosen


def _permit(
    key: str, provider: "Provider", policies: "Sequence[Policy]", hooks: "Hooks | None"
) -> None:
    for policy in policies:
        rule = policy.refusal(key, provider)
        if rule is not None:
            raise ProviderRefusedError(key, provider, rule)
    reason = hooks.refuse(key, provider) if hooks else None
    if reason is not None:
        raise ProviderRefusedError(key, provider, reason)


def _import(index: "Index", key: str, provider: "Provider") -> "ModuleType":
    if provider in index.failures:
        failure = index.failures[provider]
        raise ProviderImportError(key, provider, failure, _remedy(provider, failure)) from failure
    if provider.module not in sys.modules:
        # Anybody may watch, or forbid: https://docs.python.org/3/library/audit_events.html
        sys.audit("keras_serializable.load", key, provider.value, str(provider.distribution))
    try:
        return _import_module(provider.module)
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- a plugin may fail in any way
        failure = index.fail(provider, error)
        raise ProviderImportError(key, provider, failure, _remedy(provider, failure)) from failure


def _remedy(provider: "Provider", failure: BaseException) -> str | None:
    """Return what to do where it is the provider's own module that was not found."""
    if isinstance(failure, ModuleNotFoundError) and f"{provider.module}.".startswith(
        f"{failure.name}."
    ):
        from keras_serializable import editables  # noqa: PLC0415 -- only when something is wrong

        return editables.remedy(provider.module)
    return None


def _take(
    key: str, provider: "Provider", module: "ModuleType", registered: "Registered"
) -> object | None:
    """Return what an imported module holds under `key`, as its entry point promises."""
    found = registered(key)
    if found is not None or provider.advertises_package:
        return found
    if provider.attribute:
        try:
            found = provider.attribute_of(module)
        except AttributeError:
            pass
        except Exception as failure:  # a lazy module imports the part that is asked for
            raise ProviderImportError(key, provider, failure) from failure
    if found is None and _is_being_imported(module):
        return None  # it looks up a key of its own that is not there yet
    breach = _breach(provider, found)
    if breach is not None:
        raise ProviderContractError(key, provider, breach)
    return found


def _breach(provider: "Provider", found: object | None) -> str | None:
    """Return what is wrong with the object that a provider delivers."""
    if not provider.attribute:
        return f"importing {provider.module} did not register that key"
    if found is None:
        return f"{provider.module} has no {provider.attribute}"
    if isinstance(found, type) and not hasattr(found, "get_config"):
        return f"the class {provider.attribute} has no get_config() method"
    if type(found).__hash__ is None:
        return f"{provider.attribute} is a {type(found).__name__}, which cannot be registered"
    return None


def _load(provider: "Provider") -> object:
    module = _import_module(provider.module)
    return provider.attribute_of(module) if provider.attribute else module


def _import_module(name: str) -> "ModuleType":
    try:
        __import__(name)  # importlib.import_module, without importing importlib
    except RuntimeError as error:
        # Two threads import modules that look each other up, and this one was told that waiting
        # would never end. It may look again at what the other has begun, but must not wait.
        if type(error).__name__ != "_DeadlockError" or name not in sys.modules:
            raise
    if name not in sys.modules:
        # Another thread's import of it failed while this one waited. Its own attempt tells why.
        __import__(name)
    return sys.modules[name]


def _is_being_imported(module: "ModuleType") -> bool:
    # Set by the import system while a module's code runs; by the time an import returns, only the
    # thread that runs this code can still see it set.
    return getattr(getattr(module, "__spec__", None), "_initializing", False)
