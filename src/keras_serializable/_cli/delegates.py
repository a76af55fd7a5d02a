"""Verbs that another distribution has: it declares its arguments to argparse, and runs them."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

if TYPE_CHECKING:
    from argparse import ArgumentParser


class _HandsOn(click.Command):
    """A command that reads none of its arguments itself."""

    def __init__(self, delegate: "Delegate", verb: str, does: str) -> None:
        super().__init__(verb, short_help=does)
        self._delegate = delegate

    def parse_args(self, ctx: click.Context, args: "list[str]") -> "list[str]":
        """Keep the arguments as they are."""
        ctx.args = args
        return args

    def invoke(self, ctx: click.Context) -> NoReturn:
        """Hand the arguments on."""
        ctx.exit(self._delegate.run(ctx.command_path, ctx.args))


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
        return _HandsOn(self, verb, does)

    def run(self, program: str, arguments: "list[str]") -> int:
        """Run the verb in the other distribution, and return its exit code."""
        try:
            module = import_module(self.module)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != self.module.partition(".")[0]:
                raise
            raise click.ClickException(
                f"`{program}` comes with {self.distribution}: "
                "pip install 'keras-serializable[author]'"
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
