"""Lines for pip: the requirement of an installed distribution, and the command that installs it."""

import re
import shlex
from typing import TYPE_CHECKING

from keras_serializable._providers import Distribution
from keras_serializable.model_files.stamps import is_distribution_name, is_version

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z0-9._=,+!-]+", re.ASCII)
_UNQUOTED_SAFELY = re.compile(r"[^\"$`\\\x00-\x1f]*")


def pinned(distribution: Distribution) -> "str | None":
    """Return the requirement line of what is installed, `None` if pip could not know its name.

    Example:
        >>> pinned(Distribution("acme-layers", "1.2")), pinned(Distribution("acme layers"))
        ('acme-layers==1.2', None)
        >>> pinned(Distribution("torch", "2.13.0+cpu"))
        'torch==2.13.0'
    """
    if not is_distribution_name(distribution.name):
        return None
    if not is_version(distribution.version):
        return distribution.name
    # No index has a local version such as 2.13.0+cpu, and pip takes it for a 2.13.0.
    return f"{distribution.name}=={distribution.version.partition('+')[0]}"


def pip_install(requirements: "Iterable[str]") -> str:
    """Return the command that installs requirements, each quoted where a shell needs it.

    Example:
        >>> print(pip_install(["keras==3.15.1", "keras-tcn>=3"]))
        pip install keras==3.15.1 "keras-tcn>=3"
    """
    return " ".join(["pip install", *map(_quoted, requirements)])


def _quoted(requirement: str) -> str:
    if _PLAIN.fullmatch(requirement):
        return requirement
    # Double quotes, because the command line of Windows knows no others.
    if _UNQUOTED_SAFELY.fullmatch(requirement):
        return f'"{requirement}"'
    return shlex.quote(requirement)
