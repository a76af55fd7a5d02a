"""Hooks: what other distributions may decide and watch, by pluggy.

A distribution advertises a hook plugin, an object with functions named as below and marked
`hookimpl`, in the entry-point group ``keras_serializable.hooks``; it is found in the scan that
finds the providers. This module and pluggy are imported only where such a plugin is installed.
"""

import warnings

import pluggy

from keras_serializable.errors import HookError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from keras_serializable.errors import ProviderError
    from keras_serializable.provider import Provider

PROJECT = "keras_serializable"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks the functions of a hook plugin."""


class HookWarning(UserWarning):
    """A hook plugin could not be loaded, or raised while it was only watching."""


class Specification:
    """The hooks. A plugin implements any of them, with any of their parameters."""

    @hookspec(firstresult=True)
    def keras_serializable_refuse(self, key: str, provider: "Provider") -> str | None:
        """Return why `provider` may not be imported for `key`, or `None`."""

    @hookspec(firstresult=True)
    def keras_serializable_choose(
        self, key: str, providers: "Sequence[Provider]"
    ) -> "Provider | None":
        """Return which of several contradicting providers delivers `key`, or `None`."""

    @hookspec(firstresult=True)
    def keras_serializable_missing(self, key: str) -> object | None:
        """Return the object of a key that nobody advertises, or `None`."""

    @hookspec
    def keras_serializable_loaded(
        self, key: str, provider: "Provider", obj: object, seconds: float
    ) -> None:
        """Watch: `provider` has delivered `key` for the first time."""

    @hookspec
    def keras_serializable_failed(
        self, key: str, provider: "Provider", error: "ProviderError", seconds: float
    ) -> None:
        """Watch: `provider` could not deliver `key`."""


class Hooks:
    """The installed hook plugins, called so that none can do harm it does not mean to.

    Args:
        plugins: The providers of the hook plugins.
        load: Returns the object that a provider refers to.
    """

    def __init__(self, plugins: "Iterable[Provider]", load: "Callable[[Provider], object]") -> None:
        # One manager each: an error has to name the distribution that it comes from.
        self._managers: list[tuple[Provider, pluggy.PluginManager]] = []
        for provider in plugins:
            manager = pluggy.PluginManager(PROJECT)
            manager.add_hookspecs(Specification)
            try:
                manager.register(load(provider), provider.name)
                manager.check_pending()  # a function that is none of the hooks is a mistake
            except (Exception, SystemExit) as error:  # noqa: BLE001 -- foreign code
                _warn(provider, error)
            else:
                self._managers.append((provider, manager))

    def refuse(self, key: str, provider: "Provider") -> str | None:
        """Return why a hook refuses the provider."""
        return self._decide("keras_serializable_refuse", key=key, provider=provider)  # type: ignore[return-value]

    def choose(self, key: str, providers: "Sequence[Provider]") -> "Provider | None":
        """Return which provider a hook chooses."""
        return self._decide("keras_serializable_choose", key=key, providers=providers)  # type: ignore[return-value]

    def missing(self, key: str) -> object | None:
        """Return what a hook has for a key that nobody advertises."""
        return self._decide("keras_serializable_missing", key=key)

    def loaded(self, key: str, provider: "Provider", obj: object, seconds: float) -> None:
        """Tell the hooks that a provider delivered."""
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

    def _decide(self, hook: str, **arguments: object) -> object | None:
        for provider, manager in self._managers:
            try:
                decision: object | None = getattr(manager.hook, hook)(**arguments)
            except Exception as error:
                raise HookError(hook, provider, error) from error
            if decision is not None:
                return decision
        return None

    def _tell(self, hook: str, **arguments: object) -> None:
        for provider, manager in self._managers:
            try:
                getattr(manager.hook, hook)(**arguments)
            except Exception as error:  # noqa: BLE001 -- it only watches, so the lookup goes on
                _warn(provider, error)


def _warn(provider: "Provider", error: BaseException) -> None:
    warnings.warn(
        f"the hook plugin {provider} failed with {type(error).__name__}: {error}",
        HookWarning,
        stacklevel=2,
    )
