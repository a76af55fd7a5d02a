"""The stamp: which distributions provided the custom objects of a model where it was stamped.

It is what the file claims, for people to read. Nothing is installed, imported or trusted because of
it. Its values have bounds and fixed forms: they reach terminals and requirements files.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_STAMP = 65_535
"""Bytes of a stamp in a file: the comment of an archive holds no more."""
_LONGEST = 1000  # characters of a key or an entry point

# Source: "Names and normalization" and "Version specifiers" of the Python Packaging User Guide.
_DISTRIBUTION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,99}", re.ASCII)


@dataclass(frozen=True)
class StampedObject:
    """Which distribution provided a custom object, as the file claims.

    Attributes:
        distribution: The name of the distribution.
        version: Its version; empty where its metadata stated none.
        entry_point: The entry point that advertised the object, ``name = value``.

    Raises:
        ValueError: If the name or the version is not valid, or a text is too long or cannot be
            printed.

    Example:
        >>> scale = StampedObject("acme-layers", "1.2", "acme>Scale = acme.layers:Scale")
        >>> print(scale, scale.requirement)
        acme-layers 1.2 acme-layers==1.2
    """

    distribution: str
    version: str
    entry_point: str

    def __post_init__(self) -> None:
        if not is_distribution_name(self.distribution):
            raise ValueError("the name of a distribution is not valid")
        if self.version and not is_version(self.version):
            raise ValueError("the version of a distribution is not valid")
        _check_text(self.entry_point, "an entry point")

    @property
    def requirement(self) -> str:
        """The requirement line of the distribution in its version."""
        return f"{self.distribution}=={self.version}" if self.version else self.distribution

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".rstrip()


@dataclass(frozen=True)
class Stamp:
    """What a model file claims to need.

    Attributes:
        objects: For each key of a custom object what provided it. Keys that no installed
            distribution advertised are left out.
        python: The version of the Python that stamped the file.
        keras: The version of the Keras that saved the model, ``None`` where the file states none.

    Raises:
        ValueError: If a version is not valid, or a key is too long or cannot be printed.

    Example:
        >>> scale = StampedObject("acme-layers", "1.2", "acme>Scale = acme.layers:Scale")
        >>> stamp = Stamp({"acme>Scale": scale}, "3.13.1", "3.15.1")
        >>> print(stamp.objects["acme>Scale"])
        acme-layers 1.2
    """

    objects: Mapping[str, StampedObject] = field(hash=False)
    python: str
    keras: "str | None"

    def __post_init__(self) -> None:
        for version in (self.python, self.keras):
            if version is not None and not is_version(version):
                raise ValueError("the version of Python or of Keras is not valid")
        for key in self.objects:
            _check_text(key, "a key")


def is_distribution_name(text: str) -> bool:
    """Return whether a text has the form that the name of a distribution can have.

    Example:
        >>> is_distribution_name("acme-layers"), is_distribution_name("--pre")
        (True, False)
    """
    return bool(_DISTRIBUTION.fullmatch(text))


def is_version(text: "str | None") -> bool:
    """Return whether a text has the form that a version can have.

    Example:
        >>> is_version("3.15.1"), is_version("2.2.4-tf"), is_version("3; rm"), is_version(None)
        (True, True, False, False)
    """
    return bool(_VERSION.fullmatch(text or ""))


def _check_text(text: str, title: str) -> None:
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        raise ValueError(f"{title} is empty, longer than {_LONGEST} characters or not printable")
