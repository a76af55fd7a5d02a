"""Hooks: other distributions decide about imports, or watch them. They use pluggy.

A distribution advertises a hook plugin in the entry-point group ``keras_serializable.hooks``. The
plugin is a module or an object. Its functions have the names of `Specification` and are marked with
`hookimpl`. This module and pluggy are imported only if a hook plugin is installed.

A hook plugin that cannot be loaded stops discovery, because it may be a guard. Discovery works
again when the plugin is repaired, uninstalled or denied. An entry point with a name that begins
with ``watch>`` belongs to a plugin that only watches. If this plugin cannot be loaded, a warning is
shown, and discovery goes on.

Example:
    >>> from keras_serializable.hooks import hookimpl
    >>> @hookimpl
    ... def keras_serializable_loaded(key, provider, seconds):
    ...     print(f"{key} of {provider.distribution} took {seconds:.3f} s")
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
"""The start of the name of an entry point whose hook plugin only watches."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks the functions of a hook plugin."""


class Specification:
    """The hooks. A plugin implements some of them, with some of their parameters.

    The first three hooks decide. If there are several plugins, the first result that is not `None`
    counts. The last two hooks watch. A plugin that implements only these two may have an entry
    point with a name that begins with ``watch>``.

    Example:
        >>> class Guard:
        ...     @hookimpl
        ...     def keras_serializable_refuse(self, key, provider):
        ...         is_known = provider.distribution.name.startswith("acme-")
        ...         return None if is_known else "only distributions of acme may be imported"
    """

    @hookspec(firstresult=True)
    def keras_serializable_refuse(self, key: str, provider: "Provider") -> str | None:
        """Decide whether a provider may be imported.

        Args:
            key: The key that is looked up.
            provider: The provider that advertises the key.

        Returns:
            The reason against the import, a string that is not empty; `None` to allow it. Another
            value ends the lookup with a `HookError`.
        """

    @hookspec(firstresult=True)
    def keras_serializable_choose(
        self, key: str, providers: "Sequence[Provider]"
    ) -> "Provider | None":
        """Choose one of several providers that advertise a key with different values.

        Args:
            key: The key that is looked up.
            providers: The providers.

        Returns:
            One of `providers`, or `None` for no choice. Another value ends the lookup with a
            `HookError`.
        """

    @hookspec(firstresult=True)
    def keras_serializable_missing(self, key: str) -> object | None:
        """Supply the object of a key that no distribution advertises.

        Args:
            key: The key that is looked up.

        Returns:
            A class with ``get_config()`` or a function, or `None` for no object. Another value ends
            the lookup with a `HookError`.
        """

    @hookspec
    def keras_serializable_loaded(
        self, key: str, provider: "Provider", obj: object, seconds: float
    ) -> None:
        """Watch a key that was loaded for the first time.

        Args:
            key: The key.
            provider: The provider of the key.
            obj: The object of the key.
            seconds: The duration of the load, in seconds.
        """

    @hookspec
    def keras_serializable_failed(
        self, key: str, provider: "Provider", error: "ProviderError", seconds: float
    ) -> None:
        """Watch a key that could not be loaded.

        Args:
            key: The key.
            provider: The provider of the key.
            error: The error that the lookup raises.
            seconds: The duration of the attempt, in seconds.
        """


DECIDING = (
    "keras_serializable_refuse",
    "keras_serializable_choose",
    "keras_serializable_missing",
)
"""The hooks that decide."""

HOOKS = (*DECIDING, "keras_serializable_loaded", "keras_serializable_failed")
"""All hooks."""
