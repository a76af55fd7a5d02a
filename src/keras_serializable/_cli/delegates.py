"""Verbs that another distribution has: it declares its arguments to argparse, and runs them."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Delegate(NamedTuple):
    """Where a verb comes from that is not in this distribution.

    Args:
        distribution: What to install.
        module: Its module, with the functions ``add_arguments(parser)`` and ``run(options)``.
    """

    distribution: str
    module: str

    def command(self, verb: str, does: str) -> click.Command:
        """Return the command that hands all its arguments on."""

        @click.command(
            verb,
            help=does,
            add_help_option=False,
            context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
        )
        @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
        @click.pass_context
        def command(context: click.Context, arguments: "tuple[str, ...]") -> NoReturn:
            context.exit(self._run(context.command_path, arguments))

        return command

    def _run(self, program: str, arguments: "tuple[str, ...]") -> int:
        try:
            module = import_module(self.module)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != self.module.partition(".")[0]:
                raise
            raise click.ClickException(
                f"`{program}` comes with {self.distribution}: pip install {self.distribution}"
            ) from None
        parser = _parser(program)
        module.add_arguments(parser)
        try:
            code: int = module.run(parser.parse_args(arguments))
        except SystemExit as stop:  # argparse has shown its help
            return stop.code if isinstance(stop.code, int) else 0
        sys.stdout.flush()
        return code


def _parser(program: str) -> "ArgumentParser":
    """Return a parser whose errors are those of the command."""
    from argparse import ArgumentParser  # noqa: PLC0415 -- 4 ms

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise click.UsageError(message)

    return Parser(prog=program)
