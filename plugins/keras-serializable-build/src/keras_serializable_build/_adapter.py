"""Adapters: the files by which `keras-serializable-adapters` covers libraries, from scans."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from keras_serializable_build._importing import add_imported
from keras_serializable_build._installed import read_distribution
from keras_serializable_build._model_files import add_model
from keras_serializable_build._scan.scan import scan_library
from keras_serializable_build._table import differences, quote, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from keras_serializable_build._scan.result import ScanResult


def adapt(distribution: str, *, bare: bool = True, leave_out: Iterable[str] = ()) -> str:
    """Draft the file that covers an installed library which advertises nothing itself.

    What only a person or a test can tell is left open: which models were loaded, and with what.

    Args:
        distribution: The name of the library's distribution.
        bare: Whether to cover classes that the library never registers.
        leave_out: Patterns of keys to leave out: names of Keras' own objects, for one.

    Returns:
        The text of the file, in TOML.

    Raises:
        importlib.metadata.PackageNotFoundError: If the library is not installed.

    Example:
        >>> adapt("packaging").splitlines()[-1]
        '[keys]'
    """
    result = scan_library(read_distribution(distribution))
    version = importlib.metadata.version(distribution)
    keys = keys_of(result, leave_out, bare=bare)
    return Draft(distribution, version, keys, kerases_of(result)).text


@dataclass(frozen=True)
class Draft:
    """What the file of an adapter says.

    Args:
        distribution: The name of the library's distribution.
        version: Its version.
        keys: The keys and their values.
        kerases: The Kerases whose models are meant.
        made: How the table was made.
        keras: The Keras that loaded a model; empty where none did.
        date: The day on which it did.
    """

    distribution: str
    version: str
    keys: Mapping[str, str]
    kerases: Sequence[str]
    made: str = "static scan"
    keras: str = ""
    date: str = ""

    @property
    def requirement(self) -> str:
        """What installs the library, in the version that was scanned or a later one."""
        try:
            release = Version(self.version).public
        except InvalidVersion:
            return self.distribution
        return f"{self.distribution}>={release}"

    @property
    def text(self) -> str:
        """The text of the file, in TOML."""
        verified = {"version": self.version, "keras": self.keras, "date": self.date}
        values = ", ".join(f"{name} = {quote(value)}" for name, value in verified.items())
        lines = [
            f"requirement = {quote(self.requirement)}",
            f"kerases = [{', '.join(map(quote, self.kerases))}]",
            f"made = {quote(self.made)}",
            f"verified = {{ {values} }}",
            "limits = []",
            "",
            "[keys]",
            *(f"{quote(key)} = {quote(value)}" for key, value in self.keys.items()),
        ]
        return "\n".join(lines) + "\n"


def keys_of(result: ScanResult, leave_out: Iterable[str], *, bare: bool = True) -> dict[str, str]:
    """Return the keys that cover a library with their values, without those to leave out."""
    keys = {**(result.bare if bare else {}), **result.entry_points}
    patterns = tuple(leave_out)
    return {
        key: keys[key]
        for key in sorted(keys)
        if not any(fnmatchcase(key, pattern) for pattern in patterns)
    }


def kerases_of(result: ScanResult) -> list[str]:
    """Return the Kerases for which a library registers objects, or defines unregistered classes.

    Only the Keras that is installed tells whether `keras` in the source is Keras 2 or 3.
    """
    entries = {**result.bare_entries, **result.entries}.values()
    found = {keras for entry in entries for keras in entry.kerases}
    names = {"tf_keras"} & found
    return sorted({f"keras {_keras_generation()}", *names} if found - names else names)


def _keras_generation() -> int:
    try:
        version = importlib.metadata.version("keras")
    except importlib.metadata.PackageNotFoundError:
        return 3
    return 2 if version.startswith("2.") else 3


def compare(
    distribution: str,
    keys: Mapping[str, str],
    models: Iterable[Path] = (),
    *,
    imports: bool = False,
    time_limit: float = 60,
) -> str:
    """Say how the keys of an adapter differ from what an installed library registers.

    Args:
        distribution: The name of the library's distribution.
        keys: The keys and their values.
        models: `.keras` or `.h5` files of the library.
        imports: Whether to import every module of the library, too, in another process.
        time_limit: Seconds that importing one module may take.

    Returns:
        Lines with `-` for what is wrong or too much, and `+` for what is right; empty for none.

    Raises:
        importlib.metadata.PackageNotFoundError: If the library is not installed.

    Example:
        >>> print(compare("packaging", {"a>B": "packaging.version:Versions"}), end="")
        -"a>B" = "packaging.version:Versions"
    """
    library = read_distribution(distribution)
    result = scan_library(library)
    if imports:
        add_imported(result, library, [], time_limit)
    for model in models:
        add_model(result, library, model)
    return show(differences(result, keys))
