"""Policy: which providers may be imported, and which one is preferred. Asked before any import."""

import os

from keras_serializable._installed.metadata import normalized_name
from keras_serializable._loading.environment_variables import PREFIX, rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keras_serializable._providers import Provider

_PATTERNS = ("allow_distributions", "deny_distributions", "allow_keys", "deny_keys")
_SWITCHES = ("discovery", "strict")
_RULES = (*_PATTERNS, "prefer", *_SWITCHES)
SWITCHED_OFF = (
    f"discovery is switched off: unset {PREFIX}DISCOVERY, or remove discovery=False from the "
    "program's policy"
)
"""Why no key is found while a policy switches discovery off."""


class Policy:
    """What an operator allows discovery to do.

    Patterns are those of `fnmatch`: ``*``, ``?`` and ``[...]``. The names of distributions are
    normalised before they are compared, as pip does it. Keys are compared to the letter. A deny
    list goes before an allow list. An allow list that is not empty denies all that it does not
    match.

    Args:
        allow_distributions: Patterns of the distributions that may be imported, hook plugins
            included. An empty list allows all.
        deny_distributions: Patterns of the distributions that may not be imported. A hook plugin
            among them is switched off.
        allow_keys: Patterns of the keys that discovery may look for. An empty list allows all.
        deny_keys: Patterns of the keys that discovery may not look for.
        prefer: Patterns of keys, each with the distribution to take if several distributions
            advertise a key with different values.
        discovery: Whether installed distributions are asked for keys.
        strict: Whether unreadable metadata is an error. If not, `problems()` lists it.

    Raises:
        TypeError: If a rule has a wrong type, such as a string instead of a list.

    Example:
        >>> policy = Policy(deny_keys=["acme>*"])
        >>> policy
        Policy(deny_keys=['acme>*'])
        >>> policy.key_refusal("acme>Scale")
        "deny_keys of the program's set_policy() has 'acme>*'"
    """

    __module__ = "keras_serializable"

    __slots__ = (*_RULES, "_is_of_environment")

    def __init__(
        self,
        *,
        allow_distributions: "Iterable[str]" = (),
        deny_distributions: "Iterable[str]" = (),
        allow_keys: "Iterable[str]" = (),
        deny_keys: "Iterable[str]" = (),
        prefer: "Mapping[str, str] | None" = None,
        discovery: bool = True,
        strict: bool = False,
    ) -> None:
        self.allow_distributions = _patterns("allow_distributions", allow_distributions)
        self.deny_distributions = _patterns("deny_distributions", deny_distributions)
        self.allow_keys = _patterns("allow_keys", allow_keys)
        self.deny_keys = _patterns("deny_keys", deny_keys)
        self.prefer = _preferences(prefer)
        self.discovery = _switch("discovery", discovery)
        self.strict = _switch("strict", strict)
        self._is_of_environment = False

    def __repr__(self) -> str:
        rules: list[str] = []
        for name in _RULES:
            rule = getattr(self, name)
            if name in _SWITCHES:
                is_set = rule != (name == "discovery")
            else:
                is_set = bool(rule)
                rule = list(rule) if name in _PATTERNS else rule
            if is_set:
                rules.append(f"{name}={rule!r}")
        return f"{type(self).__name__}({', '.join(rules)})"

    @classmethod
    def from_environment(cls, environment: "Mapping[str, str] | None" = None) -> "Policy":
        """Return the policy that environment variables set.

        The variables are ``KERAS_SERIALIZABLE_ALLOW_DISTRIBUTIONS``, ``..._DENY_DISTRIBUTIONS``,
        ``..._ALLOW_KEYS``, ``..._DENY_KEYS``, ``..._PREFER``, ``..._DISCOVERY`` and
        ``..._STRICT``. Commas separate the entries of a list. ``..._PREFER`` is a list of
        ``key=distribution``. The last two are ``0`` or ``1``.

        Args:
            environment: The variables; `None` for the variables of the process.

        Returns:
            The policy.

        Raises:
            ValueError: If a variable has a wrong value or an unknown name.

        Example:
            >>> environment = {"KERAS_SERIALIZABLE_DENY_KEYS": "acme>*, *>Lambda"}
            >>> Policy.from_environment(environment).deny_keys
            ('acme>*', '*>Lambda')
        """
        policy = cls(**rules(os.environ if environment is None else environment))
        policy._is_of_environment = True
        return policy

    def distribution_refusal(self, provider: "Provider") -> str | None:
        """Return the rule that forbids to import a provider or a hook plugin, `None` for none."""
        denial = self.denial(provider)
        if denial is None and self.allow_distributions:
            name = provider.distribution.name
            if not _matching_distributions(name, self.allow_distributions):
                return self._told("allow_distributions", f"has no rule for {name}")
        return denial

    def denial(self, provider: "Provider") -> str | None:
        """Return the rule that denies the distribution of an entry point, `None` for none.

        A rule that denies a library also denies the optional providers of its objects.
        """
        for name in (provider.distribution.name, *provider.libraries):
            for rule in _matching_distributions(name, self.deny_distributions):
                return self._told("deny_distributions", f"has {rule!r}")
        return None

    def key_refusal(self, key: str) -> str | None:
        """Return the rule that forbids to look for a key, `None` for none."""
        for rule in _matching(key, self.deny_keys):
            return self._told("deny_keys", f"has {rule!r}")
        if self.allow_keys and not _matching(key, self.allow_keys):
            return self._told("allow_keys", "has no rule for this key")
        return None

    def preferred(self, key: str, providers: "Sequence[Provider]") -> "Provider | None":
        """Return the provider that `prefer` chooses, `None` if it chooses none."""
        for rule in _matching(key, self.prefer):
            wanted = normalized_name(self.prefer[rule])
            for provider in providers:
                names = (provider.distribution.name, *provider.libraries)
                if wanted in map(normalized_name, names):
                    return provider
        return None

    def idle_preference(self, key: str) -> str | None:
        """Return the rule of `prefer` for a key, if its distribution is none of the providers'."""
        for rule in _matching(key, self.prefer):
            wanted = self.prefer[rule]
            has = f"has '{rule}={wanted}', but {wanted} is none of these distributions"
            return self._told("prefer", has)
        return None

    def _told(self, rule: str, has: str) -> str:
        """Return a rule in words, with where it was set."""
        if self._is_of_environment:
            return f"{PREFIX}{rule.upper()} {has}"
        return f"{rule} of the program's set_policy() {has}"


def _patterns(rule: str, patterns: "Iterable[str]") -> "tuple[str, ...]":
    listed = None if isinstance(patterns, str) else tuple(patterns)
    if listed is None or not all(isinstance(pattern, str) for pattern in listed):
        raise TypeError(f'{rule} takes a list of patterns, such as ["acme*"], not {patterns!r}')
    return listed


def _preferences(prefer: "Mapping[str, str] | None") -> "dict[str, str]":
    if prefer is None:
        return {}
    preferences = dict(prefer) if hasattr(prefer, "keys") else None
    if preferences is None or not all(
        isinstance(text, str) for text in (*preferences, *preferences.values())
    ):
        raise TypeError(
            "prefer takes the distribution for each pattern of keys, such as "
            f'{{"acme>*": "acme-fork"}}, not {prefer!r}'
        )
    return preferences


def _switch(rule: str, state: object) -> bool:
    if not isinstance(state, bool):
        raise TypeError(f"{rule} is either True or False, not {state!r}")
    return state


def _matching(name: str, patterns: "Iterable[str]") -> "list[str]":
    if not patterns:
        return []
    # 6 ms, which programs without a pattern save: it imports re.
    from fnmatch import fnmatchcase  # noqa: PLC0415

    return [pattern for pattern in patterns if fnmatchcase(name, pattern)]


def _matching_distributions(name: str, patterns: "Iterable[str]") -> "list[str]":
    """Return the patterns, as they were written, that match a name in any spelling."""
    name = normalized_name(name)
    return [pattern for pattern in patterns if _matching(name, [_normalized(pattern)])]


def _normalized(pattern: str) -> str:
    """Return a pattern normalised, without a change of ``-`` and ``.`` inside ``[...]``."""
    import re  # noqa: PLC0415 -- 6 ms; fnmatch imports it too

    return "".join(
        part.lower() if part.startswith("[") else normalized_name(part)
        for part in re.split(r"(\[[^]]*\])", pattern)
    )
