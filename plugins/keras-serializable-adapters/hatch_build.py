"""The metadata hook of this project: it makes entry points and extras of the files in `libraries`.

Each library is an extra, and each value of its table names that extra. So an entry point counts
only where its library is installed, and `pip install "keras-serializable-adapters[keras-tcn]"`
brings the library too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

GROUP = "keras_serializable"
LABEL = "@@"
FIELDS = {"requirement", "kerases", "made", "verified", "limits", "keys", "keys-for"}
KERASES = {"keras": "keras>=3", "tf_keras": "tf_keras"}
"""The Kerases that one key may be for alone: their extras, and what those require."""


class LibraryError(ValueError):
    """A file in `libraries` is not as it must be."""


def read_libraries(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the content of each file in `libraries` by the name of its library.

    Args:
        folder: The folder.

    Raises:
        LibraryError: If a file lacks a field or has one too many.
    """
    libraries = {}
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        wrong = content.keys() ^ FIELDS - ({"keys-for"} - content.keys())
        if wrong:
            message = f"{path.name} lacks a field, or has one too many: {', '.join(sorted(wrong))}"
            raise LibraryError(message)
        libraries[path.stem] = content
    return libraries


def values_of(libraries: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the values of each key, by the label that tells those of one key apart.

    Args:
        libraries: What `read_libraries` returns.

    Raises:
        LibraryError: If a key is for a Keras that is not known.
    """
    found: dict[str, dict[str, str]] = {}
    for library, content in libraries.items():
        for key, value in content["keys"].items():
            found.setdefault(key, {})[library] = f"{value}[{library}]"
        for keras, keys in content.get("keys-for", {}).items():
            if keras not in KERASES:
                message = f"{library}.toml has keys for {keras}, which is none of {set(KERASES)}"
                raise LibraryError(message)
            for key, value in keys.items():
                found.setdefault(key, {})[f"{library}/{keras}"] = f"{value}[{library},{keras}]"
    return found


def entry_points(libraries: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the entry points of all libraries: a key that has several values gets labels.

    Args:
        libraries: What `read_libraries` returns.
    """
    found = {}
    for key, values in sorted(values_of(libraries).items()):
        for label, value in values.items():
            found[key if len(values) == 1 else f"{key}{LABEL}{label}"] = value
    return found


def extras(libraries: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return what each extra requires: each library, and each Keras that some keys are for.

    Args:
        libraries: What `read_libraries` returns.
    """
    needed = {keras for content in libraries.values() for keras in content.get("keys-for", {})}
    found = {library: [content["requirement"]] for library, content in libraries.items()}
    return {**found, **{keras: [KERASES[keras]] for keras in sorted(needed)}}


class CustomMetadataHook(MetadataHookInterface):
    """Sets the entry points and the extras; hatchling knows the class by this name."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put what is generated into the project's metadata.

        Args:
            metadata: The table `[project]`, which is changed.
        """
        libraries = read_libraries(Path(self.root, "libraries"))
        metadata["entry-points"] = {GROUP: entry_points(libraries)}
        metadata["optional-dependencies"] = extras(libraries)
