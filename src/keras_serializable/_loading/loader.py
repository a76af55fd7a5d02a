"""The loader: it imports the provider of a key, and nothing else, and takes the object from it."""

import sys
import time

from keras_serializable._installed.changes import surroundings
from keras_serializable._lazy import lazy_module
from keras_serializable._loading.importing import import_module, is_being_imported, is_deadlock
from keras_serializable._registry.registered import has_config, has_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import ModuleType

    from keras_serializable._installed.index import Index
    from keras_serializable._loading.hook_plugins import HookPlugins, Hooks
    from keras_serializable._loading.policy import Policy
    from keras_serializable._loading.rules import Rules
    from keras_serializable._providers import Provider
    from keras_serializable._registry.registered import Receiver
    from keras_serializable.errors import ProviderError


class Loader:
    """Loads objects from their providers, and remembers what failed."""

    # A new scan alone forgets nothing of this: the import of a module may write byte code into a
    # directory on the path, and that causes a new scan.

    __slots__ = ("_hook_plugins", "_index", "_loaded", "_state_at_failure", "failures")

    def __init__(self) -> None:
        self.failures: dict[Provider, BaseException] = {}  # failed provider -> its error
        self._state_at_failure: object = None  # What was installed at the first failure.
        self._index: Index | None = None  # The index of the newest lookup.
        self._loaded: dict[tuple[str, Provider], object] = {}  # What the hooks were told of.
        # Empty until a hook plugin is installed; then its one value is under `None`.
        self._hook_plugins: dict[None, HookPlugins] = {}

    def load(
        self,
        index: "Index",
        key: str,
        providers: "tuple[Provider, ...]",
        defined: "tuple[Provider, ...]",
        receiver: "Receiver",
        policies: "Sequence[Policy]",
    ) -> object | None:
        """Return the object of a key from its providers, or from those `defined` at its place."""
        self._forget_repaired(index)
        if not policies and not index.hook_plugins and len(providers) <= 1:
            candidates = _candidates(key, providers, defined)
            return self._load_first(index, candidates, receiver, None)
        # 0.1 ms, which the usual lookup saves: it has one provider and no rule.
        from keras_serializable._loading import rules as of_lookup  # noqa: PLC0415

        of_lookup.check_metadata(index, policies)
        is_allowed = of_lookup.check_key(key, providers, policies)
        if not (is_allowed or defined):
            return None  # A hook may not supply the key either.
        rules = of_lookup.Rules(policies, self._hooks_of(index, policies))
        suited = of_lookup.suited(providers, defined, receiver.root)
        candidates = _candidates(key, suited, defined, rules)
        found = self._load_first(index, candidates, receiver, rules)
        if found is None and rules.hooks and is_allowed:
            return rules.hooks.missing(key)
        return found

    def _load_first(
        self,
        index: "Index",
        candidates: "Iterable[tuple[str, Provider]]",
        receiver: "Receiver",
        rules: "Rules | None",
    ) -> object | None:
        """Return the object of the first candidate that has it; one that fails stops no other."""
        failure: ProviderError | None = None
        for key, provider in candidates:
            try:
                found = self._load_from(index, key, provider, receiver, rules)
            except _provider_error() as error:
                failure = failure or error
            else:
                if found is not None:
                    return found
        if failure is not None:
            raise failure
        return None

    def _load_from(
        self,
        index: "Index",
        key: str,
        provider: "Provider",
        receiver: "Receiver",
        rules: "Rules | None",
    ) -> object | None:
        """Return the object of one provider, and tell the hooks."""
        hooks = None
        if rules is not None:
            rules.permit(key, provider)
            hooks = rules.hooks
        started = time.perf_counter()
        try:
            module = self._import(index, key, provider, receiver)
            found = _object_in(module, key, provider, receiver)
        except _provider_error() as error:
            if hooks:
                hooks.failed(key, provider, error, time.perf_counter() - started)
            raise
        if hooks and found is not None:
            # setdefault is atomic: of several threads exactly one tells the hooks.
            token = object()
            if self._loaded.setdefault((key, provider), token) is token:
                hooks.loaded(key, provider, found, time.perf_counter() - started)
        return found

    def _import(
        self, index: "Index", key: str, provider: "Provider", receiver: "Receiver"
    ) -> "ModuleType":
        if provider in self.failures:
            raise self._failed(key, provider) from self.failures[provider]
        is_imported = provider.module in sys.modules
        if not is_imported:
            # An audit hook may forbid it: https://docs.python.org/3/library/audit_events.html
            sys.audit("keras_serializable.load", key, provider.value, str(provider.distribution))
        try:
            if is_imported:
                return import_module(provider.module)
            return receiver.keeping(lambda: import_module(provider.module))
        except (Exception, SystemExit) as error:
            if is_deadlock(error):  # At the next lookup the other thread may have ended.
                raise _import_error(key, provider, error) from error
            self._note_state(index)
            # Threads that waited for one import failed too. The first cause stays.
            self.failures.setdefault(provider, error)
            raise self._failed(key, provider) from self.failures[provider]

    def _failed(self, key: str, provider: "Provider") -> "ProviderError":
        failure = self.failures[provider]
        return _import_error(key, provider, failure, _advice(provider, failure))

    def _hooks_of(self, index: "Index", policies: "Sequence[Policy]") -> "Hooks | None":
        if not index.hook_plugins:
            return None
        if not self._hook_plugins:
            # 40 ms, which programs without an installed hook plugin save: it imports pluggy.
            from keras_serializable._loading.hook_plugins import HookPlugins  # noqa: PLC0415

            # setdefault is atomic: of several threads all use the object of the first.
            self._hook_plugins.setdefault(None, HookPlugins())
        plugins = self._hook_plugins[None]
        hooks = plugins.hooks(index.hook_plugins, policies)
        if plugins.have_failed():
            self._note_state(index)
        return hooks

    def _note_state(self, index: "Index") -> None:
        if self._state_at_failure is None:
            self._state_at_failure = surroundings(index.path, index.places())

    def _forget_repaired(self, index: "Index") -> None:
        """Forget what failed, if a distribution came, went or changed, or if the path has changed.

        What a failing import itself leaves on the path, such as a ``__pycache__``, does not count.
        """
        if index is self._index:
            return
        self._index = index
        former = self._state_at_failure
        if former is not None and former != surroundings(index.path, index.places()):
            self.forget_failures()

    def forget_failures(self) -> None:
        """Forget all failures: failed providers and hook plugins may be imported again."""
        self._state_at_failure = None
        self.failures.clear()
        for plugins in self._hook_plugins.copy().values():
            plugins.forget_failures()

    def obstacles(self, index: "Index", key: str, policies: "Sequence[Policy]") -> "list[str]":
        """Return what keeps `key` from being looked for at all: a rule, or broken hook plugins."""
        from keras_serializable._loading.rules import key_refusal  # noqa: PLC0415 -- 0.1 ms

        rule = key_refusal(key, policies)
        found = [] if rule is None else [f"This key is not looked for: {rule}."]
        for plugins in self._hook_plugins.copy().values():
            found += plugins.obstacles(index.hook_plugins)
        return found


def foresee(
    index: "Index",
    key: str,
    providers: "tuple[Provider, ...]",
    defined: "tuple[Provider, ...]",
    policies: "Sequence[Policy]",
    root: str | None,
) -> "list[tuple[str, Provider]]":
    """Return which providers `Loader.load` would import in turn, each with its key; ask no hooks.

    It imports the second only if the first fails.
    """
    # 0.1 ms, which the usual lookup saves.
    from keras_serializable._loading import rules as of_lookup  # noqa: PLC0415

    of_lookup.check_metadata(index, policies)
    of_lookup.check_key(key, providers, policies)
    rules = of_lookup.Rules(policies, None)
    permitted: list[tuple[str, Provider]] = []
    refusal: Exception | None = None
    suited = of_lookup.suited(providers, defined, root)
    try:
        for name, provider in _candidates(key, suited, defined, rules):
            try:
                rules.permit(name, provider)
            except _provider_error() as error:
                refusal = refusal or error
            else:
                permitted.append((name, provider))
    except lazy_module("errors").ProviderConflictError as error:
        refusal = refusal or error
    if refusal is not None and not permitted:
        raise refusal
    return permitted


def _candidates(
    key: str,
    providers: "Iterable[Provider]",
    defined: "Iterable[Provider]",
    rules: "Rules | None" = None,
) -> "Iterator[tuple[str, Provider]]":
    """Yield the providers to ask in turn, each with the key that it is asked for."""
    exact = tuple(each for each in providers if not each.advertises_package)
    asked: list[Provider] = []
    for provider in providers:
        if provider.advertises_package:
            asked.append(provider)
            yield key, provider
        elif exact:
            # Choose only now: a conflict must not stop the providers that are asked earlier.
            asked.append(exact[0] if rules is None else rules.chosen(key, exact))
            exact = ()
            yield key, asked[-1]
    # What is defined at a place is loaded as its own key, under the rules for that key.
    yield from ((each.name, each) for each in defined if each not in asked)


def _provider_error() -> "type[ProviderError]":
    # `except` asks for its class only after an exception: a key that is found saves 0.2 ms.
    error: type[ProviderError] = lazy_module("errors").ProviderError
    return error


def _import_error(
    key: str, provider: "Provider", error: BaseException, remedy: str | None = None
) -> "ProviderError":
    failed: ProviderError = lazy_module("errors").ProviderImportError(key, provider, error, remedy)
    return failed


def _advice(provider: "Provider", failure: BaseException) -> str | None:
    """Return what to do about an editable install that this process ignores."""
    # Another module that was not found is a dependency of the provider's own module.
    if isinstance(failure, ModuleNotFoundError) and f"{provider.module}.".startswith(
        f"{failure.name}."
    ):
        # 0.2 ms, which the usual lookup saves.
        from keras_serializable._installed import editables  # noqa: PLC0415

        return editables.advice_on(provider.module)
    return None


def _object_in(
    module: "ModuleType", key: str, provider: "Provider", receiver: "Receiver"
) -> object | None:
    """Return what an imported module holds under `key`, as its entry point promises."""
    found = receiver.registered(key)
    if found is not None or provider.advertises_package:
        return found
    if provider.attribute:
        try:
            # The attribute of a lazy module imports the part that is asked for.
            found = receiver.keeping(lambda: provider.attribute_of(module))
        except AttributeError:
            pass
        except Exception as error:
            raise _import_error(key, provider, error) from error
    if found is None and is_being_imported(module):
        return None  # it looks up a key of its own that is not there yet
    is_promised = provider.attribute and found is not None
    if not (is_promised and has_config(found) and has_hash(found)):
        raise lazy_module("errors").ProviderContractError.of_object(key, provider, found)
    return found
