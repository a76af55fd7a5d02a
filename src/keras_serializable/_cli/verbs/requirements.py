"""`requirements`: what saved models need, as a requirements file."""

import click

from keras_serializable._cli.models import inspect, model_paths, of_each
from keras_serializable._cli.output import as_json, escaped_lines, write_json
from keras_serializable._needs.model_needs import claimed_lines


@click.command()
@model_paths
@as_json
@click.pass_context
def command(context: click.Context, models: "tuple[str, ...]", *, as_json: bool) -> None:
    """Write what saved models need as a requirements file.

    The lines are fit for `pip install -r`: Keras in the version that saved the model, then the
    distributions of its custom objects. What nobody knows is a comment. A line that only the file
    claims says so.

    Exit code 1 if there is a custom object of which nothing is known, 2 if a file is no model. The
    lines of the other files are written anyway.
    """
    needs, errors = of_each(models, inspect)
    lines = list(dict.fromkeys(line for each in needs for line in each.requirements))
    claimed = claimed_lines(found for each in needs for found in each.objects)
    comments = list(dict.fromkeys(line for each in needs for line in each.comments))
    comments += _contradictions(lines)
    if needs:
        comments += [f"# {each['error']}" for each in errors]
    if as_json:
        unknown = {found.key for each in needs for found in each.objects if not found.is_covered}
        found = {"requirements": lines, "claimed": claimed, "unknown": sorted(unknown)}
        write_json({**found, "errors": errors})
    else:
        marked = [f"{line}  # the file claims this" if line in claimed else line for line in lines]
        escaped_lines([*marked, *comments])
    is_complete = all(found.is_covered for each in needs for found in each.objects)
    context.exit(2 if errors else 0 if is_complete else 1)


def _contradictions(lines: "list[str]") -> "list[str]":
    """Return comments on distributions that several models ask for in different versions."""
    pinned: dict[str, list[str]] = {}
    for line in lines:
        release = line.removesuffix("*")  # tensorflow==2.15.* allows tensorflow==2.15.1
        if release == line or not any(each.startswith(release) and each != line for each in lines):
            pinned.setdefault(line.partition("==")[0], []).append(line)
    return [
        f"# pip cannot install {' and '.join(found)} together: ask for each model alone"
        for found in pinned.values()
        if len(found) > 1
    ]
