"""The rules of one lookup, policies and hooks: which provider loads a key, and whether it may."""

from keras_serializable._installed.metadata import normalized_name
from keras_serializable._keras_releases import ROOTS
from keras_serializable._lazy import lazy_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keras_serializable._installed.index import Index
    from keras_serializable._loading.hook_plugins import Hooks
    from keras_serializable._loading.policy import Policy
    from keras_serializable._providers import Provider


class Rules:
    """What the policies and the hooks say about the providers of a key."""

    __slots__ = ("hooks", "policies")

    def __init__(self, policies: "Sequence[Policy]", hooks: "Hooks | None") -> None:
        self.policies = policies  # all of them must allow an import
        self.hooks = hooks  # `None` if no hook plugin is installed

    def chosen(self, key: str, providers: "tuple[Provider, ...]") -> "Provider":
        """Return the provider of an exact key; those with the same value do not contradict."""
        if len({(provider.module, provider.attribute) for provider in providers}) == 1:
            return providers[0]
        for policy in self.policies:
            preferred = policy.preferred(key, providers)
            if preferred is not None:
                return preferred
            idle = policy.idle_preference(key)
            if idle is not None:
                raise lazy_module("errors").ProviderConflictError(key, providers, idle)
        chosen = self.hooks.choose(key, providers) if self.hooks else None
        if chosen is None:
            raise lazy_module("errors").ProviderConflictError(key, providers)
        return chosen

    def permit(self, key: str, provider: "Provider") -> None:
        """Raise an error if a policy or a hook forbids the import of a provider."""
        rule = _first(policy.distribution_refusal(provider) for policy in self.policies)
        rule = rule or key_refusal(key, self.policies)
        if rule is None and self.hooks:
            rule = self.hooks.refuse(key, provider)
        if rule is not None:
            raise lazy_module("errors").ProviderRefusedError(key, provider, rule)


def check_metadata(index: "Index", policies: "Iterable[Policy]") -> None:
    """Raise an error in strict mode, if some metadata could not be read."""
    if any(policy.strict for policy in policies) and index.problems:
        raise lazy_module("errors").MetadataProblemError(index.problems)


def key_refusal(key: str, policies: "Iterable[Policy]") -> str | None:
    """Return the first rule that forbids to look for a key at all, `None` for none."""
    return _first(policy.key_refusal(key) for policy in policies)


def check_key(key: str, providers: "Sequence[Provider]", policies: "Iterable[Policy]") -> bool:
    """Return whether a key may be looked for; raise an error if it may not and is advertised."""
    refusal = key_refusal(key, policies)
    if refusal is not None and providers:
        raise lazy_module("errors").ProviderRefusedError(key, providers[0], refusal)
    return refusal is None


def _first(rules: "Iterable[str | None]") -> str | None:
    return next((rule for rule in rules if rule is not None), None)


def suited(
    providers: "tuple[Provider, ...]", defined: "Iterable[Provider]", root: str | None
) -> "tuple[Provider, ...]":
    """Leave out optional providers that are for another library or Keras than the one meant.

    A distribution may know two libraries with one key, or a library with classes for two Kerases.
    """
    exact = [each for each in providers if each.is_optional and not each.advertises_package]
    if len(exact) < 2:  # noqa: PLR2004 -- no choice
        return providers
    # A file says by its place which object it means. An extra says by what it requires which Keras
    # an object is made for: for the Keras that asks, for another one, or for any.
    fits = {each: (each in defined, _fit(each, root)) for each in exact}
    best = max(fits.values())
    return tuple(each for each in providers if each not in fits or fits[each] == best)


def _fit(provider: "Provider", root: str | None) -> int:
    kerases = {normalized_name(library) for library in provider.libraries}.intersection(ROOTS)
    if root is None or not kerases:
        return 0
    return 1 if root in kerases else -1
