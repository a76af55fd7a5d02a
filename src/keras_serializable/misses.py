"""Misses: what to tell the user whose key was not found, from the index alone."""

from difflib import get_close_matches

from keras_serializable import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_serializable.discovery import Index
    from keras_serializable.provider import Problem, Provider

_SHOWN_PROBLEMS = 3
_LONGEST_KEY = 200  # characters; a file may hold any


def explain(
    key: str,
    index: "Index",
    problems: "Sequence[Problem]",
    failures: "Mapping[Provider, BaseException]",
) -> str:
    """Return why `key` was not found and what to do; nothing is imported to find out.

    Args:
        key: A key, or a bare name.
        index: What the installed distributions advertise.
        problems: What is wrong with their metadata.
        failures: The providers whose import failed, and why.

    Returns:
        The missing key first, then the nearest advertised ones, the provider that failed, or that
        nothing advertises its package; then what to do; then what could not be read.
    """
    if len(key) > _LONGEST_KEY:
        key = f"{key[:_LONGEST_KEY]}..."
    lines = [f"keras_serializable: {_finding(key, index, failures)}"]
    if problems:
        shown = "; ".join(map(str, problems[:_SHOWN_PROBLEMS]))
        more = "" if len(problems) <= _SHOWN_PROBLEMS else ", ..."
        lines.append(f"Not all metadata is sound ({len(problems)} found): {shown}{more}")
    return "\n".join(lines)


def explain_without_discovery(key: str) -> str:
    """Return the same where discovery is switched off.

    Args:
        key: A key, or a bare name.

    Returns:
        The missing key, and how to switch discovery on.
    """
    return (
        f"keras_serializable: {key!r} is not registered, and discovery is switched off "
        "(KERAS_SERIALIZABLE_DISCOVERY=0, or the program's policy)."
    )


def _finding(key: str, index: "Index", failures: "Mapping[Provider, BaseException]") -> str:
    package = keys.package_of(key)
    for provider, failure in failures.items():
        if provider.name in (key, package):
            return (
                f"{key!r} is advertised by {provider.distribution}, but importing "
                f"{provider.module} failed with {type(failure).__name__}: {failure}. Repair that "
                "distribution."
            )
    same_package = [
        provider
        for provider in index
        if package is not None and package in (provider.name, keys.package_of(provider.name))
    ]
    if same_package:
        owners = ", ".join(sorted({str(provider.distribution) for provider in same_package}))
        names = {
            keys.name_of(provider.name): provider.name
            for provider in same_package
            if not provider.advertises_package
        }
        return (
            f"{key!r} is not registered. Its package {package!r} is advertised by {owners}, "
            f"without this key{_did_you_mean(keys.name_of(key), names)}. Install a version that "
            "has it, or import the module that defines it before loading."
        )
    if package is None:
        nearest = _did_you_mean(key, {name: name for name in index.names()})
        subject = "it"
    else:
        packages = {keys.package_of(name) or name for name in index.names()}
        nearest = _did_you_mean(package, {name: name for name in packages})
        subject = f"its package {package!r}"
    return (
        f"{key!r} is not registered, and no installed distribution advertises {subject}{nearest}. "
        "Install the distribution that provides it, or import the module that defines it before "
        "loading."
    )


def _did_you_mean(name: str, known: "Mapping[str, str]") -> str:
    """Return a question that offers the known names nearest to `name`, as they are to be shown."""
    nearest = [repr(known[each]) for each in get_close_matches(name, sorted(known), n=3)]
    return f" (did you mean {' or '.join(nearest)}?)" if nearest else ""
