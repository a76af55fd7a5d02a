"""`inspect`: what a saved model needs, as a tree, a table and one line."""

from typing import TYPE_CHECKING

import click

from keras_serializable._cli.models import inspect, model_paths, of_each
from keras_serializable._cli.output import (
    as_json,
    draw,
    draw_table,
    escaped_lines,
    styled,
    write_json,
)
from keras_serializable._needs.model_needs import ModelNeeds
from keras_serializable._needs.needed_objects import NeededObject, provided_by
from keras_serializable.model_files import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text
    from rich.tree import Tree

_STYLES = {"provided": "green", "known, not installed": "yellow", "lambda": "yellow"}
_ELSE = "red"


@click.command()
@model_paths
@click.option("--custom-only", is_flag=True, help="Leave out what is Keras' own.")
@as_json
@click.pass_context
def command(
    context: click.Context, models: "tuple[str, ...]", *, custom_only: bool, as_json: bool
) -> None:
    """Show what saved models need, and who provides it.

    MODEL is a .keras archive or its unpacked folder, an .h5 file, a JSON config, or a SavedModel
    directory of Keras 2. Neither Keras nor any plugin is imported, and no weights are read. Hook
    plugins are not asked.

    Exit code 1 if a model would not load for want of a custom object, 2 if a file is no model. The
    other files are shown anyway.
    """
    needs, errors = of_each(models, inspect)
    if as_json:
        shown = [each.to_dict(custom_only=custom_only) for each in needs]
        write_json({"models": shown, "errors": errors})
    else:
        for position, each in enumerate(needs):
            if position:
                click.echo()
            _show(each, custom_only=custom_only)
    context.exit(2 if errors else 0 if all(each.loads for each in needs) else 1)


def _show(needs: ModelNeeds, *, custom_only: bool) -> None:
    verdicts = {place: each for each in needs.objects for place in each.places}
    tree = _tree_of(needs.file.tree, verdicts, custom_only=custom_only)
    tree.label = _title(needs)
    draw(tree)
    if needs.objects:
        columns = ("KEY", "KIND", "VERDICT", "PLACES")
        click.echo()
        draw_table(columns, map(_row, needs.objects))
    click.echo()
    for each in needs.objects:
        is_stated = each.verdict == "unknown" and each.origin
        stated = f"the file names {each.origin}" if is_stated else ""
        known = "; ".join(filter(None, (stated, each.reason)))
        if known:
            draw(styled(f"{each.key}: {known}", "dim", longest=2000))
    if needs.file.stamp_problem:
        problem = f"The stamp of the file is passed over: {needs.file.stamp_problem}"
        draw(styled(problem, "dim", longest=2000))
    escaped_lines([needs.summary])


def _title(needs: ModelNeeds) -> "Text":
    file = needs.file
    keras = f"Keras {file.keras_version}" if file.keras_version else "a Keras of unknown version"
    date = f" on {file.date_saved.replace('@', ' ')}" if file.date_saved else ""
    root = _label(file.tree)
    return styled(f"{needs.path}: {root}, saved by {keras}{date}", "bold")


def _tree_of(node: Node, verdicts: "dict[str, NeededObject]", *, custom_only: bool) -> "Tree":
    from rich.tree import Tree  # noqa: PLC0415 -- 40 ms

    found = verdicts.get(node.place) if node.is_custom else None
    label = styled(_label(node), "" if found else "dim")
    if found is not None:
        verdict = f"  {found.key}: {provided_by(found)}"
        label.append_text(styled(verdict, _STYLES.get(found.verdict, _ELSE)))
    tree = Tree(label)
    for child in node.children:
        if not custom_only or _has_custom(child):
            tree.children.append(_tree_of(child, verdicts, custom_only=custom_only))
    return tree


def _has_custom(node: Node) -> bool:
    return node.is_custom or any(map(_has_custom, node.children))


def _label(node: Node) -> str:
    name = f" {node.name}" if node.name and node.role in {"layer", "model"} else ""
    return f"{node.role}{name} ({node.class_name})"


def _row(found: NeededObject) -> "Iterable[str | Text]":
    first, *others = found.places
    more = f" and {len(others)} more" if others else ""
    return (
        found.key,
        found.kind,
        styled(provided_by(found), _STYLES.get(found.verdict, _ELSE)),
        f"{first}{more}",
    )
