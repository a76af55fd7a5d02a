"""Verdicts: for each custom object of a model whether a lookup would find it, and from whom."""

from dataclasses import replace
from typing import TYPE_CHECKING

from keras_serializable._installed import editables
from keras_serializable._keys import SCRIPT, SEPARATOR
from keras_serializable._loading.policy import SWITCHED_OFF
from keras_serializable._loading.resolver import Resolver
from keras_serializable._needs.installed import installed
from keras_serializable._needs.module_places import is_missing
from keras_serializable._needs.needed_objects import NeededObject, Verdict
from keras_serializable._needs.requirement_lines import requirement_lines, source_of
from keras_serializable._providers import Distribution, Provider
from keras_serializable._texts import listed, shown
from keras_serializable.errors import (
    KerasSerializableError,
    MetadataProblemError,
    ProviderConflictError,
    ProviderRefusedError,
)
from keras_serializable.model_files import CustomObject

if TYPE_CHECKING:
    from keras_serializable.model_files.stamps import Stamp


def judge(
    found: CustomObject,
    resolver: Resolver,
    stamp: "Stamp | None" = None,
    root: "str | None" = None,
) -> NeededObject:
    """Return a custom object with its verdict. Nothing is imported.

    Args:
        found: The object.
        resolver: Whom a lookup asks.
        stamp: What the file claims of its objects.
        root: The Keras that would ask, where that is known.
    """
    if found.kind == "lambda":
        reason = "Keras runs code that a file holds only with safe_mode=False"
        return _verdict(found, "lambda", reason=reason)
    if resolver.is_switched_off():
        return _verdict(found, "refused by rule", reason=SWITCHED_OFF)
    try:
        judged = _provided(found, resolver, stamp, root) or _known(found, resolver, stamp)
    except (ProviderConflictError, _AmbiguousNameError) as error:
        return _verdict(found, "ambiguous", reason=str(error))
    except ProviderRefusedError as error:
        by = error.provider.distribution
        return _verdict(found, "refused by rule", by.name, by.version, reason=error.rule)
    except MetadataProblemError as error:
        return _verdict(found, "refused by rule", reason=str(error))
    return judged or _verdict(found, "unknown", reason=_origin(found, resolver))


class _AmbiguousNameError(KerasSerializableError):
    """Several keys end in the bare name of a function."""


def provider_of(found: CustomObject, resolver: Resolver, root: "str | None") -> "Provider | None":
    """Return who would provide an object in a lookup, as the bridge to a Keras asks."""
    # A file states the module of a function beside its name, and nothing beside a bare name.
    name = found.class_name if found.kind == "class" else found.key
    place = None if found.kind == "name" else (found.module, name)
    foreseen = resolver.foresee(found.key, place, root)
    if not foreseen and found.kind != "class" and SEPARATOR not in found.key:
        # Keras up to 3.6 saves a function without the package of its key.
        keys = resolver.advertised_keys(found.key)
        if len(keys) > 1:
            raise _AmbiguousNameError(f"that name is advertised as {listed(map(shown, keys))}")
        if keys:
            foreseen = resolver.foresee(keys[0], None, root)
    providers = [provider for _, provider in foreseen]
    # A lookup asks the next provider if the module of the first one cannot be imported.
    importable = [each for each in providers if not is_missing(each.module)]
    return next(iter(importable or providers), None)


def _provided(
    found: CustomObject, resolver: Resolver, stamp: "Stamp | None", root: "str | None"
) -> "NeededObject | None":
    provider = provider_of(found, resolver, root)
    if provider is None:
        return None
    index = resolver.discovery.index
    by, knows = source_of(provider, index)
    reason = _other_claim(found.key, by, stamp) or knows
    lines = requirement_lines(provider, index)
    if is_missing(provider.module):
        top = shown(provider.module.partition(".")[0])
        reason = editables.advice_on(provider.module) or (
            f"{provider.distribution} advertises it, but the module {top} is not installed: "
            "install the distribution that has this module"
        )
        return _verdict(found, "broken", by.name, by.version, lines, reason=reason)
    return _verdict(found, "provided", by.name, by.version, lines, reason=reason)


def _known(found: CustomObject, resolver: Resolver, stamp: "Stamp | None") -> "NeededObject | None":
    """Return the verdict on an object that is not installed, if what to install is known."""
    index = resolver.discovery.index
    providers = index.unavailable(found.key, found.module)
    if not providers and found.kind != "class" and SEPARATOR not in found.key:
        # Keras up to 3.6 saves a function without the package of its key.
        named = index.unavailable_with_name(found.key)
        providers = named if len({each.missing for each in named}) == 1 else ()
    if providers:
        by, knows = source_of(providers[0], index)
        lines = requirement_lines(providers[0], index)
        missing = providers[0].missing
        all_missing = dict.fromkeys(text for each in providers for text in each.missing)
        others = [text for text in all_missing if text not in missing]
        if others:  # libraries share a bare name, and the file names none of them
            knows += f"; or it is from {listed(others)}"
        return _verdict(
            found, "known, not installed", by.name, by.version, lines, missing, reason=knows
        )
    claimed = stamp.objects.get(found.key) if stamp else None
    if claimed is None:
        return None
    line = (claimed.requirement,)
    known = _verdict(
        found, "known, not installed", claimed.distribution, claimed.version, line, line
    )
    return replace(known, reason="the file itself claims this", is_claimed=True)


def _origin(found: CustomObject, resolver: Resolver) -> str:
    """Return what is known of where an unknown object is defined."""
    if found.module == SCRIPT:
        return "a script or a notebook defines it"
    module = (found.module or "").partition(".")[0]
    library = installed(resolver.discovery.index, module)
    if library is not None:
        return f"{library} is installed, and does not advertise it"
    return f"the module {shown(module)} is not installed" if module and is_missing(module) else ""


def _other_claim(key: str, by: Distribution, stamp: "Stamp | None") -> str:
    """Return what the file claims, where that is something else than what is installed."""
    claimed = stamp.objects.get(key) if stamp else None
    if claimed is None or (claimed.distribution, claimed.version) == (by.name, by.version):
        return ""
    return f"the file claims that it was saved with {claimed}"


def _verdict(
    found: CustomObject,
    verdict: Verdict,
    distribution: "str | None" = None,
    version: "str | None" = None,
    requirements: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    *,
    reason: str = "",
) -> NeededObject:
    return NeededObject(
        **vars(found),
        verdict=verdict,
        distribution=distribution,
        version=version or None,
        requirements=requirements,
        missing=missing,
        reason=reason,
    )
