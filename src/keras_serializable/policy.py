"""Policy: which providers may be imported, and which one is preferred. Asked before any import."""

import os

from keras_serializable.metadata import normalized_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keras_serializable.provider import Provider

PREFIX = "KERAS_SERIALIZABLE_"
"""What the names of all environment variables begin with."""


class Policy:
    """What an operator allows discovery to do.

    Patterns are those of `fnmatch`: ``*``, ``?`` and ``[...]``. Names of distributions are
    compared normalised, keys to the letter. What is denied stays denied, even where it is allowed
    too; where something is allowed, everything else is not.

    Args:
        allow_distributions: Patterns of the distributions that may be imported; empty for all.
        deny_distributions: Patterns of those that may not.
        allow_keys: Patterns of the keys that may be looked for; empty for all.
        deny_keys: Patterns of those that may not.
        prefer: Which distribution to take where several advertise a key differently, by pattern
            of the key.
        discovery: Whether installed distributions are asked at all.
        strict: Whether metadata that cannot be read is an error instead of a recorded problem.
        origin: Where the rules come from, for the error message.

    Example:
        >>> from keras_serializable.provider import Distribution, Provider
        >>> policy = Policy(deny_keys=["acme>*"])
        >>> provider = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> policy.refusal("acme>Scale", provider)
        "deny_keys has 'acme>*', set by the program"
    """

    __slots__ = (
        "_origin",
        "allow_distributions",
        "allow_keys",
        "deny_distributions",
        "deny_keys",
        "discovery",
        "prefer",
        "strict",
    )

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
        origin: str = "set by the program",
    ) -> None:
        self.allow_distributions = _patterns(allow_distributions)
        self.deny_distributions = _patterns(deny_distributions)
        self.allow_keys = _patterns(allow_keys)
        self.deny_keys = _patterns(deny_keys)
        self.prefer = dict(prefer or {})
        self.discovery = discovery
        self.strict = strict
        self._origin = origin

    @classmethod
    def from_environment(cls, environment: "Mapping[str, str] | None" = None) -> "Policy":
        """Return the policy that environment variables set.

        Lists are separated by commas: ``KERAS_SERIALIZABLE_ALLOW_DISTRIBUTIONS``,
        ``..._DENY_DISTRIBUTIONS``, ``..._ALLOW_KEYS``, ``..._DENY_KEYS``. ``..._PREFER`` holds
        ``key=distribution`` pairs. ``..._DISCOVERY`` is ``0`` to switch discovery off,
        ``..._STRICT`` is ``1`` for strict mode.

        Args:
            environment: The variables; `None` for those of the process.

        Returns:
            The policy.

        Raises:
            ValueError: If a variable cannot be understood.

        Example:
            >>> environment = {"KERAS_SERIALIZABLE_DENY_KEYS": "acme>*, *>Lambda"}
            >>> Policy.from_environment(environment).deny_keys
            ('acme>*', '*>Lambda')
        """
        variables = os.environ if environment is None else environment

        def listed(name: str) -> "list[str]":
            parts = (part.strip() for part in variables.get(PREFIX + name, "").split(","))
            return [part for part in parts if part]

        def switched(name: str, default: str) -> bool:
            value = variables.get(PREFIX + name, default).strip()
            if value not in {"0", "1"}:
                raise ValueError(f"{PREFIX}{name} is {value!r}; write 0 or 1")
            return value == "1"

        prefer = {}
        for pair in listed("PREFER"):
            key, equals, distribution = pair.rpartition("=")
            if not equals:
                raise ValueError(f"{PREFIX}PREFER has {pair!r}; write key=distribution")
            prefer[key.strip()] = distribution.strip()
        return cls(
            allow_distributions=listed("ALLOW_DISTRIBUTIONS"),
            deny_distributions=listed("DENY_DISTRIBUTIONS"),
            allow_keys=listed("ALLOW_KEYS"),
            deny_keys=listed("DENY_KEYS"),
            prefer=prefer,
            discovery=switched("DISCOVERY", "1"),
            strict=switched("STRICT", "0"),
            origin=f"set by the environment ({PREFIX}*)",
        )

    def refusal(self, key: str, provider: "Provider") -> str | None:
        """Return the rule that forbids `provider` to deliver `key`.

        Args:
            key: The key that is asked for.
            provider: The provider that would be imported.

        Returns:
            The rule in words, or `None` if there is none.
        """
        distribution = normalized_name(provider.distribution.name)
        denied_distributions = [normalized_name(rule) for rule in self.deny_distributions]
        allowed_distributions = [normalized_name(rule) for rule in self.allow_distributions]
        for rule in _matching(distribution, denied_distributions):
            return f"deny_distributions has {rule!r}, {self._origin}"
        for rule in _matching(key, self.deny_keys):
            return f"deny_keys has {rule!r}, {self._origin}"
        if allowed_distributions and not _matching(distribution, allowed_distributions):
            return f"allow_distributions has no rule for it, {self._origin}"
        if self.allow_keys and not _matching(key, self.allow_keys):
            return f"allow_keys has no rule for it, {self._origin}"
        return None

    def preferred(self, key: str, providers: "Sequence[Provider]") -> "Provider | None":
        """Return the provider that `prefer` chooses among those that contradict each other.

        Args:
            key: The key that is asked for.
            providers: Its providers.

        Returns:
            The provider, or `None` where the policy has no word on this.
        """
        for rule in _matching(key, self.prefer):
            wanted = normalized_name(self.prefer[rule])
            for provider in providers:
                if normalized_name(provider.distribution.name) == wanted:
                    return provider
        return None


def _patterns(patterns: "Iterable[str]") -> "tuple[str, ...]":
    if isinstance(patterns, str):
        raise TypeError(f"a list of patterns is expected, not the string {patterns!r}")
    return tuple(patterns)


def _matching(name: str, patterns: "Iterable[str]") -> "list[str]":
    if not patterns:
        return []
    # Imported here because it brings re, and nearly every program has no rule at all.
    from fnmatch import fnmatchcase  # noqa: PLC0415

    return [pattern for pattern in patterns if fnmatchcase(name, pattern)]
