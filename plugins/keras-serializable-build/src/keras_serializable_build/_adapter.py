"""Adapters: the files by which `keras-serializable-adapters` covers libraries, from scans."""

from __future__ import annotations

import importlib.metadata
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from keras_serializable_build._importing import add_imported
from keras_serializable_build._installed import read_distribution
from keras_serializable_build._model_files import add_model
from keras_serializable_build._scan.scan import scan_library
from keras_serializable_build._table import differences, quote, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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
    version = importlib.metadata.version(distribution)
    result = scan_library(read_distribution(distribution))
    keys = {**(result.bare if bare else {}), **result.entry_points}
    patterns = tuple(leave_out)
    kept = {
        key: keys[key]
        for key in sorted(keys)
        if not any(fnmatchcase(key, pattern) for pattern in patterns)
    }
    lines = [
        f"requirement = {quote(f'{distribution}>={_series(version)}')}",
        f"kerases = [{', '.join(map(quote, _kerases(result)))}]",
        f"made = {quote('static scan')}",
        f'verified = {{ version = {quote(version)}, keras = "", date = "" }}',
        "limits = []",
        "",
        "[keys]",
        *(f"{quote(key)} = {quote(value)}" for key, value in kept.items()),
    ]
    return "\n".join(lines) + "\n"


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
        models: `.keras` files of the library.
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


def _series(version: str) -> str:
    """Return a version without what comes after its second number."""
    return ".".join(version.split(".")[:2])


def _kerases(result: ScanResult) -> list[str]:
    """Return the Kerases for which a library registers something, or defines what it does not."""
    entries = {**result.bare_entries, **result.entries}.values()
    return sorted({keras for entry in entries for keras in entry.kerases})
