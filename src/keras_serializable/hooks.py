"""Hooks: what other distributions may decide and watch, by pluggy.

A distribution advertises a hook plugin in the entry-point group ``keras_serializable.hooks``. The
plugin is a module or an object whose functions have the names of `Specification` and are marked
with `hookimpl`. This module and pluggy are imported only where such a plugin is installed.

A hook plugin that cannot be loaded may be a guard: nobody can tell without importing it. So it
stops discovery until it is repaired, uninstalled or denied. The entry point of a plugin that only
watches has a name that begins with ``watch>``. Such a plugin is left out with a warning, if it
cannot be loaded.
"""

import pluggy

from keras_serializable.errors import HookWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_serializable._providers import Provider
    from keras_serializable.errors import ProviderError

__all__ = ["HookWarning", "Specification", "hookimpl"]

PROJECT = "keras_serializable"

WATCHER = "watch>"
"""What the name of an entry point begins with whose hook plugin only watches."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks the functions of a hook plugin."""


class Specification:
    """The hooks. A plugin implements any of them, with any of their parameters.

    The first three decide. Of several plugins the first that does not return `None` decides. A
    plugin that implements only the last two may have an entry point whose name begins with
    ``watch>``.
    """

    @hookspec(firstresult=True)
    def keras_serializable_refuse(self, key: str, provider: "Provider") -> str | None:
        """Return why `provider` may not be imported for `key`, or `None` for no objection.

        The reason is a string that is not empty. Anything else is a `HookError`.
        """

    @hookspec(firstresult=True)
    def keras_serializable_choose(
        self, key: str, providers: "Sequence[Provider]"
    ) -> "Provider | None":
        """Return which of several contradicting providers is to load `key`, or `None`.

        Anything but one of `providers` is a `HookError`.
        """

    @hookspec(firstresult=True)
    def keras_serializable_missing(self, key: str) -> object | None:
        """Return the object of a key that nobody advertises, or `None`.

        The object is a class with ``get_config()`` or a function. Anything else is a `HookError`.
        """

    @hookspec
    def keras_serializable_loaded(
        self, key: str, provider: "Provider", obj: object, seconds: float
    ) -> None:
        """Watch: `key` was loaded from `provider` for the first time."""

    @hookspec
    def keras_serializable_failed(
        self, key: str, provider: "Provider", error: "ProviderError", seconds: float
    ) -> None:
        """Watch: `key` could not be loaded from `provider`."""


DECIDING = (
    "keras_serializable_refuse",
    "keras_serializable_choose",
    "keras_serializable_missing",
)
"""The hooks whose answer counts."""

HOOKS = (*DECIDING, "keras_serializable_loaded", "keras_serializable_failed")
"""All hooks."""
