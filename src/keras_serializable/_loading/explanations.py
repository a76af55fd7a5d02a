"""Explanations: what to tell the user whose key was not found. Nothing is imported for them."""

import sys
from collections import Counter
from difflib import get_close_matches

from keras_serializable._installed import editables
from keras_serializable._installed.importable import module_exists
from keras_serializable._installed.metadata import normalized_name
from keras_serializable._keras_releases import ROOTS
from keras_serializable._keys import SCRIPT, SEPARATOR, library_of, name_of, package_of
from keras_serializable._loading.policy import SWITCHED_OFF
from keras_serializable._providers import owners
from keras_serializable._texts import escaped, failure, listed, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from keras_serializable._installed.index import Index
    from keras_serializable._providers import Problem, Provider

_SHOWN_KEYS = 3
_SHOWN_PROBLEMS = 3
# difflib takes 5 us for a pair of usual names, and the square of it for long ones.
_LONGEST_COMPARED = 100  # characters
_MOST_COMPARED = 300  # names
_PAIRS = 12
_INSTALL = (
    "Install the distribution that provides it, or import the module that defines it before "
    "loading."
)


def explain(
    key: str,
    index: "Index",
    problems: "Sequence[Problem]",
    failures: "Mapping[Provider, BaseException]",
    module: "str | None" = None,
) -> str:
    """Return why a key was not found, what to do, and which metadata could not be read."""
    finding = (
        _failed(key, failures)
        or _not_installed(key, index, module)
        or _namesake(key, index, module)
        or _passed_over(key, index)
        or _in_package(key, index)
        or _package_not_installed(key, index)
        or _namesake_not_installed(key, index, module)
        or _unknown(key, index, module)
    )
    lines = [f"keras_serializable: {finding}"]
    if problems:
        some = listed(problems, _SHOWN_PROBLEMS, "; ")
        lines.append(f"Broken metadata, see keras_serializable.problems(): {some}")
    return "\n".join(lines)


def explain_without_discovery(key: str) -> str:
    """Return why `key` was not found where discovery is switched off."""
    return f"keras_serializable: {shown(key)} is not registered, and {SWITCHED_OFF}."


def _failed(key: str, failures: "Mapping[Provider, BaseException]") -> str | None:
    package = package_of(key)
    for provider, error in failures.items():
        if provider.name in (key, package):
            return (
                f"{shown(key)} is advertised by {provider.distribution}, but importing "
                f"{escaped(provider.module)} failed with {failure(error)}. Repair "
                f"{owners(provider)}."
            )
    return None


def _namesake(key: str, index: "Index", module: str | None) -> str | None:
    """Return what to tell of a bare key that is advertised, but not by the library of the file."""
    found = [] if library_of(key, module) is None else index.find(key)
    if not found or index.find(key, module):
        return None
    place = "a script or a notebook" if module == SCRIPT else shown(module)
    return (
        f"{shown(key)} is not registered. It is defined in {place}, and the object of this name in "
        f"{listed(dict.fromkeys(map(owners, found)))} is another one. Pass the right one: "
        f"{_custom_objects(key)}."
    )


def _passed_over(key: str, index: "Index") -> str | None:
    """Return what to tell of a key that is advertised, but was not found."""
    found = [each for each in index.find(key) if each.name == key]
    if not found:
        return None
    providers = [each for each in found if not each.advertises_package]
    if providers:
        return (
            f"{shown(key)} is advertised by {listed(each.distribution for each in providers)}, "
            "but did not reach Keras: it is made for another Keras, the file means another "
            f"library, or Keras has its own object of that name. Pass {_custom_objects(key)}."
        )
    owners = listed(sorted(map(str, index.advertisers(key))))
    return (
        f"{shown(key)} is not registered. The module that {owners} advertises under that name "
        "does not register it. Import the module that defines it before loading."
    )


def _not_installed(key: str, index: "Index", module: str | None) -> str | None:
    """Return what to install for a key whose library is known and not installed."""
    providers = index.unavailable(key, module)
    library = (module or "").partition(".")[0]
    # A file says which of several libraries it means.
    named = tuple(each for each in providers if each.module.partition(".")[0] == library)
    if not named and (not providers or index.find(key)):
        return None
    providers = named or providers
    return (
        f"{shown(key)} is not registered. {_knowing(providers)} says where it is from: "
        f"{_commands(providers)}."
    )


def _package_not_installed(key: str, index: "Index") -> str | None:
    """Return what to install where all other keys of a key's package are from one library."""
    package = package_of(key)
    providers = () if package is None else index.unavailable_in(package)
    if len({each.missing for each in providers}) != 1:
        return None
    return (
        f"{shown(key)} is not registered. {_knowing(providers)} says where other keys of its "
        f"package {shown(package)} are from: {_commands(providers)}."
    )


def _namesake_not_installed(key: str, index: "Index", module: str | None) -> str | None:
    """Return what to install for a bare name that a file has instead of a key with a package."""
    if SEPARATOR in key or library_of(key, module) is not None or index.names(SEPARATOR + key):
        return None
    providers = index.unavailable_with_name(key)
    if not providers or len({each.missing for each in providers}) > _SHOWN_KEYS:
        return None
    keys = listed(map(shown, dict.fromkeys(each.name for each in providers)), _SHOWN_KEYS)
    return (
        f"{shown(key)} is not registered. {_knowing(providers)} says where {keys} is from: "
        f"{_commands(providers)}."
    )


def _knowing(providers: "Sequence[Provider]") -> str:
    """Return the distributions that advertise something."""
    return listed(dict.fromkeys(each.distribution for each in providers))


def _commands(providers: "Sequence[Provider]") -> str:
    """Return how to install what optional providers miss: one command for each way."""
    commands = []
    for each in providers:
        requirements = " ".join(f'"{escaped(requirement)}"' for requirement in each.missing)
        commands.append(f"pip install {requirements}")
    return listed(dict.fromkeys(commands), separator=" or ")


def _in_package(key: str, index: "Index") -> str | None:
    """Return what to tell of a key whose package is advertised."""
    package = package_of(key)
    owners = [] if package is None else index.advertisers(package)
    if package is None or not owners:
        return None
    start = package + SEPARATOR
    names = [name[len(start) :] for name in index.names() if name.startswith(start)]
    nearest = [start + name for name in _nearest(name_of(key), names)]
    return (
        f"{shown(key)} is not registered. Its package {shown(package)} is advertised by "
        f"{listed(sorted(map(str, owners)))}, without this key{_did_you_mean(nearest)}. Install a "
        "version that has it, or import the module that defines it before loading."
    )


def _unknown(key: str, index: "Index", module: str | None) -> str:
    """Return what to tell of a key that nothing advertises, nor its package."""
    package = package_of(key)
    ending = SEPARATOR + name_of(key)
    namesakes = sorted(name for name in index.names() if name.endswith(ending))
    nearest: list[str] = []
    if package is not None:
        nearest = _nearest(package, {package_of(name) or name for name in index.names()})
    elif not namesakes:
        known = {name_of(name): name for name in index.names()}
        nearest = [known[name] for name in _nearest(key, known)]
    subject = "it" if package is None else f"its package {shown(package)}"
    if namesakes:
        advice = (
            f"That name is advertised as {listed(map(shown, namesakes), _SHOWN_KEYS)}. If that is "
            f"the object, pass custom_objects={{{shown(key)}: "
            f"keras_serializable.get_registered_object({shown(namesakes[0])})}}."
        )
    else:
        advice = _of_script(key, module) or _on_modules(key, index, module) or _INSTALL
    return (
        f"{shown(key)} is not registered, and no installed distribution advertises "
        f"{subject}{_did_you_mean(nearest)}. {advice}"
    )


def _of_script(key: str, module: str | None) -> str | None:
    """Return what to do where a file says that a script defined an object."""
    if module != SCRIPT:
        return None
    return f"A script or a notebook defines it: pass {_custom_objects(key)}."


def _custom_objects(key: str) -> str:
    """Return the argument that gives Keras the object of a key."""
    name = name_of(key)
    return f"custom_objects={{{shown(key)}: {name if name.isidentifier() else '...'}}}"


def _on_modules(key: str, index: "Index", module: str | None) -> str | None:
    """Return what to do where the module of an object is on the path."""
    for name in _module_names(key, module):
        place = module_exists(name, sys.path)
        if place is None:
            advice = editables.advice_on(name)
            if advice is not None:
                return advice
            continue
        stated = module if module and module.partition(".")[0] == name else name
        advice = (
            f"The module {shown(stated)} is imported, and has not registered this key: "
            if stated in sys.modules
            else f"The module {shown(name)} is on the path ({escaped(place)}): import "
            f"{escaped(stated)} before loading. If it does not register this key, "
        )
        advice += f"pass {_custom_objects(key)}. "
        library = index.installed(normalized_name(name))
        if library is None:
            return advice + (
                "If its distribution does advertise its keys, its metadata may have been stripped "
                "(slim image, frozen program): keep the .dist-info folder (PyInstaller: "
                "--copy-metadata)."
            )
        return advice + (
            f"`keras-serializable adapt {escaped(library.name)}` drafts what makes its models load "
            "without either."
        )
    return None


def _module_names(key: str, module: str | None) -> "Iterator[str]":
    """Yield the top-level modules that may define a key."""
    package = package_of(key) or ""
    for name in dict.fromkeys(((module or "").partition(".")[0], package.replace("-", "_"))):
        if name.isidentifier() and name not in sys.stdlib_module_names and name not in ROOTS:
            yield name


def _nearest(name: str, known: "Iterable[str]") -> "list[str]":
    """Return the known names nearest to `name`, itself not among them."""
    if len(name) > _LONGEST_COMPARED:
        return []
    # get_close_matches() wants a ratio of 0.6, which no names of more different lengths can have.
    shortest, longest = len(name) * 3 / 7, min(len(name) * 7 / 3, _LONGEST_COMPARED)
    names = [each for each in known if shortest <= len(each) <= longest and each != name]
    if len(names) > _MOST_COMPARED:
        names = _most_alike(name, names)
    return get_close_matches(name, sorted(names), _SHOWN_KEYS)


def _most_alike(name: str, known: "Sequence[str]") -> "list[str]":
    """Return the names that share most pairs of letters with `name`.

    get_close_matches() takes 3.6 s for 100,000 names, and this 0.1 s.
    """
    pairs = list(dict.fromkeys(name[here : here + 2] for here in range(len(name) - 1)))
    shared: Counter[str] = Counter()
    for pair in pairs[:: len(pairs) // _PAIRS + 1]:
        shared.update([each for each in known if pair in each])
    return [each for each, _ in shared.most_common(_MOST_COMPARED)]


def _did_you_mean(names: "Sequence[str]") -> str:
    return f" (did you mean {' or '.join(map(shown, names))}?)" if names else ""
