"""Loading: turning the provider of a key into the object, importing that provider alone.

No lock is held while a module is imported. Python's own import lock already makes concurrent
importers of one module wait for each other, and it alone can tell when waiting would never end.
"""

import sys
import time

from keras_serializable import keys
from keras_serializable.errors import (
    MetadataProblemError,
    ProviderConflictError,
    ProviderContractError,
    ProviderError,
    ProviderImportError,
    ProviderRefusedError,
)
from keras_serializable.policy import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from keras_serializable.discovery import Discovery, Index
    from keras_serializable.hooks import Hooks
    from keras_serializable.provider import Provider

    Registered = Callable[[str], object | None]


class Resolver:
    """Finds the object of a key by importing what advertises it.

    Args:
        discovery: Who advertises what.
        operator: The policy that a program cannot lift; `None` for that of the environment.

    Attributes:
        policy: The policy of the program. What either policy refuses is refused.
    """

    __slots__ = ("_hooks", "_operator", "discovery", "policy")

    def __init__(self, discovery: "Discovery", operator: Policy | None = None) -> None:
        self.discovery = discovery
        self.policy = Policy()
        self._operator = operator or Policy.from_environment()
        self._hooks: tuple[Index, Hooks] | None = None

    def resolve(self, key: str, registered: "Registered") -> object | None:
        """Return the object of `key`, importing its provider.

        Args:
            key: A key, or a bare name.
            registered: Looks a key up among the registered objects; asked after an import,
                because importing a module runs its decorators.

        Returns:
            The object, or `None` if nothing installed advertises the key.

        Raises:
            ProviderImportError: If importing the provider failed, now or since the last scan.
            ProviderContractError: If the module does not hold what its entry point promises.
            ProviderConflictError: If several distributions advertise the key differently.
            ProviderRefusedError: If a policy or a hook forbids the import.
            MetadataProblemError: In strict mode, if some metadata could not be read.
            HookError: If a hook fails that has to decide.
        """
        if not (self.policy.discovery and self._operator.discovery):
            return None
        while True:
            index = self.discovery.index
            try:
                found = self._ask(index, key, registered)
            except (ProviderError, ProviderConflictError, MetadataProblemError):
                if not self.discovery.refresh_if_changed():
                    raise
            else:
                if found is not None or not self.discovery.refresh_if_changed():
                    break
        hooks = self._hooks_of(index)
        return hooks.missing(key) if found is None and hooks else found

    def advertised_name(self, obj: object) -> str | None:
        """Return the first key that advertises `obj`, looking only at what is already imported.

        Args:
            obj: A class or function.

        Returns:
            The key, or `None` if no provider names this object.
        """
        for provider in self.discovery.index:
            module = sys.modules.get(provider.module)
            if module is not None and provider.attribute:
                try:
                    if _attribute(module, provider.attribute) is obj:
                        return provider.name
                except AttributeError:
                    continue
        return None

    def advertised_keys(self, name: str) -> "list[str]":
        """Return the advertised keys of any package whose name part is `name`.

        Args:
            name: A name without its package.

        Returns:
            The keys, sorted.
        """
        advertised = {provider.name for provider in self.discovery.index}
        return sorted(key for key in advertised if key.endswith(f"{keys.SEPARATOR}{name}"))

    def explain(self, key: str) -> str:
        """Return why a key was not found and what to do.

        Args:
            key: A key, or a bare name.

        Returns:
            A few lines for the user.
        """
        from keras_serializable import misses  # noqa: PLC0415 -- only when something is wrong

        if not (self.policy.discovery and self._operator.discovery):
            return misses.explain_without_discovery(key)
        return misses.explain(key, self.discovery.index, self.discovery.problems())

    def _ask(self, index: "Index", key: str, registered: "Registered") -> object | None:
        if index.problems and (self.policy.strict or self._operator.strict):
            raise MetadataProblemError(index.problems)
        providers = index.find(key)
        if not providers:
            return None
        if not providers[0].advertises_package:
            return self._deliver(index, key, self._choose(index, key, providers), registered)
        failure: ProviderError | None = None
        for provider in providers:
            try:
                found = self._deliver(index, key, provider, registered)
            except ProviderError as error:
                failure = failure or error
            else:
                if found is not None:
                    return found
        if failure is not None:
            raise failure
        return None

    def _choose(
        self, index: "Index", key: str, providers: "tuple[Provider, ...]"
    ) -> "Provider":
        if len({provider.value for provider in providers}) == 1:
            return providers[0]
        hooks = self._hooks_of(index)
        chosen = (
            self._operator.preferred(key, providers)
            or self.policy.preferred(key, providers)
            or (hooks.choose(key, providers) if hooks else None)
        )
        if chosen is None:
            raise ProviderConflictError(key, providers)
        return chosen

    def _deliver(
        self, index: "Index", key: str, provider: "Provider", registered: "Registered"
    ) -> object | None:
        """Return the object of `key` from its provider, and tell the hooks."""
        hooks = self._hooks_of(index)
        self._permit(key, provider, hooks)
        started = time.perf_counter() if hooks else 0.0
        try:
            found = _take(key, provider, _import(index, key, provider), registered)
        except ProviderError as error:
            if hooks:
                hooks.failed(key, provider, error, time.perf_counter() - started)
            raise
        # Of threads that load it at once, one tells: setting a default is atomic.
        token = object()
        if hooks and found is not None and index.loaded.setdefault(key, token) is token:
            hooks.loaded(key, provider, found, time.perf_counter() - started)
        return found

    def _permit(self, key: str, provider: "Provider", hooks: "Hooks | None") -> None:
        rule = self._operator.refusal(key, provider) or self.policy.refusal(key, provider)
        if rule is None and hooks is not None:
            rule = hooks.refuse(key, provider)
        if rule is not None:
            raise ProviderRefusedError(key, provider, rule)

    def _hooks_of(self, index: "Index") -> "Hooks | None":
        if not index.hook_plugins:
            return None
        if self._hooks is None or self._hooks[0] is not index:
            # The only place where pluggy comes in: some installed distribution has hooks.
            from keras_serializable.hooks import Hooks  # noqa: PLC0415

            # Set before the plugins are loaded: a lookup that loading them makes has no hooks.
            self._hooks = (index, Hooks((), _load))
            self._hooks = (index, Hooks(index.hook_plugins, _load))
        return self._hooks[1]


def _import(index: "Index", key: str, provider: "Provider") -> "ModuleType":
    if provider in index.failures:
        failure = index.failures[provider]
        raise ProviderImportError(key, provider, failure) from failure
    if provider.module not in sys.modules:
        # Anybody may watch, or forbid: https://docs.python.org/3/library/audit_events.html
        sys.audit("keras_serializable.load", key, provider.value, str(provider.distribution))
    try:
        return _import_module(provider.module)
    except (Exception, SystemExit) as failure:
        index.failures[provider] = failure
        raise ProviderImportError(key, provider, failure) from failure


def _take(
    key: str, provider: "Provider", module: "ModuleType", registered: "Registered"
) -> object | None:
    """Return what an imported module holds under `key`, as its entry point promises."""
    found = registered(key)
    if found is not None or provider.advertises_package:
        return found
    try:
        found = _attribute(module, provider.attribute) if provider.attribute else None
    except AttributeError:
        found = None
    if found is None:
        if _is_being_imported(module):
            return None  # it looks up a key of its own that is not there yet
        raise ProviderContractError(
            key,
            provider,
            f"{provider.module} has no {provider.attribute}"
            if provider.attribute
            else f"importing {provider.module} did not register that key",
        )
    if isinstance(found, type) and not hasattr(found, "get_config"):
        reason = f"the class {provider.attribute} has no get_config() method"
        raise ProviderContractError(key, provider, reason)
    return found


def _load(provider: "Provider") -> object:
    module = _import_module(provider.module)
    return _attribute(module, provider.attribute) if provider.attribute else module


def _import_module(name: str) -> "ModuleType":
    __import__(name)  # importlib.import_module, without importing importlib
    return sys.modules[name]


def _is_being_imported(module: "ModuleType") -> bool:
    # Set by the import system while a module's code runs; by the time an import returns, only the
    # thread that runs this code can still see it set.
    return getattr(getattr(module, "__spec__", None), "_initializing", False)


def _attribute(module: "ModuleType", attribute: str) -> object:
    found: object = module
    for name in attribute.split("."):
        found = getattr(found, name)
    return found
