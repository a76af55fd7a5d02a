"""Delivery: taking the object of a key from its provider, importing that provider alone."""

import sys
import time

from keras_serializable._loading.importing import import_module, is_being_imported, is_deadlock
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
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType
    from typing import Protocol, TypeVar

    from keras_serializable._installed.index import Index
    from keras_serializable._loading.hook_plugins import HookPlugins, Hooks
    from keras_serializable._loading.policy import Policy
    from keras_serializable._providers import Provider

    T = TypeVar("T")

    class Importer(Protocol):
        """Knows what is registered, and runs the import of a provider."""

        def registered(self, key: str) -> object | None:
            """Return what is registered under a key."""
            ...

        def run(self, load: Callable[[], T]) -> T:
            """Run an import; what is registered before stays registered."""
            ...


class Delivery:
    """Chooses among the providers of a key, asks whether they may, and has them deliver."""

    # All of it outlives a scan: importing a module may write byte code, and the directory, which
    # has then changed, is scanned again.
    __slots__ = ("_delivered", "_hook_plugins", "_index", "_surroundings", "failures")

    def __init__(self) -> None:
        self.failures: dict[Provider, BaseException] = {}
        self._surroundings: object = None  # What was installed at the first failure.
        self._index: Index | None = None  # The index of the newest lookup.
        self._delivered: dict[tuple[str, Provider], object] = {}
        # Empty until a hook plugin is installed; then its one value is under `None`.
        self._hook_plugins: dict[None, HookPlugins] = {}

    def deliver(
        self,
        index: "Index",
        key: str,
        providers: "tuple[Provider, ...]",
        defined: "tuple[Provider, ...]",
        importer: "Importer",
        policies: "Sequence[Policy]",
    ) -> object | None:
        """Return the object of `key` from one of its providers.

        Args:
            index: The index that the providers are from.
            key: A key, or a bare name.
            providers: All of this key, or all of its package; empty where there is none.
            defined: Those whose value is the place that a file states; asked last, each for its own
                key.
            importer: Knows what is registered, and runs the import.
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
        self._renew(index)
        rule = _first(policy.key_refusal(key) for policy in policies)
        if rule is not None:
            if providers:
                raise ProviderRefusedError(key, providers[0], rule)
            if not defined:
                return None  # Nor may a hook supply it.
        hooks = self._hooks_of(index, policies)
        if providers and not providers[0].advertises_package:
            providers = (_chosen(key, providers, policies, hooks),)
        asked = [(key, provider) for provider in providers]
        # What is defined at a place is delivered as its own key, and held to the rules for that.
        asked += [(provider.name, provider) for provider in defined if provider not in providers]
        found = self._ask_in_turn(index, asked, importer, policies, hooks)
        return hooks.missing(key) if found is None and hooks and rule is None else found

    def _ask_in_turn(
        self,
        index: "Index",
        asked: "Iterable[tuple[str, Provider]]",
        importer: "Importer",
        policies: "Sequence[Policy]",
        hooks: "Hooks | None",
    ) -> object | None:
        """Return what the first provider delivers that has it; one that fails stops no other."""
        failure: ProviderError | None = None
        for key, provider in asked:
            try:
                found = self._ask(index, key, provider, importer, policies, hooks)
            except ProviderError as error:
                failure = failure or error
            else:
                if found is not None:
                    return found
        if failure is not None:
            raise failure
        return None

    def _ask(
        self,
        index: "Index",
        key: str,
        provider: "Provider",
        importer: "Importer",
        policies: "Sequence[Policy]",
        hooks: "Hooks | None",
    ) -> object | None:
        """Return what one provider delivers, and tell the hooks."""
        _permit(key, provider, policies, hooks)
        started = time.perf_counter()
        try:
            found = _take(key, provider, self._import(index, key, provider, importer), importer)
        except ProviderError as error:
            if hooks:
                hooks.failed(key, provider, error, time.perf_counter() - started)
            raise
        if hooks and found is not None:
            # Of threads that load it at once, one tells: setting a default is atomic.
            token = object()
            if self._delivered.setdefault((key, provider), token) is token:
                hooks.loaded(key, provider, found, time.perf_counter() - started)
        return found

    def _import(
        self, index: "Index", key: str, provider: "Provider", importer: "Importer"
    ) -> "ModuleType":
        if provider in self.failures:
            failure = self.failures[provider]
            raise ProviderImportError(
                key, provider, failure, _remedy(provider, failure)
            ) from failure
        is_imported = provider.module in sys.modules
        if not is_imported:
            # Anybody may watch, or forbid: https://docs.python.org/3/library/audit_events.html
            sys.audit("keras_serializable.load", key, provider.value, str(provider.distribution))
        try:
            if is_imported:
                return import_module(provider.module)
            return importer.run(lambda: import_module(provider.module))
        except (Exception, SystemExit) as error:
            if is_deadlock(error):  # The next lookup may find the other thread done.
                raise ProviderImportError(key, provider, error) from error
            self._note_surroundings(index)
            # Threads that waited for one import failed too; the first cause stays.
            failure = self.failures.setdefault(provider, error)
            raise ProviderImportError(
                key, provider, failure, _remedy(provider, failure)
            ) from failure

    def _hooks_of(self, index: "Index", policies: "Sequence[Policy]") -> "Hooks | None":
        if not index.hook_plugins:
            return None
        if not self._hook_plugins:
            # The only place where pluggy comes in: some installed distribution has hooks.
            from keras_serializable._loading.hook_plugins import HookPlugins  # noqa: PLC0415

            # setdefault is atomic: of several threads all use the object of the first.
            self._hook_plugins.setdefault(None, HookPlugins())
        plugins = self._hook_plugins[None]
        hooks = plugins.hooks(index.hook_plugins, policies)
        if plugins.have_failed():
            self._note_surroundings(index)
        return hooks

    def _note_surroundings(self, index: "Index") -> None:
        if self._surroundings is None:
            self._surroundings = index.surroundings()

    def _renew(self, index: "Index") -> None:
        """Forget what failed if there is hope that it is repaired.

        There is if any distribution came, went or was installed anew, or if the path leads
        elsewhere. What a failing import itself leaves on the path, a ``__pycache__`` for one, is
        none.
        """
        if index is self._index:
            return
        self._index = index
        if self._surroundings is not None and self._surroundings != index.surroundings():
            self.forget_failures()

    def forget_failures(self) -> None:
        """Have every provider and every hook plugin imported again that failed."""
        self._surroundings = None
        self.failures.clear()
        for plugins in self._hook_plugins.values():
            plugins.forget_failures()

    def obstacles(self, index: "Index", key: str, policies: "Sequence[Policy]") -> "list[str]":
        """Return why `key` is not found whoever has it: a rule, or hook plugins that are broken."""
        rule = _first(policy.key_refusal(key) for policy in policies)
        found = [] if rule is None else [f"This key is not looked for: {rule}."]
        for plugins in self._hook_plugins.values():
            found += plugins.obstacles(index.hook_plugins)
        return found


def _first(rules: "Iterable[str | None]") -> str | None:
    """Return the first rule that forbids anything."""
    return next((rule for rule in rules if rule is not None), None)


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
        idle = policy.idle_preference(key)
        if idle is not None:
            raise ProviderConflictError(key, providers, idle)
    chosen = hooks.choose(key, providers) if hooks else None
    if chosen is None:
        raise ProviderConflictError(key, providers)
    return chosen


def _permit(
    key: str, provider: "Provider", policies: "Sequence[Policy]", hooks: "Hooks | None"
) -> None:
    rule = _first(policy.distribution_refusal(provider) for policy in policies)
    rule = rule or _first(policy.key_refusal(key) for policy in policies)
    if rule is not None:
        raise ProviderRefusedError(key, provider, rule)
    reason = hooks.refuse(key, provider) if hooks else None
    if reason is not None:
        raise ProviderRefusedError(key, provider, reason)


def _remedy(provider: "Provider", failure: BaseException) -> str | None:
    """Return what to do where it is the provider's own module that was not found."""
    if isinstance(failure, ModuleNotFoundError) and f"{provider.module}.".startswith(
        f"{failure.name}."
    ):
        from keras_serializable._installed import editables  # noqa: PLC0415 -- only when something is wrong

        return editables.remedy(provider.module)
    return None


def _take(
    key: str, provider: "Provider", module: "ModuleType", importer: "Importer"
) -> object | None:
    """Return what an imported module holds under `key`, as its entry point promises."""
    found = importer.registered(key)
    if found is not None or provider.advertises_package:
        return found
    if provider.attribute:
        try:
            # The attribute of a lazy module imports the part that is asked for.
            found = importer.run(lambda: provider.attribute_of(module))
        except AttributeError:
            pass
        except Exception as failure:  # a lazy module imports the part that is asked for
            raise ProviderImportError(key, provider, failure) from failure
    if found is None and is_being_imported(module):
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
