"""Saved models: the bare names in a file or folder, with the classes that it states."""

from __future__ import annotations

import importlib
import json
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan.entries import can_be_name
from keras_serializable_build._scan.places import Kind, Place, Unresolved
from keras_serializable_build._scan.result import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keras_serializable.model_files import ModelFile

    from keras_serializable_build._scan.result import ScanResult
    from keras_serializable_build._scan.sources import Library

FILE = "file"
CONFIG = "config.json"
STATED = 3
HDF5 = b"\x89HDF\r\n\x1a\n"
ATTRIBUTES = ("model_config", "training_config")


def add_model(result: ScanResult, library: Library, path: Path) -> None:
    """Add the bare names of a saved model to the result, if their classes are in the library."""
    place = Place(path.name, 1)
    stated_names = _names_in_folder(path) if path.is_dir() else _bare_names(_config(path))
    for name, module, class_name in sorted(set(stated_names)):
        if not library.owns(module) or not can_be_name(name):
            continue
        stated = f"{module}:{class_name}"
        definition = result.definitions.get(stated)
        known = result.entries.get(name) or result.bare_entries.get(name)
        if definition is None:
            reason = f"the file states {stated} for {name!r}, which the library does not have"
            result.unresolved.append(Unresolved(place, reason, Kind.NOT_NAMED, module))
        elif known is None:
            entry = Entry(name, stated, True, (), place, place, (FILE,), definition)  # noqa: FBT003
            result.bare_entries[name] = entry
        elif known.definition == definition:
            entries = result.entries if name in result.entries else result.bare_entries
            entries[name] = replace(known, sources=(*known.sources, FILE))
        else:
            reason = f"the file states {stated} for {name!r}; the table names {known.value}"
            result.unresolved.append(Unresolved(place, reason, Kind.AMBIGUOUS, module))


def read_model(path: Path) -> ModelFile:
    """Return the content of a saved model, as keras-serializable reads it.

    Raises:
        ValueError: If keras-serializable is not installed, or if this is no model.
        OSError: If the file cannot be opened.
    """
    try:
        # A scan of source code needs no keras-serializable.
        from keras_serializable import model_files  # noqa: PLC0415
    except ModuleNotFoundError as error:
        message = f"{path} is read by keras-serializable: pip install keras-serializable"
        raise ValueError(message) from error
    return model_files.read_model(path)


def _names_in_folder(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, module and class of the bare names in a SavedModel or an unpacked archive."""
    for each in read_model(path).objects:
        if each.package is None and each.origin is not None:
            module, _, class_name = each.origin.partition(":")
            yield each.key, module, class_name


def _config(path: Path) -> Any:
    with path.open("rb") as file:
        is_hdf5 = file.read(len(HDF5)) == HDF5
    return _config_of_hdf5(path) if is_hdf5 else _config_of_archive(path)


def _config_of_hdf5(path: Path) -> list[Any]:
    """Return the configs of an `.h5` file: the model's, and that of its training."""
    try:
        h5py: Any = importlib.import_module("h5py")  # only this function needs it
    except ModuleNotFoundError as error:
        message = f"{path} is an .h5 file, which needs h5py: pip install h5py"
        raise ValueError(message) from error
    try:
        with h5py.File(path) as file:
            texts = [file.attrs[name] for name in ATTRIBUTES if name in file.attrs]
    except OSError as error:
        message = f"{path} is no .h5 file: {error}"
        raise ValueError(message) from error
    if not texts:
        message = f"{path} is no model: it has no attribute {ATTRIBUTES[0]}"
        raise ValueError(message)
    return [json.loads(text) for text in texts]


def _config_of_archive(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(CONFIG))
    # RuntimeError: the file is encrypted, or its JSON is nested too deep.
    except (zipfile.BadZipFile, KeyError, RuntimeError, ValueError, zlib.error) as error:
        message = f"{path} is no .keras file: {error}"
        raise ValueError(message) from error


def _bare_names(config: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the bare registered name, the module and the class of every object in a config."""
    waiting = [config]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            stated = (part.get(key) for key in ("registered_name", "module", "class_name"))
            texts = [text for text in stated if isinstance(text, str)]
            if len(texts) == STATED and ">" not in texts[0]:
                yield texts[0], texts[1], texts[2]
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
