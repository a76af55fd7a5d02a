"""The requirement lines of a provider: what has the code of an object, and what installs it."""

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from keras_serializable._installed.index import Index
from keras_serializable._installed.metadata import normalized_name, read_file
from keras_serializable._needs.install_lines import pinned
from keras_serializable._needs.installed import KERASES, installed
from keras_serializable._providers import Distribution, Provider, required_distribution

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keras_serializable._needs.module_owners import ModuleOwners


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
    owner = None if lines else _owner(provider, index)
    lines += [] if owner is None else [pinned(owner)]
    lines.append(pinned(provider.distribution))
    return tuple(dict.fromkeys(filter(None, lines)))


def _owner(provider: Provider, index: Index) -> "Distribution | None":
    """Return the other installed distribution that has a provider's module, if there is one.

    Anybody can write a distribution that advertises the objects of a library.
    """
    if _has_module(index, provider.distribution, provider.module) is not False:
        return None
    names = _owners_of(index).names_of(provider.module.partition(".")[0])
    answers = {each: _has_module(index, each, provider.module) for each in _installed(index, names)}
    sure = [each for each, answer in answers.items() if answer]
    return next(iter(sure or [each for each, answer in answers.items() if answer is None]), None)


def _installed(index: Index, names: "Iterable[str]") -> "Iterator[Distribution]":
    for name in names:
        found = installed(index, name)
        if found is not None:
            yield found


@lru_cache(maxsize=1)
def _owners_of(_index: Index) -> "ModuleOwners":
    """Return which distributions have which modules, read once for an index."""
    # 40 ms, which most models save.
    from keras_serializable._needs.module_owners import ModuleOwners  # noqa: PLC0415

    return ModuleOwners()


@lru_cache(maxsize=64)
def _has_module(_index: Index, distribution: Distribution, module: str) -> "bool | None":
    """Return whether a distribution has installed a module, `None` if it does not say.

    The list of an editable install has no modules. It is read once for an index: a list of 5 MB
    takes 40 ms.
    """
    files = _text(distribution, "RECORD")
    place, top = re.escape(module.replace(".", "/")), re.escape(module.partition(".")[0])
    # A package without an __init__.py may be shared by several distributions.
    if re.search(rf'(?m)^"?(?:{place}[./]|{top}(?:/__init__)?\.)', files):
        return True
    is_editable = re.search(r'"editable": ?true', _text(distribution, "direct_url.json"))
    return None if is_editable or not files else False


def _text(distribution: Distribution, file: str) -> str:
    """Return the text of a metadata file, empty if there is none."""
    try:
        return read_file(os.path.join(distribution.path, file)).decode(errors="replace")
    except OSError:
        return ""
