"""Formats are told by their content, and the weights of a model are not read."""

import io
import os
import pathlib
import time

import h5py
import pytest
from model_makers import (
    METADATA,
    SCALE,
    function,
    keras_object,
    legacy_object,
    legacy_sequential,
    sequential,
    write_h5,
    write_json,
    write_keras,
    write_sparse_keras,
)

from keras_serializable.model_files import MalformedModelError, NoConfigError, read_model


class TestFormats:
    @pytest.mark.parametrize("name", ["model.keras", "model.h5", "model", "model.zip"])
    def test_content_decides(self, tmp_path, name):
        """The format is told by the content, not by the name."""
        path = tmp_path / name
        assert read_model(write_keras(path, sequential(SCALE))).format == "keras"
        assert read_model(write_h5(path, legacy_sequential())).format == "h5"
        assert read_model(write_json(path, sequential(SCALE))).format == "json"

    def test_metadata(self, tmp_path):
        """Version and date are those of the archive; it may lack them."""
        path = tmp_path / "model.keras"
        model = read_model(write_keras(path, sequential(SCALE)))
        assert (model.keras_version, model.date_saved) == tuple(METADATA.values())
        for metadata in (None, {}, {"keras_version": 3, "date_saved": ["x"]}):
            model = read_model(write_keras(path, sequential(SCALE), metadata))
            assert (model.keras_version, model.date_saved, model.keys) == (
                *(None, None),
                ("acme>Scale",),
            )

    def test_unpacked_archive(self, tmp_path):
        """A model that Keras saves as a directory with `zipped=False` is read."""
        write_json(tmp_path / "config.json", sequential(SCALE))
        model = read_model(tmp_path)
        assert (model.format, model.keras_version) == ("keras-directory", None)
        write_json(tmp_path / "metadata.json", METADATA)
        model = read_model(tmp_path)
        assert (model.keras_version, model.keys) == ("3.15.1", ("acme>Scale",))

    @pytest.mark.parametrize("before", [b"#!/bin/sh\n", b"x" * 100_000])
    def test_archive_behind_something(self, tmp_path, before):
        """Something may stand before an archive, as for Keras."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        path.write_bytes(before + path.read_bytes())
        assert read_model(path).keys == ("acme>Scale",)

    @pytest.mark.parametrize("before", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
    def test_json_text(self, tmp_path, before):
        """JSON may begin with blanks or the mark of UTF-8."""
        text = before + b'{"class_name": "acme>M\xc3\xa4\\u00fc", "config": {}}'
        assert read_model(write_json(tmp_path / "m.json", text)).keys == ("acme>Mäü",)

    def test_paths(self, tmp_path):
        """A path is a string or a path object; bytes and open files are refused."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        assert read_model(str(path)) == read_model(path)
        assert read_model(path).path == str(path)
        for wrong in (os.fsencode(path), io.BytesIO(), None):
            with pytest.raises(TypeError):
                read_model(wrong)

    def test_links(self, tmp_path):
        """A symbolic link to a model is a model: caches of downloads consist of them."""
        write_keras(tmp_path / "blob", sequential(SCALE))
        (tmp_path / "model.keras").symlink_to("blob")
        assert read_model(tmp_path / "model.keras").keys == ("acme>Scale",)


class TestWithoutConfig:
    def test_weights(self, tmp_path):
        """A `.weights.h5` says that it holds no config."""
        path = tmp_path / "model.weights.h5"
        with h5py.File(path, "w") as file:
            file["layers/dense/vars/0"] = [1.0, 2.0]
        with pytest.raises(NoConfigError, match="holds weights and no config"):
            read_model(path)

    def test_other_json(self, tmp_path):
        """A JSON file without a model is refused."""
        path = write_json(tmp_path / "config.json", {"architectures": ["Bert"]})
        with pytest.raises(NoConfigError, match="no config of a Keras model"):
            read_model(path)
        with pytest.raises(NoConfigError, match=r"config\.json: it is no config"):
            read_model(tmp_path)


class TestSpeed:
    def test_weights_are_not_read(self, tmp_path):
        """A model of 2 GB takes milliseconds: its weights are a hole in the file."""
        path = write_sparse_keras(tmp_path / "model.keras", 2 << 30)
        assert path.stat().st_size > 2 << 30
        assert best(read_model, path) < 0.05
        assert read_model(path).keys == ("acme>Scale",)

    def test_large_hdf5(self, tmp_path):
        """An HDF5 file of 2 GB takes milliseconds: its weights are a hole in the file."""
        path = tmp_path / "model.h5"
        write_h5(path, legacy_sequential(legacy_object("MDN")))
        with h5py.File(path, "a") as file:
            file.create_dataset("weights", (1 << 29,), "f4")
            file["weights"][-1] = 1.0
        assert path.stat().st_size > 2 << 30
        assert best(read_model, path) < 0.05
        assert read_model(path).keys == ("MDN",)

    def test_long_models(self, tmp_path):
        """A model of 1000 layers, each with an activation, is read in time."""
        layer = keras_object("Dense", activation="mine", kernel_initializer=SCALE, **METADATA)
        path = write_keras(tmp_path / "model.keras", sequential(*[layer] * 1000))
        assert best(read_model, path) < 0.5
        assert [len(each.places) for each in read_model(path).objects] == [1000, 1000]

    def test_large_constants(self, tmp_path):
        """The initial values of an embedding, two million numbers, are passed over."""
        rows = ("[" + ", ".join(["-0.0123456"] * 100) + "]" for _ in range(20_000))
        start = b'{"class_name": "Sequential", "config": {"layers": [{"class_name": "acme>E", '
        text = f'"config": {{"value": [{", ".join(rows)}]}}}}]}}}}'
        path = write_json(tmp_path / "model.json", start + text.encode())
        assert path.stat().st_size > 20 << 20
        assert read_model(path).keys == ("acme>E",)


def best(function, *arguments):
    """Return the shortest processor time of five calls."""
    times = []
    for _ in range(5):
        start = time.process_time()
        function(*arguments)
        times.append(time.process_time() - start)
    return min(times)


def test_files_are_closed(tmp_path):
    """No file stays open, whether reading ends well or not."""
    paths = [
        write_keras(tmp_path / "model.keras", sequential(SCALE)),
        write_h5(tmp_path / "model.h5", legacy_sequential()),
        write_json(tmp_path / "model.json", sequential(SCALE)),
    ]
    broken = write_h5(tmp_path / "broken.h5", "{")
    before = len([*pathlib.Path("/proc/self/fd").iterdir()])
    for path in paths:
        read_model(path)
    with pytest.raises(MalformedModelError):
        read_model(broken)
    assert len([*pathlib.Path("/proc/self/fd").iterdir()]) == before


def test_nothing_is_imported(fresh, tmp_path):
    """No module that a file names is imported, nor Keras, nor h5py where it is not needed."""
    (tmp_path / "evil.py").write_text("raise SystemExit('imported')")
    layer = keras_object("Evil", "evil", "evil>Evil", activation=function("evil.evil"))
    path = write_keras(tmp_path / "model.keras", sequential(layer))
    code = f"""
import sys
from keras_serializable.model_files import read_model
print(read_model({str(path)!r}).keys)
print({{"evil", "keras", "h5py", "numpy", "tensorflow"}} & set(sys.modules))
"""
    assert fresh(code, tmp_path) == "('evil>Evil', 'evil.evil')\nset()\n"
