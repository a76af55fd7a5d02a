"""Needed objects: a custom object of a model with its verdict, and who provides it."""

from dataclasses import dataclass
from typing import Any, Literal

from keras_serializable.model_files import CustomObject

Verdict = Literal[
    "built in",
    "provided",
    "broken",
    "known, not installed",
    "unknown",
    "ambiguous",
    "refused by rule",
    "lambda",
]
"""Whether an object of a model would be found.

- ``built in``: it is Keras' own.
- ``provided``: an installed distribution advertises it.
- ``broken``: an installed distribution advertises it, and its module is not installed.
- ``known, not installed``: what to install is known, from an optional provider or from the file.
- ``unknown``: nothing that is installed knows it.
- ``ambiguous``: several distributions advertise it differently.
- ``refused by rule``: the policy forbids it.
- ``lambda``: it is code that the file holds. Keras loads it only with ``safe_mode=False``.
"""

FOUND = ("built in", "provided")
"""The verdicts of what would be found."""


@dataclass(frozen=True)
class NeededObject(CustomObject):
    """A custom object of a model, and who provides it.

    It has the attributes of a `keras_serializable.model_files.CustomObject`, and these:

    Attributes:
        verdict: ``provided``, ``broken``, ``known, not installed``, ``unknown``, ``ambiguous``,
            ``refused by rule`` or ``lambda``; for a part of Keras ``built in``.
        distribution: The distribution that provides it. For an optional provider: the library that
            has the code. If no installed distribution knows the key: the one that the file claims.
        version: The version of this distribution, ``None`` where it is not known.
        requirements: What has to be installed for it, as lines of a requirements file. The first
            one is the distribution that has the code.
        missing: Those of the requirements that are not installed here.
        reason: What else is known, in one sentence; empty where nothing is.
        is_claimed: Whether distribution and version are what the file claims.

    Example:
        >>> scale = NeededObject(
        ...     "acme>Scale", "class", None, None, ("config.layers[0]",), "provided",
        ...     "acme-layers", "1.2", ("acme-layers==1.2",),
        ... )
        >>> scale.is_found, scale.requirement
        (True, 'acme-layers==1.2')
    """

    __module__ = "keras_serializable"

    verdict: Verdict
    distribution: "str | None" = None
    version: "str | None" = None
    requirements: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    is_claimed: bool = False

    @property
    def is_found(self) -> bool:
        """Whether a lookup would find it."""
        return self.verdict in FOUND

    @property
    def is_covered(self) -> bool:
        """Whether it is known what to install for it."""
        return bool(self.requirements) and self.verdict != "broken"

    @property
    def requirement(self) -> "str | None":
        """The requirement line of the distribution that has the code, ``None`` if unknown."""
        return self.requirements[0] if self.requirements else None

    def to_dict(self) -> "dict[str, Any]":
        """Return it as the command's JSON shows it."""
        return {
            "key": self.key,
            "kind": self.kind,
            "verdict": self.verdict,
            "distribution": self.distribution,
            "version": self.version,
            "requirement": self.requirement,
            "requirements": list(self.requirements),
            "missing": list(self.missing),
            "is_claimed": self.is_claimed,
            "reason": self.reason,
            "module": self.module,
            "class_name": self.class_name,
            "places": list(self.places),
        }


def provided_by(found: NeededObject) -> str:
    """Return a verdict with its distribution, in words."""
    if found.distribution is None:
        return found.verdict
    by = f"{found.distribution} {found.version or ''}".rstrip()
    if found.verdict == "provided":
        return f"provided by {by}"
    if found.is_claimed:
        return f"{found.verdict}: the file claims {by}"
    return f"{found.verdict}: {by}"
