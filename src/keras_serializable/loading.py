"""Loading: finding the object of a key by asking what advertises it now."""

import os
import sys

from keras_serializable import keys
from keras_serializable.discovery import Discovery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from keras_serializable.delivery import Delivery
    from keras_serializable.policy import Policy

    Registered = Callable[[str], object | None]


class Resolver:
    """Finds the object of a key by importing what advertises it.

    Args:
        discovery: Who advertises what.
        operator: The policy that a program cannot lift, `None` for no rule.

    Attributes:
        discovery: The same.
        policy: The policy of the program, `None` for no rule. What either refuses is refused.
    """

    __slots__ = ("_delivery", "_operator", "discovery", "policy")

    def __init__(self, discovery: "Discovery", operator: "Policy | None" = None) -> None:
        self.discovery = discovery
        self.policy: Policy | None = None
        self._operator = operator
        self._delivery: Delivery | None = None

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
        policies = self._policies()
        if policies and not all(policy.discovery for policy in policies):
            return None
        # What was installed since the last scan counts, and what has gone does not.
        self.discovery.refresh_if_changed()
        index = self.discovery.index
        providers = index.find(key)
        if not (providers or policies or index.hook_plugins):
            return None
        # Imported at the first provider: a miss, the commonest answer of all, needs none of it.
        from keras_serializable.delivery import Delivery  # noqa: PLC0415

        if self._delivery is None:
            self._delivery = Delivery()
        return self._delivery.deliver(index, key, providers, registered, policies)

    def _policies(self) -> "tuple[Policy, ...]":
        if self._operator is None and self.policy is None:  # the usual case, made quick
            return ()
        return tuple(policy for policy in (self._operator, self.policy) if policy is not None)

    def advertised_name(self, obj: object) -> str | None:
        """Return the first key that advertises `obj`, looking only at what is already imported.

        Args:
            obj: A class or function.

        Returns:
            The key, or `None` if no provider names this object.
        """
        for name, providers in self.discovery.index.by_module().items():
            module = sys.modules.get(name)
            if module is not None:
                for provider in providers:
                    if _held(module, provider.attribute) is obj:
                        return provider.name
        return None

    def advertised_keys(self, name: str) -> "list[str]":
        """Return the advertised keys of any package whose name part is `name`.

        Args:
            name: A name without its package.

        Returns:
            The keys, sorted.
        """
        ending = f"{keys.SEPARATOR}{name}"
        return sorted(key for key in self.discovery.index.names() if key.endswith(ending))

    def explain(self, key: str, module: "str | None" = None) -> str:
        """Return why a key was not found and what to do.

        Args:
            key: A key, or a bare name.
            module: The module that the file names beside the key, if it does.

        Returns:
            A few lines for the user.
        """
        from keras_serializable import misses  # noqa: PLC0415 -- only when something is wrong

        if not all(policy.discovery for policy in self._policies()):
            return misses.explain_without_discovery(key)
        return misses.explain(key, self.discovery.index, self.discovery.problems(), module)


def _held(module: "ModuleType", attribute: str) -> object | None:
    """Return what a module holds already; asking for an attribute might import more."""
    found: object | None = module
    for name in attribute.split("."):
        found = getattr(found, "__dict__", {}).get(name)
    return found


def _operator_policy() -> "Policy | None":
    if not any(name.startswith("KERAS_SERIALIZABLE_") for name in os.environ):
        return None
    # Imported here because nearly every program runs without a rule.
    from keras_serializable.policy import Policy  # noqa: PLC0415

    return Policy.from_environment()


installed = Resolver(Discovery(), _operator_policy())
"""What the default registry asks on a miss: the installed distributions of this process."""
