"""Hostile and broken model files, and the check of how reading one ended."""

import json
import os
import struct
import zipfile

import h5py
import numpy as np
import pytest
from model_makers import SCALE, sequential, write_keras

SECONDS = 5
MEGABYTES = 200

READ = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from keras_serializable import model_files
from keras_serializable.errors import KerasSerializableError
start = time.process_time()
try:
    model = model_files.read_model({path!r})
    outcome = ["read", repr(model.keys)[:500]]
    if model.stamp_problem:
        assert model.stamp is None and model.stamp_problem.isprintable()
        outcome = ["read", f"{{outcome[1]}} {{model.stamp_problem}}"[:500]]
except KerasSerializableError as error:
    assert isinstance(error, model_files.ModelFileError)
    outcome = [type(error).__name__, str(error)]
seconds = time.process_time() - start
# Not ru_maxrss: that begins with what the parent process took.
(line,) = [each for each in open("/proc/self/status") if each.startswith("VmHWM")]
print(json.dumps([*outcome, seconds, int(line.split()[1]) // 1024]))
"""


GOOD = sequential(SCALE)


def patched(path, config, changes):
    """Write an archive and change bytes of config.json's headers: ("local" or "entry", at, …)."""
    write_keras(path, config)
    content = bytearray(path.read_bytes())
    starts = {
        "local": content.index(b"config.json") - 30,
        "entry": content.rindex(b"config.json") - 46,
        "end": content.rindex(b"PK\5\6"),
    }
    for header, offset, form, value in changes:
        struct.pack_into(form, content, starts[header] + offset, value)
    path.write_bytes(content)
    return path


def bomb(path, method, megabytes):
    """Write an archive whose config takes a few KB."""
    return write_keras(path, b" " * (megabytes << 20), compression=method)


def duplicates(path):
    """Write an archive with two configs."""
    write_keras(path, sequential(SCALE))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("config.json", json.dumps(sequential()))
    return path


def masked(path):
    """Write an archive with a member that zipfile takes for the config, but not everybody."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json!", json.dumps(sequential(SCALE)))
    path.write_bytes(path.read_bytes().replace(b"config.json!", b"config.json\0"))
    return path


def crowded(path):
    """Write an archive with 60,000 more members in its table of contents."""
    write_keras(path, sequential(SCALE))
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    size, start = struct.unpack_from("<2L", content, end + 12)
    entries = content[start:end] * 20_001
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 60_003, 60_003, len(entries), start, 0)
    path.write_bytes(content[:start] + entries + last)
    assert size == len(content[start:end])
    return path


def beyond_zip64(path):
    """Write an archive whose end says that its table of contents is 2**62 bytes long."""
    write_keras(path, sequential(SCALE))
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 3, 3, 2**62, 2**61) + struct.pack(
        "<4sLQL", b"PK\6\7", 0, end, 1
    )
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    path.write_bytes(content[:end] + wide + last)
    return path


def cut(path, share):
    """Cut a file off."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def scrambled(path):
    """Write a deflated config whose stream is broken."""
    write_keras(path, sequential(*[SCALE] * 99), compression=zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    start = content.index(b"config.json") + 60
    content[start : start + 40] = bytes(range(200, 240))
    path.write_bytes(content)
    return path


def sparse(path, size, start=b""):
    """Write a file of `size` bytes that takes no room."""
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
    return path


def nested_objects(levels):
    """Return the JSON of objects nested that deep."""
    return b'{"class_name":"A","config":{"layer":' * levels + b"0" + b"}}" * levels


def long_places():
    """Return a config in which many objects lie below many long names."""
    objects = ",".join(['{"class_name":"A>B","config":0}'] * 20_000)
    deep = '{"' + '":{"'.join(["x" * 90] * 200) + f'":[{objects}]' + "}" * 200
    return f'{{"class_name":"Sequential","config":{deep}}}'.encode()


def fifo(path):
    """Make a FIFO that nobody writes to."""
    os.mkfifo(path)
    return path


def loop(path):
    """Make a symbolic link to itself."""
    path.symlink_to(path.name)
    return path


def dense(path):
    """Write an HDF5 file as Keras does not: in the newest format, with a fixed text of 1 MB."""
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs["model_config"] = np.bytes_(b" " * (1 << 20))
    return path


def in_directory(folder, name, make):
    """Make a directory with one member."""
    folder.mkdir()
    make(folder / name)
    return folder


def filled(path, text):
    """Write a file."""
    path.write_bytes(text)
    return path


def check(outcome, path, error, text):
    """Check that reading ended in the error: of the file, in one plain line."""
    name, said = outcome
    assert name == (error or "read"), said
    assert text in said
    if error:
        assert said.isprintable()
        assert len(said) < 1000
        assert said.startswith(str(path).split("\0", 1)[0])


def cases(table):
    """Return the parameters of a table's cases."""
    return pytest.mark.parametrize(("make", "error", "text"), table.values(), ids=list(table))
