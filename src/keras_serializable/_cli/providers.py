"""The providers of this process, as several verbs show them."""

from keras_serializable import _resolver  # pyright: ignore[reportPrivateUsage] -- it is our own
from keras_serializable._cli.output import completing
from keras_serializable._loading.resolver import Resolver
from keras_serializable._providers import Provider


def resolver() -> Resolver:
    """Return what the default registry asks; a variable without sense is an error."""
    return _resolver()


def advertised() -> "list[Provider]":
    """Return what is advertised: keys first, then packages."""
    return list(resolver().discovery.current())


def describe(provider: Provider) -> "dict[str, object]":
    """Return a provider as JSON shows it."""
    return {
        "name": provider.name,
        "value": provider.value,
        "advertises": "package" if provider.advertises_package else "key",
        "distribution": provider.distribution.name,
        "version": provider.distribution.version,
        "path": provider.distribution.path,
        "is_optional": provider.is_optional,
        "is_available": provider.is_available,
        "requirements": list(provider.requirements),
        "missing": list(provider.missing),
    }


def note_on(provider: Provider) -> str:
    """Return in words what is special about a provider."""
    notes = ["every key of the package"] if provider.advertises_package else []
    if provider.missing:
        notes.append(f"not installed: {', '.join(provider.missing)}")
    elif provider.is_optional:
        notes.append("optional, installed")
    return "; ".join(notes)


completed_names = completing(lambda: (each.name for each in advertised()))
"""Completes a key or a package that is advertised."""

completed_distributions = completing(lambda: (each.distribution.name for each in advertised()))
"""Completes the name of a distribution that advertises something."""
