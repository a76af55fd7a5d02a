"""Model files made by hand: archives, HDF5 files and records, sound ones and hostile ones."""

import json
import os
import pathlib
import struct
import zipfile

import h5py
import numpy as np

METADATA = {"keras_version": "3.15.1", "date_saved": "2026-11-25@16:44:07"}
WEIGHTS = "model.weights.h5"


def keras_object(class_name, module="keras.layers", registered=None, /, **config):
    """Return the config of an object as Keras 3 writes it."""
    return {
        "module": module,
        "class_name": class_name,
        "config": config,
        "registered_name": registered,
    }


def legacy_object(class_name, /, **config):
    """Return the config of an object as `.h5` files and old JSON have it."""
    return {"class_name": class_name, "config": config}


def function(name):
    """Return the config of a function."""
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


def sequential(*layers, **more):
    """Return the config of a Sequential model, as Keras 3 writes it."""
    model = keras_object("Sequential", "keras", None, name="sequential", layers=[*layers])
    return {**model, **more}


def legacy_sequential(*layers):
    """Return the config of a Sequential model without modules."""
    return legacy_object("Sequential", name="sequential", layers=[*layers])


SCALE = keras_object("Scale", "acme.layers", "acme>Scale", name="scale", factor=2.0)


def write_keras(path, config, metadata=METADATA, *, compression=zipfile.ZIP_STORED, weights=b""):
    """Write a `.keras` archive; configs that are bytes are written as they are."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, value in (("metadata.json", metadata), ("config.json", config)):
            if value is not None:
                archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
        archive.writestr(WEIGHTS, weights)
    return path


def write_json(path, config):
    """Write a JSON config, or text as it is."""
    path.write_bytes(config if isinstance(config, bytes) else json.dumps(config).encode())
    return path


def write_h5(path, config=None, training=None, **attributes):
    """Write an HDF5 file with attributes at its root, as Keras does."""
    with h5py.File(path, "w") as file:
        for name, value in {"model_config": config, "training_config": training}.items():
            if value is not None:
                text = isinstance(value, (str, bytes))
                file.attrs[name] = value if text else json.dumps(value)
        for name, value in attributes.items():
            file.attrs[name] = value
        file.create_group("model_weights")
    return path


def write_sparse_keras(path, size):
    """Write a `.keras` whose weights are a hole of `size` bytes, before the config."""
    crc = 0  # not checked: nobody reads the weights
    name = WEIGHTS.encode()
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, crc, size, size, len(name), 0)
    entry = struct.pack(
        "<4s6H3L5H2L",
        b"PK\1\2",
        *(20, 20, 0, 0, 0, 33, crc, size, size, len(name), 0, 0, 0, 0, 0, 0),
    )
    small = write_keras(pathlib.Path(f"{path}.small"), sequential(SCALE)).read_bytes()
    with path.open("wb") as file:
        file.write(local + name)
        file.seek(size, os.SEEK_CUR)
        start = file.tell()
        end = small.rindex(b"PK\5\6")
        directory_size, directory = struct.unpack_from("<2L", small, end + 12)
        file.write(small[:directory])
        new_directory = file.tell()
        entries = bytearray(small[directory:end])
        position = 0
        for _ in range(3):  # move the members behind the hole
            names, extra, comment = struct.unpack_from("<3H", entries, position + 28)
            offset = struct.unpack_from("<L", entries, position + 42)[0]
            struct.pack_into("<L", entries, position + 42, offset + start)
            if entries[position + 46 : position + 46 + names] == name:
                entries[position + 46 : position + 46 + names] = b"other.weights.h5"
            position += 46 + names + extra + comment
        file.write(entry + name + entries)
        length = len(entry) + len(name) + directory_size
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 4, 4, length, new_directory, 0))
    return path


def varint(value):
    """Return a number as protobuf writes it."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def field(number, content):
    """Return a field with a length, as protobuf writes it."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def record(place, metadata, identifier="_tf_keras_layer"):
    """Return a record of `keras_metadata.pb`: SavedMetadata.nodes."""
    text = metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode()
    version = field(6, varint(1 << 3) + varint(2) + varint(2 << 3) + varint(1))
    node = varint(2 << 3) + varint(7) + field(3, place.encode()) + field(4, identifier.encode())
    return field(1, node + field(5, text) + version)


def write_saved_model(folder, *records):
    """Write a SavedModel directory with these records."""
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(b"")
    (folder / "keras_metadata.pb").write_bytes(b"".join(records))
    return folder


def references(path):
    """Write an HDF5 file whose config is an object reference."""
    with h5py.File(path, "w") as file:
        group = file.create_group("model_config")
        file.attrs["model_config"] = group.ref
    return path


def linked(path, other):
    """Write an HDF5 file that has links where a config should be."""
    with h5py.File(path, "w") as file:
        file["model_config"] = h5py.ExternalLink(str(other), "/")
        file["soft"] = h5py.SoftLink("/model_config")
    return path


def many_texts(path):
    """Write an HDF5 file whose config is 10,000 texts."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = np.full(10_000, b"{}", "S2")
    return path
