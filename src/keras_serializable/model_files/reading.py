"""Reading a model file: its format is recognized, and its config is read."""

import os
import re
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from keras_serializable.model_files import _archive, _hdf5, _saved_model
from keras_serializable.model_files._config_reader import ConfigReader
from keras_serializable.model_files._config_text import MAX_TEXT, parse
from keras_serializable.model_files._fields import is_object, text_or_none
from keras_serializable.model_files._files import (
    BoundedFile,
    malformed,
    open_file,
    read_some,
    read_whole,
    status_of,
)
from keras_serializable.model_files._places import TRAINING
from keras_serializable.model_files._stamp_text import is_stamp, stamp_of
from keras_serializable.model_files.errors import MalformedModelError, ModelFileError, NoConfigError
from keras_serializable.model_files.stamps import Stamp
from keras_serializable.model_files.values import CustomObject, Format, ModelFile, Node

_ZIP = b"PK"
_BLANKS = b" \t\r\n\xef\xbb\xbf"  # blanks, and the byte order mark of UTF-8
_TAIL = 1 << 20  # bytes: zipfile reads the end of an archive several times


def read_model(path: "str | os.PathLike[str]") -> ModelFile:
    """Return the content of a saved model: its custom objects, its parts, its Keras version.

    Keras and plugins are not imported, no code in the file is run, and the weights are not read.
    The format is recognized by the content: a `.keras` archive, an unpacked `.keras` archive, an
    HDF5 file, a JSON config, or a SavedModel directory of Keras 2.

    Args:
        path: The path of the file or directory.

    Returns:
        The content of the file.

    Raises:
        UnreadableModelError: If the file does not exist, cannot be opened or is no regular file.
        MalformedModelError: If the file is broken, or is no model file.
        ModelLimitError: If the file is larger or deeper than the config of any real model.
        NoConfigError: If the file holds no config: a `.weights.h5`, for example, or a SavedModel
            without the file of Keras.
        TypeError: If `path` is of bytes, or no path.

    Example:
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp(), "model.json")
        >>> layer = '{"class_name": "acme>Scale", "config": {"factor": 2}}'
        >>> text = f'{{"class_name": "Sequential", "config": {{"layers": [{layer}]}}}}'
        >>> _ = file.write_text(text)
        >>> read_model(file).objects
        (CustomObject(key='acme>Scale', kind='class', module=None, class_name='acme>Scale', \
places=('config.layers[0]',)),)
    """
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError(f"expected a path as text, not {type(text).__name__}")
    if stat.S_ISDIR(status_of(text).st_mode):
        return _read_directory(text)
    with open_file(text, _TAIL) as file:
        form = _format_of(file)
        if form == "json":
            return _read_json(text)
        model = _read_hdf5(file) if form == "h5" else _read_archive(file)
        try:
            return replace(model, stamp=_stamp_in(file, form))
        except ModelFileError as error:  # a broken stamp hinders nothing else
            return replace(model, stamp_problem=error.reason)


def read_stamp(path: str) -> Stamp | None:
    """Return the stamp of a model file, and read nothing else of it.

    Raises:
        ModelFileError: If the file cannot be read, is no model file, or has a broken stamp.
    """
    if stat.S_ISDIR(status_of(path).st_mode):
        return None
    with open_file(path, _TAIL) as file:
        return _stamp_in(file, _format_of(file))


def _stamp_in(file: BoundedFile, form: Format) -> Stamp | None:
    if form == "json":
        return None
    text = _hdf5.read_stamp(file) if form == "h5" else _archive.read_comment(file)
    return stamp_of(text, file.path) if text and (form == "h5" or is_stamp(text)) else None


def _format_of(file: BoundedFile) -> Format:
    """Return the format that the content of a file has."""
    start = read_some(file, 64)
    file.seek(0)
    if start.startswith(_hdf5.SIGNATURE):
        return "h5"
    if start.startswith(_ZIP):
        return "keras"
    if start.lstrip(_BLANKS).startswith(b"{"):
        return "json"
    if _is_archive(file):
        return "keras"
    reason = "it is none of a .keras archive, an HDF5 file, a JSON config"
    raise MalformedModelError(file.path, reason if start else "it is empty")


def _is_archive(file: BoundedFile) -> bool:
    """Return whether a file ends as an archive: Keras allows other bytes before the archive."""
    try:
        return zipfile.is_zipfile(file)
    except Exception as error:  # zipfile raises many kinds for a broken archive
        raise malformed(file.path, error) from error


def _read_archive(file: BoundedFile) -> ModelFile:
    config, metadata = _archive.read_members(file)
    return _from_texts(file.path, "keras", config, metadata)


def _read_directory(path: str) -> ModelFile:
    names = {name: os.path.join(path, name) for name in (_archive.CONFIG, _archive.METADATA)}
    if os.path.lexists(names[_archive.CONFIG]):
        metadata = names[_archive.METADATA]
        return _from_texts(
            path,
            "keras-directory",
            read_whole(names[_archive.CONFIG], MAX_TEXT),
            read_whole(metadata, MAX_TEXT) if os.path.lexists(metadata) else None,
        )
    records = os.path.join(path, _saved_model.METADATA)
    if os.path.lexists(records):
        return _read_saved_model(path, records)
    if os.path.lexists(os.path.join(path, "saved_model.pb")):
        reason = f"the SavedModel has no {_saved_model.METADATA}: it holds no config of Keras"
        raise NoConfigError(path, reason)
    raise NoConfigError(path, f"the directory holds no {_archive.CONFIG} and no SavedModel")


def _from_texts(
    path: str, form: Format, config_text: bytes, metadata_text: "bytes | None"
) -> ModelFile:
    """Return the model of a config and its metadata, the two members of an archive."""
    config = parse(config_text, path, _archive.CONFIG)
    metadata: Any = {}
    if metadata_text is not None:
        metadata = parse(metadata_text, path, _archive.METADATA)
        if not isinstance(metadata, dict):
            raise MalformedModelError(path, "it is no JSON object", _archive.METADATA)
    if not is_object(config):
        raise NoConfigError.of_no_object(path, _archive.CONFIG)
    version = text_or_none(metadata.get("keras_version"))
    reader = ConfigReader(path, generation_of(version))
    tree = reader.read_model(config)
    return _model(path, form, version, text_or_none(metadata.get("date_saved")), reader, tree)


def _read_json(path: str) -> ModelFile:
    config = parse(read_whole(path, MAX_TEXT), path, "")
    if not is_object(config):
        raise NoConfigError.of_no_object(path)
    version = text_or_none(config.get("keras_version"))
    reader = ConfigReader(path, generation_of(version))
    tree = reader.read_model(config)
    return _model(path, "json", version, None, reader, tree)


def _read_hdf5(file: BoundedFile) -> ModelFile:
    texts = _hdf5.read_attributes(file)
    path = file.path
    if "model_config" not in texts:
        reason = "it holds weights and no config. Give the file of the whole model"
        raise NoConfigError(path, reason)
    config = parse(texts.pop("model_config"), path, "model_config")
    if not is_object(config):
        reason = "it has no class_name and config"
        raise MalformedModelError(path, reason, "model_config")
    training: object = None
    if TRAINING in texts:
        training = parse(texts.pop(TRAINING), path, TRAINING)
    version = texts.get("keras_version", b"").decode("utf-8", "replace") or None
    reader = ConfigReader(path, generation_of(version))
    tree = reader.read_model(config, training)
    return _model(path, "h5", version, None, reader, tree)


def _read_saved_model(path: str, records_path: str) -> ModelFile:
    """Return the model of a SavedModel: its root, and the custom objects of the other records."""
    records = _saved_model.read_records(records_path)
    if not records:
        raise NoConfigError(path, "it holds no objects of Keras", _saved_model.METADATA)
    reader = ConfigReader(path, "2")
    tree: Node | None = None
    for record in sorted(records, key=lambda each: each.path != "root"):
        place = f"{_saved_model.METADATA} {record.path}"
        value = parse(record.metadata, path, place)
        if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
            continue  # no layer, model or metric
        value.setdefault("config", {})  # a subclassed model may have none
        if tree is None:
            tree = reader.read_model(value, value.get(TRAINING))
        else:
            kind = "metrics" if record.identifier == _saved_model.METRIC else "layers"
            reader.read_record(value, record.path, kind)
    if tree is None:
        raise NoConfigError(path, "it holds no model of Keras", _saved_model.METADATA)
    return _model(path, "saved-model", None, None, reader, tree)


def _model(
    path: str,
    form: Format,
    version: "str | None",
    date: "str | None",
    reader: ConfigReader,
    tree: Node,
) -> ModelFile:
    return ModelFile(path, form, version, date, reader.custom_objects.objects(), tree)


def survey(config: Mapping[str, Any], version: "str | None") -> tuple[CustomObject, ...]:
    """Return the custom objects of the config that a Keras of some version makes of an object."""
    reader = ConfigReader("", generation_of(version))
    reader.read_model(config)
    return reader.custom_objects.objects()


def generation_of(version: "str | None") -> "str | None":
    """Return the generation of a Keras version: ``"2"`` for all before 3, ``"3"`` for all others.

    Example:
        >>> generation_of("2.15.0"), generation_of("3.15.1"), generation_of("nightly")
        ('2', '3', None)
    """
    found = re.match(r"\d{1,9}", version or "")
    if not found:
        return None
    return "2" if int(found.group()) <= 2 else "3"  # noqa: PLR2004 -- Keras 2
