"""Loading: turning the provider of a key into the object, importing that provider alone.

No lock is held while a module is imported. Python's own import lock already makes concurrent
importers of one module wait for each other, and it alone can tell when waiting would never end.
"""

import sys

from keras_serializable import keys
from keras_serializable.errors import (
    ProviderConflictError,
    ProviderContractError,
    ProviderError,
    ProviderImportError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from keras_serializable.discovery import Discovery
    from keras_serializable.providers import Provider


class Resolver:
    """Finds the object of a key by importing what advertises it.

    Args:
        discovery: Who advertises what.
    """

    __slots__ = ("discovery",)

    def __init__(self, discovery: "Discovery") -> None:
        self.discovery = discovery

    def resolve(self, key: str, registered: "Callable[[str], object | None]") -> object | None:
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
        """
        while True:
            try:
                found = self._ask_providers(key, registered)
            except (ProviderError, ProviderConflictError):
                if not self.discovery.refresh_if_changed():
                    raise
            else:
                if found is not None or not self.discovery.refresh_if_changed():
                    return found

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

        return misses.explain(key, self.discovery.index)

    def _ask_providers(
        self, key: str, registered: "Callable[[str], object | None]"
    ) -> object | None:
        providers = self.discovery.index.find(key)
        if not providers:
            return None
        if providers[0].advertises_package:
            return self._ask_package(key, providers, registered)
        if len({provider.value for provider in providers}) > 1:
            raise ProviderConflictError(key, providers)
        return self._ask_exact(key, providers[0], registered)

    def _ask_exact(
        self, key: str, provider: "Provider", registered: "Callable[[str], object | None]"
    ) -> object | None:
        module = self._import(key, provider)
        found = registered(key)
        if found is not None:
            return found
        if _is_being_imported(module) and not _has(module, provider.attribute):
            return None  # it looks up a key of its own that is not there yet
        if not provider.attribute:
            raise ProviderContractError(
                key, provider, f"importing {provider.module} did not register that key"
            )
        try:
            found = _attribute(module, provider.attribute)
        except AttributeError:
            reason = f"{provider.module} has no {provider.attribute}"
            raise ProviderContractError(key, provider, reason) from None
        if isinstance(found, type) and not hasattr(found, "get_config"):
            reason = f"the class {provider.attribute} has no get_config() method"
            raise ProviderContractError(key, provider, reason)
        return found

    def _ask_package(
        self,
        key: str,
        providers: "tuple[Provider, ...]",
        registered: "Callable[[str], object | None]",
    ) -> object | None:
        failure: ProviderError | None = None
        for provider in providers:
            try:
                self._import(key, provider)
            except ProviderError as error:
                failure = failure or error
                continue
            found = registered(key)
            if found is not None:
                return found
        if failure is not None:
            raise failure
        return None

    def _import(self, key: str, provider: "Provider") -> "ModuleType":
        failures = self.discovery.index.failures
        if provider in failures:
            raise ProviderImportError(key, provider, failures[provider]) from failures[provider]
        # Anybody may watch or forbid: https://docs.python.org/3/library/audit_events.html
        sys.audit("keras_serializable.load", key, provider.value, str(provider.distribution))
        try:
            __import__(provider.module)  # importlib.import_module, without importing importlib
            return sys.modules[provider.module]
        except (Exception, SystemExit) as failure:
            failures[provider] = failure
            raise ProviderImportError(key, provider, failure) from failure


def _is_being_imported(module: "ModuleType") -> bool:
    # Set by the import system while a module's code runs; by the time an import returns, only the
    # thread that runs this code can still see it set.
    return getattr(getattr(module, "__spec__", None), "_initializing", False)


def _has(module: "ModuleType", attribute: str) -> bool:
    try:
        return bool(attribute) and _attribute(module, attribute) is not None
    except AttributeError:
        return False


def _attribute(module: "ModuleType", attribute: str) -> object:
    found: object = module
    for name in attribute.split("."):
        found = getattr(found, name)
    return found
