"""The command: its verbs, each imported when it is called, and the exit code of a run."""

import os
import sys
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from keras_serializable import __version__
from keras_serializable._cli.delegates import Delegate
from keras_serializable._cli.output import one_line
from keras_serializable._texts import LONGEST_REASON
from keras_serializable.errors import KerasSerializableError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "keras-serializable"

VERBS: "dict[str, tuple[str | Delegate, str]]" = {
    "inspect": ("inspect", "Show what saved models need, and who provides it."),
    "requirements": ("requirements", "Write what saved models need as a requirements file."),
    "stamp": ("stamp", "Let saved models carry which distributions they need."),
    "list": ("list", "List what the installed distributions advertise."),
    "explain": ("explain", "Say all about one key: who advertises it, and what stands in the way."),
    "check": ("check", "Load every provider in a process of its own, and say what is wrong."),
    "doctor": ("doctor", "Say how this environment is set up: for a bug report."),
    "scan": (
        Delegate("keras-serializable-build", "keras_serializable_build"),
        "Say what a library registers in Keras, from its source.",
    ),
    "adapt": (
        Delegate("keras-serializable-build", "keras_serializable_build.draft"),
        "Draft the adapter of a library that advertises nothing, so that its models load.",
    ),
    "new": (
        Delegate("keras-serializable-build", "keras_serializable_build.new"),
        "Make the project of a new plugin.",
    ),
}
"""Each verb: its module in `verbs`, or the distribution that has it, and what it does."""

_CLOSED = 2  # there is nowhere to write an answer or an error
_INTERRUPTED = 128 + 2  # as a shell says it: by SIGINT
_NO_READER = 128 + 13  # by SIGPIPE


class _Verbs(click.Group):
    """The verbs of `VERBS`: a call imports one of them, and `--help` none."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb. A reader that has closed the pipe ends it silently."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError as error:  # click itself would give the exit code 1
            raise click.exceptions.Exit(_without_reader()) from error

    def resolve_command(
        self, ctx: click.Context, args: "list[str]"
    ) -> "tuple[str | None, click.Command | None, list[str]]":
        """Return the verb that the arguments begin with; an error names a similar one."""
        near = get_close_matches(args[0], VERBS, 1) if args[0] not in VERBS else []
        if near and args[0][0].isalnum() and not ctx.resilient_parsing:  # in a shell's completion
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> "list[str]":  # noqa: ARG002 -- click's signature
        """Return the verbs in the order in which `--help` shows them."""
        return list(VERBS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 -- click's signature
        cmd_name: str,
    ) -> "click.Command | None":
        """Return the command of a verb, `None` if there is no such verb."""
        if cmd_name not in VERBS:
            return None
        place, does = VERBS[cmd_name]
        if isinstance(place, Delegate):
            return place.command(cmd_name, does)
        command: click.Command = import_module(f"{__package__}.verbs.{place}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """Write the verbs, importing none."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, does) for verb, (_, does) in VERBS.items()])


@click.command(
    NAME,
    cls=_Verbs,
    subcommand_metavar="VERB [ARGS]...",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`keras-serializable VERB --help` says more of each. Exit codes: 0; 1 if the answer is "
    "no; 2 for wrong use, or a file that cannot be read.",
)
@click.version_option(__version__, prog_name=NAME)
def command() -> None:
    """Say which packages saved Keras models need, and what is installed for them."""


def run(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command and return its exit code; every error is one line on standard error."""
    if sys.stdout is None or sys.stderr is None:  # by `>&-` in a shell
        return _CLOSED
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets its number.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        code = command.main(arguments, prog_name=NAME, standalone_mode=False)
        sys.stdout.flush()
    except (click.ClickException, KerasSerializableError, ValueError) as error:
        return _fail(error)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        return _without_reader()
    except OSError as error:  # a full disk, or no permission for a file
        _drop_output()
        place = f"{error.filename}: " if error.filename else ""
        return _fail(click.ClickException(f"{place}{error.strerror or error}"))
    return code if isinstance(code, int) else 0


def _fail(error: Exception) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return 2
    text = error.format_message() if isinstance(error, click.ClickException) else str(error)
    with suppress(OSError):  # nobody can be told
        sys.stderr.write(f"error: {one_line(text, LONGEST_REASON)}\n")
    return 2


def _without_reader() -> int:
    _drop_output()
    return _NO_READER


def _drop_output() -> None:
    """Let what is left in the buffer raise no further error when Python ends."""
    with suppress(OSError):  # a notebook's output is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
