"""`stamp`: a saved model gets to carry which distributions provide its custom objects."""

from typing import Any

import click

from keras_serializable._cli.models import model_paths, of_each
from keras_serializable._cli.output import as_json, draw_table, escaped_lines, write_json
from keras_serializable._cli.providers import resolver
from keras_serializable._needs.stamping import stamp_file
from keras_serializable.model_files import Stamp, read_model


@click.command()
@model_paths
@as_json
@click.pass_context
def command(context: click.Context, models: "tuple[str, ...]", *, as_json: bool) -> None:
    """Let saved models carry which distributions provide their custom objects.

    MODEL is a .keras archive or an .h5 file. It is replaced in one step by a copy with the stamp.
    Nothing else in it changes, and Keras loads it as before. `inspect` and `requirements` then name
    what is needed also where it is not installed.

    Exit code 1 if nothing is known of a custom object, 2 if a file cannot be stamped. The other
    files are stamped anyway.
    """
    stamped, errors = of_each(models, _stamp)
    if as_json:
        write_json({"models": stamped, "errors": errors})
    else:
        for position, each in enumerate(stamped):
            if position:
                click.echo()
            _show(each)
    is_complete = not any(each["unknown"] for each in stamped)
    context.exit(2 if errors else 0 if is_complete else 1)


def _stamp(path: str) -> "dict[str, Any]":
    """Stamp a file, and return what its stamp says as JSON shows it."""
    stamp = stamp_file(path, resolver())
    unknown = [key for key in read_model(path).keys if key not in stamp.objects]
    return {"path": path, "stamp": _described(stamp), "unknown": unknown}


def _described(stamp: Stamp) -> "dict[str, Any]":
    return {
        "python": stamp.python,
        "keras": stamp.keras,
        "objects": {
            key: {**vars(each), "requirement": each.requirement}
            for key, each in stamp.objects.items()
        },
    }


def _show(stamped: "dict[str, Any]") -> None:
    objects = stamped["stamp"]["objects"]
    if not (objects or stamped["unknown"]):
        escaped_lines([f"{stamped['path']} has no custom objects, and needs no stamp"])
        return
    total = len(objects) + len(stamped["unknown"])
    known = f"{len(objects)} of {total} custom objects"
    escaped_lines([f"{stamped['path']}: the stamp names the distributions of {known}"])
    rows = [(key, each["requirement"], each["entry_point"]) for key, each in objects.items()]
    rows += [(key, "unknown", "") for key in stamped["unknown"]]
    draw_table(("KEY", "REQUIREMENT", "ENTRY POINT"), rows)
