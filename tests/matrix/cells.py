"""Save the files of the matrix, or load them in one way, each in a process of its own.

    python cells.py save FOLDER
    python cells.py load FOLDER WAY OUTPUT [FORMAT ...]

`MATRIX_KERAS` names the Keras. A process that has imported Keras, and neither us nor the plugin,
forks once for each cell: a fresh process without the seconds that importing Keras takes.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from describe import describe, without_addresses
from kinds import FORMATS, KINDS, import_keras, load, save
from programs import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAYS = ("without", "imported", "connected", "connected first", "disconnected")
PLUGIN = "keras_serializable_example"
BYSTANDER = "keras_serializable_bystander"
_SECONDS = 180


def import_plugin() -> Any:
    """Import every module of the example plugin."""
    names = (
        *("layers", "models", "activations", "initializers", "regularizers", "constraints"),
        *("losses", "metrics", "optimizers", "schedules", "training"),
    )
    return SimpleNamespace(**{name: importlib.import_module(f"{PLUGIN}.{name}") for name in names})


def save_all(folder: Path) -> dict[str, dict[str, str | None]]:
    """Write every file, with the plugin imported.

    For each kind and each format of this Keras return why it could not be saved, or `None`.
    """
    keras = import_keras()
    plugin = import_plugin()
    saved: dict[str, dict[str, str | None]] = {}
    for kind in KINDS:
        saved[kind] = {}
        for file_format in FORMATS:
            try:
                save(keras, plugin, kind, file_format, folder)
            except LookupError:
                continue
            except Exception as error:  # noqa: BLE001 - some Kerases cannot save some kinds.
                saved[kind][file_format] = f"{type(error).__name__}: {error}"
            else:
                saved[kind][file_format] = None
    return saved


def load_all(folder: Path, way: str, formats: tuple[str, ...] = ()) -> dict[str, Any]:
    """Load the files in one way; return what became of each cell, by `kind/format`.

    Without `formats` also run the programs, and return what became of each, by its title.
    """
    if way == "connected first":
        _connect()
    keras = import_keras()
    cells: dict[str, Callable[[], Any]] = {}
    saved = json.loads(Path(folder, "saved.json").read_text())
    for kind, failures in saved.items():
        for file_format, failure in failures.items():
            if failure is None and file_format in (formats or FORMATS):
                cells[f"{kind}/{file_format}"] = _loader(keras, kind, file_format, folder)
    if not formats:
        for title, program in PROGRAMS.items():
            cells[title] = _runner(keras, program, folder)
    return dict(_fork_each(cells, way, folder))


def _loader(keras: Any, kind: str, file_format: str, folder: Path) -> Callable[[], Any]:
    family = KINDS[kind].family
    return lambda: describe(keras, family, load(keras, kind, file_format, folder))


def _runner(keras: Any, program: Any, folder: Path) -> Callable[[], Any]:
    def run() -> Any:
        result = program(keras, folder)
        return describe(keras, "layers", result) if hasattr(result, "get_config") else result

    return run


def _fork_each(
    cells: dict[str, Callable[[], Any]], way: str, folder: Path
) -> Iterator[tuple[str, Any]]:
    result_file = folder / f"result-{os.getpid()}.json"
    for name, cell in cells.items():
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            signal.alarm(_SECONDS)  # ends the process even where it waits for a lock
            _silence()
            result_file.write_text(json.dumps(_outcome(cell, way), sort_keys=True))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        yield name, json.loads(result_file.read_text()) if status == 0 else {"died": status}


def _outcome(cell: Callable[[], Any], way: str) -> dict[str, Any]:
    if way == "imported":
        import_plugin()
    elif way == "connected":
        _connect()
    elif way == "disconnected":
        _connect()
        _disconnect()
    before = set(sys.modules)
    if way == "without" and "keras_serializable" in before:
        raise RuntimeError("the way without us has imported us")
    try:
        outcome = {"loaded": cell()}
    except Exception as error:  # noqa: BLE001 - the error is the outcome.
        outcome = {
            "error": type(error).__name__,
            # Before Python 3.11 our note is part of the message.
            "message": without_addresses(str(error).partition("\nkeras_serializable: ")[0]),
            "notes": getattr(error, "__notes__", []),
            "traceback": traceback.format_exc()[-6000:],
        }
    new = set(sys.modules) - before
    outcome["imported"] = sorted(
        name for name in new if name.partition(".")[0] in {PLUGIN, BYSTANDER}
    )
    return outcome


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _connect() -> None:
    import keras_serializable

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # every Keras of the matrix has to fit
        keras_serializable.connect()


def _disconnect() -> None:
    import keras_serializable

    keras_serializable.disconnect()


def main(command: str, folder: Path, way: str = "", output: str = "", *formats: str) -> None:
    """Run one of the two commands."""
    if command == "save":
        Path(folder, "saved.json").write_text(json.dumps(save_all(folder)))
    else:
        outcomes = load_all(folder, way, formats)
        Path(output).write_text(json.dumps(outcomes, sort_keys=True))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
