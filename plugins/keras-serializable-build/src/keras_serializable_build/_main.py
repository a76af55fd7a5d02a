"""The command line: the commands `scan`, `adapt` and `new`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from keras_serializable_build import _command, draft, new

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The arguments; by default those of the process.

    Returns:
        The exit code of the command.

    Example:
        >>> main(["scan", "--installed", "no-such-distribution"])
        2
    """
    parser = argparse.ArgumentParser(prog="python -m keras_serializable_build")
    commands = parser.add_subparsers(dest="command", required=True)
    scan = commands.add_parser("scan", help="find the objects that a library registers")
    _command.add_arguments(scan)
    scan.set_defaults(run=_command.run)
    adapter = commands.add_parser("adapt", help="draft the file that covers a library")
    draft.add_arguments(adapter)
    adapter.set_defaults(run=draft.run)
    project = commands.add_parser("new", help="make the project of a plugin")
    new.add_arguments(project)
    project.set_defaults(run=new.run)
    options = parser.parse_args(arguments)
    code: int = options.run(options)
    return code
