"""Verbs that another distribution has: it declares its arguments to argparse, and runs them."""

import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from argparse import Action, ArgumentParser


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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return the options that a shell may complete, or that it is to complete a file."""
        if not incomplete.startswith("-"):
            return [CompletionItem(incomplete, type="file")]
        names = self._delegate.options(ctx.command_path)
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class Delegate(NamedTuple):
    """Where a verb comes from that is not in this distribution.

    Args:
        distribution: What to install. In a clone its folder in `plugins` has this name.
        module: Its module, with the functions ``add_arguments(parser)`` and ``run(options)``.
    """

    distribution: str
    module: str

    def command(self, verb: str, does: str) -> click.Command:
        """Return the command that hands all its arguments on."""
        return _HandsOn(self, verb, does)

    def options(self, program: str) -> "list[str]":
        """Return the options of the verb, none where the other distribution is missing."""
        names: list[str] = []
        parser = _parser(program, names)
        with suppress(click.ClickException):
            self._imported(program).add_arguments(parser)
        return names

    def run(self, program: str, arguments: "list[str]") -> int:
        """Run the verb in the other distribution, and return its exit code."""
        module = self._imported(program)
        parser = _parser(program, [])
        module.add_arguments(parser)
        try:
            code: int = module.run(parser.parse_args(arguments))
        except SystemExit as stop:  # argparse has shown its help
            return stop.code if isinstance(stop.code, int) else 0
        sys.stdout.flush()
        return code

    def _imported(self, program: str) -> Any:
        try:
            return import_module(self.module)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != self.module.partition(".")[0]:
                raise
            raise click.ClickException(
                f"`{program}` is in {self.distribution}: "
                'pip install "keras-serializable[author]", or in a clone '
                f"pip install ./plugins/{self.distribution}"
            ) from None


def _parser(program: str, names: "list[str]") -> "ArgumentParser":
    """Return a parser whose errors are those of the command; `names` gets its options."""
    from argparse import ArgumentParser  # noqa: PLC0415 -- 1 ms at each start

    class Parser(ArgumentParser):
        def add_argument(self, *flags: str, **options: Any) -> "Action":
            names.extend(flag for flag in flags if flag.startswith("--"))
            return super().add_argument(*flags, **options)

        def error(self, message: str) -> NoReturn:
            raise click.UsageError(message)

    return Parser(prog=program)
