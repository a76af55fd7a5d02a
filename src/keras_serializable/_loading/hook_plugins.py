"""Hook plugins: loading them and calling their hooks."""

import reprlib
import sys
import threading
import warnings

import pluggy

from keras_serializable._loading.importing import (
    import_module,
    is_being_imported,
    is_deadlock,
    is_run_by_this_thread,
)
from keras_serializable._providers import Provider
from keras_serializable._registry.registered import has_config, has_hash
from keras_serializable.errors import HookError, HookWarning
from keras_serializable.hooks import DECIDING, HOOKS, PROJECT, WATCHER, Specification

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType

    from keras_serializable._loading.policy import Policy
    from keras_serializable.errors import ProviderError


class _Plugin:
    """A hook plugin that is loaded, or the reason why it is not."""

    __slots__ = ("_error", "manager", "only_watches", "provider", "reason", "reported")

    def __init__(
        self,
        provider: "Provider",
        *,
        only_watches: bool,
        manager: "pluggy.PluginManager | None" = None,
        reason: "BaseException | str" = "",
        error: "HookError | None" = None,
    ) -> None:
        self.provider = provider  # its entry point
        self.only_watches = only_watches  # then a lookup may go on without it
        self.manager = manager  # what calls its functions, `None` if it is not loaded
        self.reason = reason  # the fault of the plugin
        self._error = error  # why it is not loaded, if that is no fault of the plugin
        self.reported = False

    @property
    def blocks(self) -> bool:
        """Whether it may be a guard that cannot be asked."""
        return self.manager is None and not self.only_watches

    def error(self) -> HookError:
        """Return the error of a lookup that may not go on without the plugin."""
        return self._error or HookError(None, self.provider, self.reason)

    def report(self) -> None:
        """Warn, once, that the plugin could not be loaded."""
        if not self.reported:
            self.reported = True
            if self.blocks:
                _warn(HookWarning.of_guard(self.error()))
            else:
                _warn(HookWarning.of_watcher(self.provider, self.reason))


class _Thread(threading.local):
    """What one thread is doing."""

    def __init__(self) -> None:
        self.loading: set[Provider] = set()


class HookPlugins:
    """The known hook plugins, loaded or failed. A new scan does not forget them."""

    def __init__(self) -> None:
        self._known: dict[Provider, _Plugin] = {}
        self._thread = _Thread()

    def hooks(self, providers: "Iterable[Provider]", policies: "Sequence[Policy]") -> "Hooks":
        """Return the hooks of the plugins that no policy denies, loading those not loaded yet."""
        plugins = (self._permitted(provider, policies) for provider in providers)
        return Hooks([plugin for plugin in plugins if plugin is not None])

    def forget_failures(self) -> None:
        """Forget the plugins that could not be loaded: the next lookup loads them again."""
        for provider, plugin in self._known.copy().items():
            if plugin.manager is None:
                self._known.pop(provider, None)

    def have_failed(self) -> bool:
        """Return whether a plugin could not be loaded."""
        return any(plugin.manager is None for plugin in self._known.copy().values())

    def obstacles(self, providers: "Iterable[Provider]") -> "list[str]":
        """Return the errors of the known plugins that stop discovery."""
        known = (self._known.get(provider) for provider in providers)
        return [str(plugin.error()) for plugin in known if plugin is not None and plugin.blocks]

    def _permitted(self, provider: "Provider", policies: "Sequence[Policy]") -> "_Plugin | None":
        if any(policy.denial(provider) is not None for policy in policies):
            return None
        for policy in policies:
            rule = policy.distribution_refusal(provider)
            if rule is not None:
                # An allow list leaves the plugin out. That does not mean to switch a guard off.
                if _is_declared_watcher(provider):
                    return None
                error = HookError.of_allow_list(provider, rule)
                return _Plugin(provider, only_watches=False, error=error)
        return self._known.get(provider) or self._load(provider)

    def _load(self, provider: "Provider") -> "_Plugin | None":
        loading = self._thread.loading
        if provider in loading:
            return None  # The import of this plugin makes this lookup.
        if provider.module not in sys.modules:
            # Each import by discovery raises this audit event.
            sys.audit(
                "keras_serializable.load",
                provider.name,
                provider.value,
                str(provider.distribution),
            )
        watches = _is_declared_watcher(provider)
        loading.add(provider)
        try:
            module = import_module(provider.module)
            if is_being_imported(module):
                if is_run_by_this_thread(module):
                    return None
                return _awaited(provider)
            plugin = _registered(provider, module)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- foreign code
            if is_deadlock(error):
                return _awaited(provider)
            # setdefault is atomic: another thread may have loaded it, or has failed first.
            plugin = self._known.setdefault(
                provider, _Plugin(provider, only_watches=watches, reason=error)
            )
        else:
            self._known[provider] = plugin
        finally:
            # After Ctrl-C nothing is remembered: the next lookup loads the plugin.
            loading.discard(provider)
        if plugin.manager is None and plugin.only_watches:
            plugin.report()
        return plugin


def _is_declared_watcher(provider: "Provider") -> bool:
    return provider.name.startswith(WATCHER)


def _awaited(provider: "Provider") -> _Plugin:
    """Return a plugin that another thread is importing."""
    watches = _is_declared_watcher(provider)
    return _Plugin(provider, only_watches=watches, error=HookError.of_other_thread(provider))


def _registered(provider: "Provider", module: "ModuleType") -> _Plugin:
    """Return the plugin of an imported module; a mistake in its functions is an error."""
    plugin = provider.attribute_of(module) if provider.attribute else module
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Specification)
    manager.register(plugin, provider.name)
    manager.check_pending()  # a marked function that is none of the hooks
    marked = {caller.name for caller in manager.get_hookcallers(plugin) or ()}
    for hook in HOOKS:
        if hook not in marked and hook in dir(plugin):
            raise TypeError(f"{hook} is not marked with @hookimpl")
    watches = _is_declared_watcher(provider)
    deciding = [hook for hook in DECIDING if hook in marked]
    if watches and deciding:
        reason = f"its name begins with {WATCHER!r}, but {deciding[0]} does not only watch"
        return _Plugin(provider, only_watches=False, reason=reason)
    return _Plugin(provider, only_watches=watches, manager=manager)


class Hooks:
    """The hook plugins of one lookup, called so that none does harm by accident."""

    def __init__(self, plugins: "Sequence[_Plugin]") -> None:
        self._plugins = plugins  # in the order in which they are asked

    def refuse(self, key: str, provider: "Provider") -> str | None:
        """Return why a hook refuses the provider."""
        return self._decide(  # type: ignore[return-value]
            "keras_serializable_refuse",
            lambda reason: isinstance(reason, str) and reason.strip() != "",
            "None, or the reason for the refusal as a string",
            key=key,
            provider=provider,
        )

    def choose(self, key: str, providers: "Sequence[Provider]") -> "Provider | None":
        """Return which provider a hook chooses."""
        return self._decide(  # type: ignore[return-value]
            "keras_serializable_choose",
            lambda chosen: type(chosen) is Provider and chosen in providers,
            "None, or one of the providers that it was given",
            key=key,
            providers=providers,
        )

    def missing(self, key: str) -> object | None:
        """Return what a hook has for a key that nobody advertises."""
        for plugin in self._plugins:
            if plugin.blocks:
                # The key stays a miss, as without this package: nothing passes unguarded.
                plugin.report()
                return None
        return self._decide(
            "keras_serializable_missing",
            _can_be_registered,
            "None, a class with get_config(), or a function",
            key=key,
        )

    def loaded(self, key: str, provider: "Provider", obj: object, seconds: float) -> None:
        """Tell the hooks that an object was loaded."""
        self._tell(
            "keras_serializable_loaded", key=key, provider=provider, obj=obj, seconds=seconds
        )

    def failed(
        self, key: str, provider: "Provider", error: "ProviderError", seconds: float
    ) -> None:
        """Tell the hooks that a provider failed."""
        self._tell(
            "keras_serializable_failed", key=key, provider=provider, error=error, seconds=seconds
        )

    def _decide(
        self, hook: str, accepts: "Callable[[object], bool]", expected: str, **arguments: object
    ) -> object | None:
        for plugin in self._plugins:
            if plugin.blocks:
                cause = plugin.reason if isinstance(plugin.reason, BaseException) else None
                raise plugin.error() from cause
            if plugin.manager is None:
                continue
            try:
                decision: object | None = getattr(plugin.manager.hook, hook)(**arguments)
            except (Exception, SystemExit) as failure:
                raise HookError(hook, plugin.provider, failure) from failure
            if decision is None:
                continue
            if not accepts(decision):
                shown = reprlib.repr(decision)
                reason = f"returned {shown}, and has to return {expected}"
                raise HookError(hook, plugin.provider, reason)
            return decision
        return None

    def _tell(self, hook: str, **arguments: object) -> None:
        for plugin in self._plugins:
            if plugin.manager is None:
                continue
            try:
                getattr(plugin.manager.hook, hook)(**arguments)
            except (Exception, SystemExit) as error:  # noqa: BLE001 -- it only watches
                _warn(HookWarning.of_watcher(plugin.provider, error))


def _can_be_registered(obj: object) -> bool:
    return callable(obj) and has_config(obj) and has_hash(obj)


def _warn(warning: HookWarning) -> None:
    warnings.warn(warning, stacklevel=2)
