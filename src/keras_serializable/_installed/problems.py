"""Problems: what is wrong with the metadata on a path, for people rather than for lookups.

A scan reads only what may advertise something. What it skips may still be why a key is missing, or
why `importlib.metadata` fails for everybody.
"""

import os

from keras_serializable._installed.directories import entries, listed
from keras_serializable._installed.entry_points import FILE, broken_lines
from keras_serializable._installed.metadata import (
    HEADER_FILES,
    LEFTOVER,
    METADATA_FOLDERS,
    cause,
    name_and_version,
    normalized_name,
    read_file,
)
from keras_serializable._installed.requirements import Requirements, extras_of
from keras_serializable._keys import SEPARATOR
from keras_serializable._providers import Problem
from keras_serializable._texts import escaped, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keras_serializable._installed.metadata import MetadataFolder
    from keras_serializable._providers import Provider


def inspect(path: "Iterable[str]") -> "Iterator[Problem]":
    """Yield the flaws of the metadata folders in the directories on `path`."""
    for entry in entries(path):
        directory = entry or os.curdir
        former: dict[str, str] = {}
        for child in sorted(listed(directory)):
            if not child.lower().endswith(METADATA_FOLDERS):
                continue
            folder = os.path.join(directory, child)
            if child.startswith(LEFTOVER):
                yield Problem(folder, "left over by pip from an interrupted install: delete it")
                continue
            for place, fault in _inspect_distribution(folder):
                yield Problem(place, fault)
            name = normalized_name(name_and_version(child)[0])
            if name in former:
                yield Problem(
                    folder,
                    f"of the same distribution as {former[name]}: delete the one that is left "
                    "over, usually the older version",
                )
            former[name] = child


def _inspect_distribution(folder: str) -> "Iterator[tuple[str, str]]":
    if os.path.isfile(folder):  # an .egg-info may be a single file
        return
    if not os.path.isdir(folder):
        yield folder, "neither a folder nor a file: perhaps a link to nothing"
        return
    if not name_and_version(os.path.basename(folder))[0]:
        yield folder, "its name has no distribution in it"
    try:
        os.stat(os.path.join(folder, os.curdir))  # fails without permission to enter the folder
    except OSError as error:
        yield folder, cause(error)
        return
    headers = [os.path.join(folder, file) for file in HEADER_FILES]
    if not any(map(os.path.lexists, headers)):
        yield folder, "has no METADATA: perhaps left behind by a broken uninstall"
    for path in headers:
        if os.path.lexists(path):
            try:
                read_file(path, head=1)
            except OSError as error:
                yield path, cause(error)
    path = os.path.join(folder, FILE)
    if os.path.lexists(path):
        yield from ((path, fault) for fault in _inspect_entry_points(path))


def _inspect_entry_points(path: str) -> "list[str]":
    try:
        return broken_lines(read_file(path).decode())
    except UnicodeDecodeError as error:
        return [f"not UTF-8: {error}"]
    except OSError as error:
        return [cause(error)]


def undeclared(folders: "Iterable[MetadataFolder]") -> "Iterator[Problem]":
    """Yield a problem for each extra in a value that the distribution does not declare."""
    requirements = Requirements(())
    for folder in folders:
        reported: set[str] = set()
        for name, values in folder.entry_points.items():
            for extra in [extra for value in values.split("\n") for extra in extras_of(value)]:
                if extra not in reported and extra not in requirements.by_extra(folder):
                    reported.add(extra)
                    yield Problem(
                        os.path.join(folder.distribution.path, FILE),
                        f"{shown(name)} has the extra {shown(extra)}, which no Requires-Dist in "
                        "METADATA has: what it requires is not known, and taken to be installed",
                    )


def hidden_by_keras(
    providers: "Iterable[Provider]", is_built_in: "Callable[[str], bool]"
) -> "Iterator[Problem]":
    """Yield a problem for each bare key that is also the name of one of Keras' own objects."""
    for provider in providers:
        is_bare = SEPARATOR not in provider.name and provider.attribute
        if is_bare and provider.is_available and is_built_in(provider.name):
            yield Problem(
                os.path.join(provider.distribution.path, FILE),
                f"{shown(provider.name)} is the name of one of Keras' own objects, which goes "
                f"first. {escaped(provider.value)} is found only in files that name its module, "
                "and where Keras' own object fails",
            )
