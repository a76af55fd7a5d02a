"""Check that the installed Keras stamps what it saves, and loads a stamped file as any other.

    python tests/matrix/stamps.py

`MATRIX_KERAS` names the Keras, as for `matrix.py`. Every kind of object of the example plugin is
saved with and without a stamp, and loaded. Then a key is missed in a stamped file.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cells import import_plugin
from describe import describe, without_addresses
from kinds import KINDS, file_of, import_keras, load, save
from model_files import report

import keras_serializable
from keras_serializable.model_files import Stamp, StampedObject, read_model
from keras_serializable.model_files._stamp_writing import write_stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGIN = "keras-serializable-example"
FORMATS = (".keras", ".h5")
ENOUGH = 20
"""Files that must have been checked: an error in this program must not pass for a success."""

CLAIM = StampedObject("acme-layers", "1.2", "gone>Gone = acme.layers:Gone")
TEXT = 'The file says that acme-layers 1.2 provides it: pip install "acme-layers==1.2"'


def check_files(keras: Any, folder: Path) -> Iterator[str]:
    """Yield for each file what is wrong with it, if anything."""
    plugin = import_plugin()
    by = f"{PLUGIN} {metadata.version(PLUGIN)}"
    for kind in KINDS:
        for file_format in FORMATS:
            try:
                save(keras, plugin, kind, file_format, folder)
            except Exception:  # noqa: BLE001, S112 - some Kerases cannot save some kinds.
                continue
            file = file_of(folder, kind, file_format)
            cell = f"{kind} in {file_format}"
            plain = outcome(keras, kind, file_format, folder)
            # The bare name of a subclassed model in an .h5 file is advertised by nobody.
            keys = {*read_model(file).keys} - {"ResidualMLP"}
            keras_serializable.stamp(file)
            found = stamped_keys(file)
            yield "" if found == dict.fromkeys(keys, by) else f"{cell}, stamped: {found}"
            stamped = outcome(keras, kind, file_format, folder)
            yield "" if stamped == plain else f"{cell}: {stamped[:9999]}, not {plain[:9999]}"
            keras_serializable.connect(stamp=True)
            save(keras, plugin, kind, file_format, folder)
            keras_serializable.disconnect()
            found = stamped_keys(file)
            yield "" if found == dict.fromkeys(keys, by) else f"{cell}, saved: {found}"


def stamped_keys(file: Path) -> dict[str, str]:
    """Return what the stamp of a file says."""
    stamp = read_model(file).stamp
    return {} if stamp is None else {key: str(each) for key, each in stamp.objects.items()}


def outcome(keras: Any, kind: str, file_format: str, folder: Path) -> str:
    """Return what loading a file makes, or the error."""
    try:
        loaded = load(keras, kind, file_format, folder)
    except Exception as error:  # noqa: BLE001 - some Kerases cannot load some kinds.
        return without_addresses(f"{type(error).__name__}: {error}")
    return json.dumps(describe(keras, KINDS[kind].family, loaded), sort_keys=True)


def check_missed(keras: Any, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the error where a key of a stamped file is missed, if anything."""
    saving = getattr(keras, "saving", keras.utils)
    keras_serializable.connect()
    for file_format in FORMATS:
        path = folder / f"gone{file_format}"

        @saving.register_keras_serializable("gone")
        class Gone(keras.layers.Layer):  # type: ignore[misc,name-defined]
            """A layer that nothing provides later."""

            def call(self, inputs: Any) -> Any:
                """Return the inputs."""
                return inputs

        keras.Sequential([keras.layers.InputLayer((4,)), Gone()]).save(path)
        saving.get_custom_objects().pop("gone>Gone")
        model = read_model(path)
        write_stamp(model, Stamp({"gone>Gone": CLAIM}, "3.13.1", model.keras_version))
        try:
            keras.models.load_model(path)
        except Exception as error:  # noqa: BLE001 - the kind differs by release.
            text = "\n".join([str(error), *getattr(error, "__notes__", [])])
            yield "" if text.count(TEXT) == 1 else f"gone{file_format}: {text[-2000:]}"
        else:
            yield f"gone{file_format}: it was loaded"


def main() -> int:
    """Print what is wrong; return the exit code."""
    keras = import_keras()
    with tempfile.TemporaryDirectory() as folder:
        results = [*check_files(keras, Path(folder)), *check_missed(keras, Path(folder))]
    return report(keras, results, ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
