"""What is installed: a distribution by its name, and the Kerases."""

from typing import TYPE_CHECKING

from keras_serializable._installed.index import Index
from keras_serializable._installed.metadata import normalized_name
from keras_serializable._needs.install_lines import pinned

if TYPE_CHECKING:
    from keras_serializable._providers import Distribution

AUTOLOAD = "keras-serializable-autoload"
"""The distribution that connects a program at its start."""

KERASES = ("keras", "tf_keras", "keras_nightly", "tf_keras_nightly")
"""The distributions that have a Keras, normalised."""


def installed(index: Index, name: str) -> "Distribution | None":
    """Return the installed distribution of a name in any spelling."""
    return index.installed(normalized_name(name))


def installed_kerases(index: Index) -> "tuple[str, ...]":
    """Return the installed Kerases with their versions."""
    found = (installed(index, name) for name in KERASES)
    return tuple(str(each) for each in found if each is not None)


def core_lines(index: Index, core: str) -> "tuple[str, ...]":
    """Return the lines for what finds providers: this package, and what connects programs."""
    autoload = installed(index, AUTOLOAD)
    line = None if autoload is None else pinned(autoload)
    return (core,) if line is None else (core, line)
