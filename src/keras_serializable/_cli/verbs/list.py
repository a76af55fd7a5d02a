"""`list`: what is advertised, by which distribution."""

from fnmatch import fnmatchcase

import click

from keras_serializable._cli.output import as_json, draw_table, escaped_lines, write_json
from keras_serializable._cli.providers import advertised, completed_names, describe, note_on
from keras_serializable._providers import Provider


@click.command()
@click.argument("pattern", required=False, shell_complete=completed_names)
@click.option(
    "--all", "everything", is_flag=True, help="Also list what libraries have that are missing here."
)
@as_json
@click.pass_context
def command(
    context: click.Context, pattern: "str | None", *, everything: bool, as_json: bool
) -> None:
    """List what the installed distributions advertise.

    PATTERN is a part of a key, of a package or of a distribution's name, or a pattern with `*`,
    `?` and `[...]`, such as "acme>*". Nothing is imported. Without PATTERN, keys of libraries that
    are not installed are only counted.

    Exit code 1 if nothing is like PATTERN.
    """
    found = [each for each in advertised() if pattern is None or _is_like(each, pattern)]
    if as_json:
        write_json({"providers": [describe(each) for each in found]})
    elif found:
        is_short = pattern is None and not everything
        shown = [each for each in found if each.is_available] if is_short else found
        if shown:
            draw_table(("NAME", "VALUE", "DISTRIBUTION", ""), map(_row, shown))
        if len(shown) < len(found):
            left_out = f"Not shown: {len(found) - len(shown)} of libraries that are not installed"
            escaped_lines([f"{left_out}. `list --all` shows them."])
    else:
        about = f"like {pattern!r} " if pattern else ""
        escaped_lines([f"Nothing {about}is advertised by what is installed."])
    context.exit(1 if pattern is not None and not found else 0)


def _is_like(provider: Provider, pattern: str) -> bool:
    texts = (provider.name, provider.distribution.name)
    if any(each in pattern for each in "*?["):
        return any(fnmatchcase(text, pattern) for text in texts)
    return any(pattern.lower() in text.lower() for text in texts)


def _row(provider: Provider) -> "tuple[str, ...]":
    return provider.name, provider.value, str(provider.distribution), note_on(provider)
