"""HDF5 files are read without the HDF5 library, and as the library reads them."""

import struct

import h5py
import numpy as np
import pytest
from hostile_files import cases, check, cut, dense, filled, sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from model_makers import legacy_sequential, linked, many_texts, references, write_h5

from keras_serializable.model_files import (
    MalformedModelError,
    ModelFileError,
    ModelLimitError,
    NoConfigError,
    read_model,
)
from keras_serializable.model_files._files import open_file
from keras_serializable.model_files._hdf5 import read_attributes

# The files of a module are written by one test at a time.
pytestmark = pytest.mark.thread_unsafe(reason="shares a file")

CONFIG = '{"class_name": "acme>Mäü", "config": {}}'


def attributes_of(path):
    """Return the texts of the attributes, and check them against those that h5py reads."""
    with open_file(str(path), 64) as file:
        found = read_attributes(file)
    with h5py.File(path) as file:
        for name, value in found.items():
            text = file.attrs[name]
            assert (text.encode() if isinstance(text, str) else bytes(text)) == value
    return found


@pytest.mark.parametrize("libver", ["earliest", "v108", "v110", "latest"])
@pytest.mark.parametrize("track_order", [True, False])
@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_versions(tmp_path, libver, track_order, count):
    """Files of each version of the format, with other attributes before and behind."""
    path = tmp_path / "model.h5"
    with h5py.File(path, "w", libver=libver, track_order=track_order) as file:
        for number in range(count):
            file.attrs[f"before{number}"] = np.arange(number + 1)
        file.attrs["model_config"] = CONFIG
        for number in range(count):
            file.attrs[f"behind{number}"] = "x" * number
            file.create_group(f"group{number}")
        file.attrs["keras_version"] = "2.15.0"
    if count == 40 and (track_order or libver != "earliest"):
        # Newer files move many attributes into a heap. Keras writes four, as old files have them.
        with pytest.raises(MalformedModelError, match="dense storage"):
            attributes_of(path)
        return
    assert attributes_of(path) == {
        "model_config": CONFIG.encode(),
        "keras_version": b"2.15.0",
    }


@pytest.mark.parametrize(
    "value",
    [
        CONFIG,
        CONFIG.encode(),
        np.bytes_(CONFIG.encode()),
        np.array(CONFIG.encode()),
        np.array([CONFIG.encode()]),
        np.array([[CONFIG]], dtype=h5py.string_dtype()),
        CONFIG + " " * 3_000_000,
    ],
    ids=["text", "bytes", "fixed", "scalar", "array", "matrix", "long"],
)
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_forms_of_a_text(tmp_path, value, libver):
    """One text may be stored in many ways."""
    path = tmp_path / "model.h5"
    with h5py.File(path, "w", libver=libver) as file:
        file.attrs["training_config"] = "{}"
        file.attrs["model_config"] = value
        file.attrs["keras_version"] = b"2.9.0"
    model = read_model(path)
    assert (model.keys, model.keras_version) == (("acme>Mäü",), "2.9.0")


@pytest.mark.parametrize("padding", [h5py.h5t.STR_NULLTERM, h5py.h5t.STR_NULLPAD])
def test_padding(tmp_path, padding):
    """A text of fixed size may be padded at its end."""
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(100)
        kind.set_strpad(padding)
        space = h5py.h5s.create(h5py.h5s.SCALAR)
        attribute = h5py.h5a.create(file.id, b"model_config", kind, space)
        attribute.write(np.array(CONFIG.encode(), "S100"))
    assert read_model(path).keys == ("acme>Mäü",)


def test_many_texts_in_one_heap(tmp_path):
    """Small texts share a heap."""
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        for number in range(90):
            file.create_group(f"group{number}").attrs["text"] = "x" * number
        file.attrs["model_config"] = CONFIG
    assert attributes_of(path) == {"model_config": CONFIG.encode()}


def test_changed_files(tmp_path):
    """A file that was written again has gaps, and blocks elsewhere."""
    path = write_h5(tmp_path / "model.h5", legacy_sequential(), "{}", keras_version="2.1")
    for size in (10, 1000, 100_000):
        with h5py.File(path, "a") as file:
            file.attrs["other"] = np.zeros(min(size, 8000), "u1")
            file.attrs["model_config"] = CONFIG + " " * size
            del file.attrs["keras_version"]
            file.attrs["keras_version"] = str(size)
        assert attributes_of(path)["model_config"] == CONFIG.encode() + b" " * size
        assert read_model(path).keras_version == str(size)


def test_weights_alone(tmp_path):
    """A file of weights has other attributes, or none."""
    path = write_h5(tmp_path / "model.weights.h5", layer_names=["a", "b"], backend="jax")
    with pytest.raises(NoConfigError, match="weights and no config"):
        read_model(path)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return the bytes of a small file of each version."""
    folder = tmp_path_factory.mktemp("hdf5")
    contents = []
    for libver in ("earliest", "latest"):
        path = folder / f"{libver}.h5"
        with h5py.File(path, "w", libver=libver) as file:
            file.attrs["model_config"] = CONFIG
            file.attrs["training_config"] = '{"loss": "mine"}'
        contents.append(path.read_bytes())
    return contents


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Return a function that reads a file of these bytes."""
    path = tmp_path_factory.mktemp("broken") / "model.h5"

    def read(content):
        path.write_bytes(content)
        try:
            return read_model(path)
        except ModelFileError as error:
            return type(error) if str(error).isprintable() else str(error)

    return read


@pytest.mark.parametrize("version", [0, 1], ids=["earliest", "latest"])
def test_every_length(small, broken, version):
    """A file that is cut off anywhere ends in a clean error, or in the answer."""
    content = small[version]
    outcomes = {broken(content[:end]) for end in range(8, len(content), 11)}
    assert MalformedModelError in outcomes
    assert outcomes <= {MalformedModelError, NoConfigError, broken(content)}


@pytest.mark.parametrize("version", [0, 1], ids=["earliest", "latest"])
@pytest.mark.parametrize("byte", [0, 1, 0x7F, 0x80, 0xFF])
def test_every_byte(small, broken, version, byte):
    """A file with any one byte wrong ends in a clean error, or in an answer."""
    content = small[version]
    for position in (at for at in range(8, len(content)) if content[at] not in {0, byte}):
        outcome = broken(content[:position] + bytes([byte]) + content[position + 1 :])
        assert not isinstance(outcome, str)


VALUES = st.sampled_from([0, 8, 96, 255, 65_535, 2**32 - 1, 2**63, 2**64 - 1])


@settings(deadline=None)  # a busy machine is no failure
@given(
    version=st.sampled_from([0, 1]),
    changes=st.lists(st.tuples(st.integers(0, 2**16), VALUES), min_size=1, max_size=4),
)
def test_several_bytes(small, broken, version, changes):
    """A file with a few wrong bytes ends in a clean error, or in an answer."""
    content = bytearray(small[version])
    for number, value in changes:
        struct.pack_into("<Q", content, 8 + number % (len(content) - 15), value)
    assert not isinstance(broken(bytes(content)), str)


def test_rounds(small, broken):
    """Blocks that lead back to themselves end in an error."""
    content = bytearray(small[0])
    (header,) = struct.unpack_from("<Q", content, 64)
    # The first message becomes a continuation: the very block in which it stands.
    struct.pack_into("<HHB3xQQ", content, header + 16, 0x10, 16, 0, header + 16, 24)
    assert broken(bytes(content)) is ModelLimitError


HDF5 = {
    "a reference to an object": (references, "MalformedModelError", "model_config: it is no text"),
    "a number": (
        lambda p: write_h5(p, model_config=3),
        "MalformedModelError",
        "model_config: it is no text",
    ),
    "10,000 texts": (many_texts, "MalformedModelError", "model_config: it is not one text"),
    "no text at all": (
        lambda p: write_h5(p, model_config=h5py.Empty("S1")),
        "MalformedModelError",
        "model_config: it is not one text",
    ),
    "attributes in a heap of their own": (
        dense,
        "MalformedModelError",
        "its attributes are in dense storage",
    ),
    "links": (
        lambda p: linked(p, write_h5(p.with_name("other.h5"), legacy_sequential())),
        "NoConfigError",
        "weights and no config",
    ),
    "a config of 90 MB": (
        lambda p: write_h5(p, "x" * (90 << 20)),
        "ModelLimitError",
        "model_config: it is longer than 33554432 bytes",
    ),
    "no JSON": (lambda p: write_h5(p, "{"), "MalformedModelError", "model_config: it is not JSON"),
    "no UTF-8": (
        lambda p: write_h5(p, b'{"\xff'),
        "MalformedModelError",
        "model_config: it is not UTF-8",
    ),
    "a config that is a list": (
        lambda p: write_h5(p, "[]"),
        "MalformedModelError",
        "model_config: it has no class_name",
    ),
    "a deep training config": (
        lambda p: write_h5(p, legacy_sequential(), "[" * 99_999),
        "ModelLimitError",
        "training_config: it is nested",
    ),
    "an HDF5 file cut in half": (
        lambda p: cut(write_h5(p, legacy_sequential()), 0.5),
        "MalformedModelError",
        "it is broken",
    ),
    "the first bytes alone": (
        lambda p: filled(p, b"\x89HDF\r\n\x1a\n"),
        "MalformedModelError",
        "it is broken",
    ),
    "noise behind the first bytes": (
        lambda p: filled(p, b"\x89HDF\r\n\x1a\n" + bytes(range(1, 256)) * 20),
        "MalformedModelError",
        "it is broken",
    ),
    "an HDF5 file of 2 GB of nothing": (
        lambda p: sparse(p, 2 << 30, b"\x89HDF\r\n\x1a\n"),
        "MalformedModelError",
        "it is broken",
    ),
}


@cases(HDF5)
def test_hdf5(read, tmp_path, make, error, text):
    """A hostile or broken HDF5 file."""
    path = make(tmp_path / "model.h5")
    check(read(path), path, error, text)
