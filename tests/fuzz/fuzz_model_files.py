"""The fuzz target for reading model files; see README.md beside it."""

import json
import pathlib
import shutil
import sys
import tempfile
import time
import zipfile

import atheris
import h5py

with atheris.instrument_imports(include=["keras_serializable.model_files", "zipfile"]):
    from keras_serializable.model_files import ModelFileError, read_model
    from keras_serializable.model_files._stamp_text import is_stamp, stamp_of, text_of
    from keras_serializable.model_files.reading import read_stamp

ATTRIBUTES = ("model_config", "training_config", "keras_version", "keras_serializable_stamp")
STAMP = b'{"keras_serializable_stamp":'
CONFIG = b'{"class_name":"Sequential","config":{}}'
FOLDER = pathlib.Path(tempfile.mkdtemp())
SECONDS = 5  # of processor time, for one file
MEGABYTES = 200  # of memory, for one file
PROCESS = pathlib.Path("/proc/self")
WORDS = (
    *("class_name", "config", "module", "registered_name", "layers", "layer", "activation"),
    *("compile_config", "training_config", "loss", "metrics", "optimizer", "function"),
    *("function_type", "kernel_initializer", "fn", "name", "dtype", "spec_name", "inbound_nodes"),
    *("Sequential", "Dense", "Lambda", "lambda", "__lambda__", "__typespec__", "__tuple__"),
    *("builtins", "keras.layers", "acme", "acme>Scale", "Custom>Adam", ">f", "relu", "mse", ">"),
    *("keras_serializable_stamp", "format", "1", "python", "keras", "objects", "distribution"),
    *("version", "entry_point", "3.13.1", "acme-layers", "-e.", "\x1b[31m", "\ud800"),
)


class Maker:
    """Makes a config of the bytes that the fuzzer tries."""

    def __init__(self, data):
        self.data = atheris.FuzzedDataProvider(data)

    def value(self, depth=0):
        """Return any value that JSON has."""
        choice = self.data.ConsumeIntInRange(0, 8 if depth < 60 else 4)
        if choice <= 1:
            return self.data.PickValueInList([*WORDS])
        if choice == 2:
            return self.data.ConsumeUnicode(6)
        if choice <= 4:
            return self.data.PickValueInList([None, True, 0, 1.5, -(2**70), float("nan")])
        count = self.data.ConsumeIntInRange(0, 4)
        if choice == 5:
            return [self.value(depth + 1) for _ in range(count)]
        made = {}
        if choice >= 7:
            made = {"class_name": self.data.PickValueInList([*WORDS]), "config": {}}
            made["config"] = self.value(depth + 1)
        for _ in range(count):
            made[self.data.PickValueInList([*WORDS])] = self.value(depth + 1)
        return made

    def text(self):
        """Return the JSON of a model."""
        config = {"class_name": "Sequential", "config": {"layers": [self.value()]}}
        return json.dumps({**config, "compile_config": self.value()}).encode()

    def stamp(self):
        """Return the text of something like a stamp."""
        known = {
            "format": "1",
            "python": self.choice("3.13.1"),
            "keras": self.choice(None),
            "objects": {
                self.data.PickValueInList([*WORDS]): {
                    name: self.choice("1.2") for name in ("distribution", "version", "entry_point")
                }
                for _ in range(self.data.ConsumeIntInRange(0, 3))
            },
        }
        content = json.dumps(known if self.data.ConsumeBool() else self.value()).encode()
        return STAMP + content + (b"}" if self.data.ConsumeBool() else self.data.ConsumeBytes(9))

    def choice(self, usual):
        """Return what a field usually has, or anything else."""
        return usual if self.data.ConsumeBool() else self.value(59)


def lay(data):
    """Write the bytes as the model file that they begin like, and return its path."""
    path = FOLDER / "model"
    if path.is_dir():
        shutil.rmtree(path)
    if data.startswith(b"\n"):  # a record of a SavedModel
        path.unlink(missing_ok=True)
        path.mkdir()
        (path / "keras_metadata.pb").write_bytes(data)
        return path
    if data.startswith(b"S"):  # a stamp in a sound archive
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", CONFIG)
            text = data[1:] if data.startswith(STAMP[:9], 1) else Maker(data[1:]).stamp()
            archive.comment = text[:65_535]
        return path
    if data.startswith(b"Z"):  # any texts in a sound archive
        config, _, metadata = data[1:].partition(b"\0")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", config)
            archive.writestr("metadata.json", metadata)
        return path
    if data.startswith(b"H"):  # any texts in a sound HDF5 file
        texts = data[1:].split(b"\0")
        with h5py.File(path, "w") as file:
            for name, text in zip(ATTRIBUTES, texts, strict=False):
                file.attrs.create(name, text, dtype=h5py.string_dtype())
        return path
    files = (b"PK", b"\x89HDF", b"{", b" ")
    path.write_bytes(data if data.startswith(files) else Maker(data).text())
    return path


def check(data):
    """Read a file within the limits: it ends in a value or in a documented error."""
    path = lay(data)
    PROCESS.joinpath("clear_refs").write_text("5")  # the peak begins anew
    memory = megabytes("VmRSS")
    started = time.process_time()
    check_reading(path)
    seconds, taken = time.process_time() - started, megabytes("VmHWM") - memory
    assert seconds < SECONDS, f"{seconds:.1f} s"
    assert taken < MEGABYTES, f"{taken} MB"


def megabytes(name):
    """Return a figure of this process' memory."""
    lines = PROCESS.joinpath("status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name))


def check_reading(path):
    """Read a file: it ends in a value or in a documented error."""
    try:
        model = read_model(path)
    except ModelFileError as error:
        text = str(error)
        assert text.isprintable(), ascii(text)
        assert text.startswith(str(path)), text
        assert len(text) < 1500, len(text)
        return
    check_stamp(path, model)
    places = [place for each in model.objects for place in each.places]
    assert all(place.isprintable() for place in places), places
    assert read_model(path) == model


def check_stamp(path, model):
    """A stamp is a value that can be written, or says what is wrong with it; never both."""
    if model.stamp_problem is None:
        assert path.is_dir() or read_stamp(str(path)) == model.stamp
    else:
        assert model.stamp is None
        assert model.stamp_problem.isprintable(), ascii(model.stamp_problem)
        assert len(model.stamp_problem) < 1500
    if model.stamp is not None:
        text = text_of(model.stamp)
        assert is_stamp(text)
        assert stamp_of(text, "model") == model.stamp
        lines = [each.requirement for each in model.stamp.objects.values()]
        assert all(line.isascii() and line[0].isalnum() and " " not in line for line in lines)


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
