"""What a library registers in Keras, read from its source: its table of entry points.

Nothing of the scanned library is imported.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from keras_serializable_build._adapter import adapt, compare
from keras_serializable_build._command import add_arguments, run
from keras_serializable_build._generated import unanswered
from keras_serializable_build._installed import read_distribution
from keras_serializable_build._main import main
from keras_serializable_build._scan.places import Kind, Place, Unresolved
from keras_serializable_build._scan.result import Entry, ScanResult
from keras_serializable_build._scan.scan import scan_library
from keras_serializable_build._scan.sources import read_library
from keras_serializable_build._table import differences

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Entry",
    "Kind",
    "Place",
    "ScanResult",
    "Unresolved",
    "adapt",
    "add_arguments",
    "compare",
    "differences",
    "main",
    "run",
    "scan_installed",
    "scan_source",
    "unanswered",
]


def scan_source(paths: Iterable[str | PathLike[str]]) -> ScanResult:
    """Find out what source code registers in Keras, without importing it.

    Args:
        paths: Projects, folders that stand on `sys.path`, packages, or modules.

    Returns:
        The entry points, and what could not be followed.

    Raises:
        FileNotFoundError: If a path does not exist.
        TypeError: If it gets one path instead of several.

    Example:
        >>> import pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> code = '''
        ... from keras_serializable import register_keras_serializable
        ...
        ... @register_keras_serializable("acme")
        ... class Scale:
        ...     def get_config(self):
        ...         return {}
        ... '''
        >>> _ = pathlib.Path(folder.name, "layers.py").write_text(code)
        >>> scan_source([folder.name]).entry_points
        {'acme>Scale': 'layers:Scale'}
        >>> folder.cleanup()
    """
    if isinstance(paths, (str, PathLike)):
        message = f"scan_source takes several paths: write scan_source([{str(paths)!r}])"
        raise TypeError(message)
    return scan_library(read_library(map(Path, paths)))


def scan_installed(distribution: str) -> ScanResult:
    """Find out what an installed distribution registers in Keras, without importing it.

    Args:
        distribution: The name of the distribution. An editable installation is scanned where its
            source is.

    Returns:
        The entry points, and what could not be followed.

    Raises:
        importlib.metadata.PackageNotFoundError: If it is not installed.
        FileNotFoundError: If its metadata does not tell its files, or if the source of an editable
            installation is gone.

    Example:
        >>> scan_installed("packaging").entry_points
        {}
    """
    return scan_library(read_distribution(distribution))
