"""The requirement lines of a provider: what has the code of an object, and what installs it."""

from keras_serializable._installed.index import Index
from keras_serializable._installed.metadata import normalized_name
from keras_serializable._needs.install_lines import pinned
from keras_serializable._needs.installed import KERASES, installed
from keras_serializable._providers import Distribution, Provider, required_distribution


def source_of(provider: Provider, index: Index) -> "tuple[Distribution, str]":
    """Return the distribution that has the code, and who else knows it, in words."""
    by = provider.distribution
    for library in map(required_distribution, (*provider.missing, *provider.requirements)):
        # An extra may name the Keras, too, for which an object is made.
        if normalized_name(library) not in KERASES:
            found = installed(index, library) or Distribution(library)
            return found, f"known to {by}"
    return by, ""


def requirement_lines(provider: Provider, index: Index) -> tuple[str, ...]:
    """Return what has to be installed for a provider, first what has the code."""
    lines: list[str | None] = []
    for requirement in dict.fromkeys((*provider.missing, *provider.requirements)):
        library = installed(index, required_distribution(requirement))
        lines.append(requirement if library is None else pinned(library))
    lines.append(pinned(provider.distribution))
    return tuple(dict.fromkeys(filter(None, lines)))
