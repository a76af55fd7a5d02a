"""The command `adapt`: it drafts the file with which adapters cover a library, and verifies it."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from keras_serializable_build._adaptation import Adaptation, namesakes, note_on, notes_on
from keras_serializable_build._adapter import Draft, kerases_of, keys_of
from keras_serializable_build._importing import add_imported
from keras_serializable_build._installed import read_distribution
from keras_serializable_build._model_files import add_model
from keras_serializable_build._progress import Progress, printable
from keras_serializable_build._scan.places import in_order
from keras_serializable_build._scan.scan import scan_library
from keras_serializable_build._verification import Adapter, VerificationError, verify

if TYPE_CHECKING:
    import argparse

TIME_LIMIT = 300.0
HEAD, TAIL = 200, 300  # characters of a long error: Keras names its cause at the end


class _DraftError(Exception):
    """The command cannot be carried out. The text has the reason."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `adapt`.

    Args:
        parser: The parser, which is changed.

    Example:
        >>> import argparse
        >>> parser = argparse.ArgumentParser()
        >>> add_arguments(parser)
        >>> parser.parse_args(["my-library", "--json"]).json
        True
    """
    parser.description = (
        "Draft the file by which keras-serializable-adapters covers an installed library that "
        "advertises nothing. Exit code 1 if there is nothing to cover, or if a model does not "
        "load with the draft."
    )
    parser.add_argument("distribution", metavar="DIST", help="the library's distribution")
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="verify the draft: load this model with nothing imported, and compare its prediction "
        "with that after an import; runs the library's code",
    )
    parser.add_argument(
        "--import",
        action="store_true",
        dest="imports",
        help="also import every module in another process, and verify each value",
    )
    parser.add_argument(
        "--keras",
        choices=("keras", "tf_keras"),
        help="the Keras that loads the models; by default the one that their file suggests",
    )
    parser.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="PATTERN",
        help="leave these keys out, such as names of Keras' own objects",
    )
    parser.add_argument(
        "--time-limit",
        type=float,
        default=TIME_LIMIT,
        metavar="SECONDS",
        help="the most that the import of one module, or one load, may take (%(default)g)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write the draft into a new file, or a folder"
    )
    parser.add_argument(
        "--values",
        type=Path,
        metavar="FILE",
        help="keep the inputs and the prediction of the model, as tests/libraries/values has them",
    )
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Carry out `adapt`.

    Args:
        options: The parsed arguments.

    Returns:
        The exit code: 0 for success, 1 if there is nothing to cover or a model does not load with
        the draft, 2 for a wrong use.

    Example:
        >>> import argparse
        >>> parser = argparse.ArgumentParser()
        >>> add_arguments(parser)
        >>> run(parser.parse_args(["no-such-library"]))
        2
    """
    try:
        return _run(options)
    except importlib.metadata.PackageNotFoundError as error:
        _say(f"error: no distribution {error.name} is installed")
    except (_DraftError, VerificationError, OSError, ValueError) as error:
        _say(f"error: {error}")
    return 2


def _run(options: argparse.Namespace) -> int:
    if options.values and len(options.model) != 1:
        message = "--values keeps the prediction of one model: name one with --model"
        raise _DraftError(message)
    for model in options.model:
        if not model.exists():
            message = f"there is no {model}"
            raise _DraftError(message)
    output = _free(options.output, options.distribution)
    with Progress() as progress:
        adaptation = _adapt(options, progress)
    if output is not None:
        output.write_text(adaptation.draft.text, encoding="utf-8", newline="\n")
        adaptation.output = str(output)
    if options.json:
        sys.stdout.write(json.dumps(adaptation.to_dict(), indent=2) + "\n")
    elif output is None:
        sys.stdout.write(adaptation.draft.text)
    sys.stdout.flush()
    if not options.json:
        for line in adaptation.report():
            _say(line)
    return 0 if adaptation.is_good else 1


def _free(path: Path | None, distribution: str) -> Path | None:
    """Return the file to write. What exists is not changed: somebody may have completed it."""
    if path is not None and path.is_dir():
        path /= f"{canonicalize_name(distribution)}.toml"
    if path is not None and path.exists():
        message = f"{path} is there already: name another file with --output"
        raise _DraftError(message)
    return path


def _adapt(options: argparse.Namespace, progress: Progress) -> Adaptation:
    name: str = options.distribution
    progress(f"reading {name}")
    library = read_distribution(name)
    result = scan_library(library)
    made = "static scan"
    if options.imports:
        failures = add_imported(result, library, [], options.time_limit, progress)
        made += ", confirmed by importing every module"
        made += f" but {failures}" if failures else ""
    for model in options.model:
        add_model(result, library, model)
    version = importlib.metadata.version(name)
    keys = keys_of(result, options.leave_out)
    draft = Draft(name, version, keys, kerases_of(result), made)
    unresolved = in_order(result.unresolved)
    names = namesakes(draft)
    notes = [*notes_on(name), *([note_on(names)] if names else [])]
    adaptation = Adaptation(draft, unresolved, notes, options.imports, names)
    if not keys:
        return adaptation
    adapter = Adapter(name, draft.requirement, keys)
    for model in options.model:
        verification = verify(
            adapter,
            model,
            keras=options.keras,
            time_limit=options.time_limit,
            say=progress,
            values=options.values,
        )
        adaptation.models.append(verification)
        if options.values and not verification.values:
            reason = f"no prediction of {model} was made, and {options.values} was not written"
            adaptation.notes.append(reason)
    if adaptation.models and adaptation.is_good:
        kerases = sorted({*draft.kerases, *(each.kind for each in adaptation.models)})
        today = dt.datetime.now(dt.timezone.utc).date().isoformat()
        keras = adaptation.models[0].keras
        adaptation.draft = replace(draft, kerases=kerases, keras=keras, date=today)
    return adaptation


def _say(text: str) -> None:
    line = printable(text)
    if len(line) > HEAD + TAIL:
        line = f"{line[:HEAD]} … {line[-TAIL:]}"
    sys.stderr.write(f"{line}\n")
