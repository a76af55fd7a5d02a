"""The command `scan`: it prints, compares or writes the entry points of a library."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from keras_serializable_build import _pyproject
from keras_serializable_build._importing import add_imported
from keras_serializable_build._installed import entry_points_of, read_distribution
from keras_serializable_build._model_files import add_model
from keras_serializable_build._scan.places import in_order
from keras_serializable_build._scan.scan import scan_library
from keras_serializable_build._scan.sources import read_library
from keras_serializable_build._table import differences, show, to_json, to_toml

if TYPE_CHECKING:
    import argparse

    from keras_serializable_build._scan.result import ScanResult
    from keras_serializable_build._scan.sources import Library

TIME_LIMIT = 120.0


class CommandError(Exception):
    """The command cannot be carried out. The text has the reason."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `scan`.

    Args:
        parser: The parser, which is changed.

    Example:
        >>> import argparse
        >>> parser = argparse.ArgumentParser()
        >>> add_arguments(parser)
        >>> parser.parse_args(["src", "--json"]).json
        True
    """
    parser.description = "Find what a library registers in Keras, without importing it."
    parser.add_argument("source", nargs="*", type=Path, help="a project, folder, package or module")
    parser.add_argument("--installed", metavar="DIST", help="scan an installed distribution")
    parser.add_argument(
        "--import",
        action="store_true",
        dest="imports",
        help="also import every module in another process, and verify each value",
    )
    parser.add_argument(
        "--time-limit",
        type=float,
        default=TIME_LIMIT,
        help="the most seconds that the import of one module may take",
    )
    parser.add_argument(
        "--model", action="append", default=[], type=Path, help="also read a saved model"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the source of each line")
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare with the project's table; exit code 1 on a difference",
    )
    parser.add_argument("--write", action="store_true", help="write into pyproject.toml")
    parser.add_argument("--bare", action="store_true", help="with --write: also write bare keys")


def run(options: argparse.Namespace) -> int:
    """Carry out `scan`.

    Args:
        options: The parsed arguments.

    Returns:
        The exit code: 0 for success, 1 if `--check` finds a difference, 2 for a wrong use.

    Example:
        >>> import argparse
        >>> parser = argparse.ArgumentParser()
        >>> add_arguments(parser)
        >>> run(parser.parse_args([]))
        2
    """
    try:
        return _run(options)
    except (CommandError, OSError, ValueError) as error:
        _say(f"error: {error}")
    except importlib.metadata.PackageNotFoundError as error:
        _say(f"error: no distribution {error.name} is installed")
    return 2


def _run(options: argparse.Namespace) -> int:
    library = _library(options)
    result = scan_library(library)
    if options.imports:
        path = (
            [] if options.installed else sorted({_root(library, name) for name in library.sources})
        )
        add_imported(result, library, path, options.time_limit)
    for model in options.model:
        add_model(result, library, model)
    _report(result)
    if options.check:
        return _check(options, result)
    if options.write:
        return _write(options, result)
    sys.stdout.write(
        to_json(result) + "\n" if options.json else to_toml(result, verbose=options.verbose)
    )
    return 0


def _library(options: argparse.Namespace) -> Library:
    if options.installed and options.source:
        message = "name a folder or a distribution, not both"
        raise CommandError(message)
    if options.installed:
        return read_distribution(options.installed)
    if not options.source:
        message = "name the folder to scan, or a distribution with --installed"
        raise CommandError(message)
    library = read_library(options.source)
    if not library.sources:
        message = f"there is no Python module in {', '.join(map(str, options.source))}"
        raise CommandError(message)
    return library


def _root(library: Library, name: str) -> str:
    """Return the folder of `sys.path` that a module is imported from."""
    source = library.sources[name]
    return str(source.path.parents[source.label.count("/")])


def _report(result: ScanResult) -> None:
    """Write the unresolved places to standard error."""
    for told in in_order(result.unresolved):
        _say(str(told))
    open_ends = len(result.unresolved)
    _say(
        f"{result.modules} modules: {len(result.entries)} entry points, "
        f"{len(result.bare_entries)} bare, {open_ends} unresolved"
    )


def _project_file(options: argparse.Namespace) -> Path:
    path = _pyproject.find(options.source[0]) if options.source else None
    if path is None:
        message = "there is no pyproject.toml; name the folder of a project"
        raise CommandError(message)
    return path


def _check(options: argparse.Namespace, result: ScanResult) -> int:
    if options.installed:
        shown, table = options.installed, entry_points_of(options.installed)
    else:
        path = _project_file(options)
        document = _pyproject.read(path)
        if _pyproject.is_dynamic(document):
            _say(f"{path.name}: the build generates the entry points; there is no table to compare")
            return 0
        shown, table = path.name, _pyproject.table_of(document)
    found = differences(result, table)
    sys.stdout.write(show(found))
    if found:
        _say(f"{shown}: {len(found)} entry points differ from the source")
    return 1 if found else 0


def _write(options: argparse.Namespace, result: ScanResult) -> int:
    path = _project_file(options)
    document = _pyproject.read(path)
    if _pyproject.is_dynamic(document):
        message = f'{path.name} says dynamic = ["entry-points"]: the build generates the table'
        raise CommandError(message)
    if not _pyproject.has_place(document):
        message = f"{path.name} has no table [project]; put the lines into setup.cfg or setup.py"
        raise CommandError(message)
    table = _pyproject.table_of(document)
    changes = differences(result, table)
    if options.bare:
        changes += [(name, None, value) for name, value in result.bare.items() if name not in table]
    if changes:
        try:
            _pyproject.write(path, changes)
        except ModuleNotFoundError as error:
            message = "--write needs tomlkit: pip install tomlkit"
            raise CommandError(message) from error
    sys.stdout.write(show(changes))
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
