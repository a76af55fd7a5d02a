"""Hostile model files: each kind ends in a clean error, within 5 seconds and 200 MB.

A process of its own reads each file and measures itself.
"""

import json
import os
import struct
import sys
import zipfile
import zlib

import h5py
import numpy as np
import pytest
from model_makers import (
    SCALE,
    field,
    function,
    keras_object,
    legacy_sequential,
    linked,
    many_texts,
    record,
    references,
    sequential,
    varint,
    write_h5,
    write_json,
    write_keras,
    write_saved_model,
)

SECONDS = 5
MEGABYTES = 200

READ = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from keras_serializable import model_files
from keras_serializable.errors import KerasSerializableError
start = time.perf_counter()
try:
    model = model_files.read_model({path!r})
    outcome = ["read", repr(model.keys)[:500]]
except KerasSerializableError as error:
    assert isinstance(error, model_files.ModelFileError)
    outcome = [type(error).__name__, str(error)]
seconds = time.perf_counter() - start
# Not ru_maxrss: that begins with what the parent process took.
(line,) = [each for each in open("/proc/self/status") if each.startswith("VmHWM")]
print(json.dumps([*outcome, seconds, int(line.split()[1]) // 1024]))
"""


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


GOOD = sequential(SCALE)
HUGE = b"%d" % 10**4000
OBJECT = b'{"class_name":"Sequential","config":%s}'
NAMES = b'{"class_name":"Sequential","config":{"layers":[{"class_name":"%s","config":{}}]}}'

# name: how the file is made, which error it ends in, what that says
ARCHIVES = {
    "deflate bomb": (lambda p: bomb(p, 8, 64), "ModelLimitError", "config.json: it is longer than"),
    "bzip2 bomb": (lambda p: bomb(p, 12, 2), "MalformedModelError", "compressed by method 12"),
    "lzma bomb": (lambda p: bomb(p, 14, 2), "MalformedModelError", "compressed by method 14"),
    "bomb in the metadata": (
        lambda p: write_keras(p, GOOD, b" " * (40 << 20), compression=8),
        "ModelLimitError",
        "metadata.json: it is longer than",
    ),
    "two configs": (duplicates, "MalformedModelError", "several members of this name"),
    "NUL in a member's name": (masked, "MalformedModelError", "several members of this name"),
    "60,000 members": (crowded, "ModelLimitError", "asks for too many bytes"),
    "encrypted": (
        lambda p: patched(p, GOOD, [("entry", 8, "<H", 1), ("local", 6, "<H", 1)]),
        "MalformedModelError",
        "config.json: it is encrypted",
    ),
    "a size of 4 GB": (
        lambda p: patched(
            p, GOOD, [("entry", 20, "<L", 2**32 - 2), ("entry", 24, "<L", 2**32 - 2)]
        ),
        "MalformedModelError",
        "config.json: it is broken",
    ),
    "a size that is too small": (
        lambda p: patched(p, GOOD, [("entry", 20, "<L", 9), ("entry", 24, "<L", 9)]),
        "MalformedModelError",
        "config.json: it is broken (BadZipFile: Bad CRC-32",
    ),
    "a config that begins beyond the end": (
        lambda p: patched(p, GOOD, [("entry", 42, "<L", 2**31)]),
        "MalformedModelError",
        "it is broken",
    ),
    "another name in the member's own header": (
        lambda p: patched(p, GOOD, [("local", 30, "<B", 0x64)]),
        "MalformedModelError",
        "it is broken",
    ),
    "unknown compression": (
        lambda p: patched(p, GOOD, [("entry", 10, "<H", 99)]),
        "MalformedModelError",
        "method 99",
    ),
    "a table of contents of 4 GB": (
        lambda p: patched(p, GOOD, [("end", 12, "<L", 2**32 - 2)]),
        "MalformedModelError",
        "it is broken",
    ),
    "zip64 beyond all measure": (beyond_zip64, "MalformedModelError", "it is broken"),
    "an archive cut in half": (
        lambda p: cut(write_keras(p, sequential(*[SCALE] * 99)), 0.5),
        "MalformedModelError",
        "it is broken",
    ),
    "an archive without its last byte": (
        lambda p: cut(write_keras(p, GOOD), 0.999),
        "MalformedModelError",
        "it is broken",
    ),
    "a broken stream": (scrambled, "MalformedModelError", "config.json: it is broken"),
    "no config": (lambda p: write_keras(p, None), "NoConfigError", "holds no config.json"),
    "PK and nothing": (lambda p: filled(p, b"PK\3\4"), "MalformedModelError", "it is broken"),
    "an archive in a sparse file of 2 GB": (
        lambda p: sparse(p, 2 << 30, b"PK\3\4"),
        "MalformedModelError",
        "it is broken",
    ),
    "UTF-16": (
        lambda p: write_keras(p, json.dumps(GOOD).encode("utf-16")),
        "MalformedModelError",
        "config.json: it is not UTF-8",
    ),
    "metadata that is a list": (
        lambda p: write_keras(p, GOOD, []),
        "MalformedModelError",
        "metadata.json: it is no JSON object",
    ),
    "metadata that is no JSON": (
        lambda p: write_keras(p, GOOD, b"{"),
        "MalformedModelError",
        "metadata.json: it is not JSON",
    ),
}
TEXTS = {
    "Latin-1": (b'{"class_name": "\xe9"}', "MalformedModelError", "it is not UTF-8 (byte 16)"),
    "cut off": (b'{"class_name": "Sequent', "MalformedModelError", "it is not JSON"),
    "more behind it": (b"{} {}", "MalformedModelError", "it is not JSON"),
    "a list": (b"[]", "NoConfigError", "it has no class_name and config"),
    "a class name that is a number": (
        b'{"class_name": 1, "config": {}}',
        "NoConfigError",
        "it has no class_name and config",
    ),
    "data for a model": (
        b'{"class_name": "__bytes__", "config": {"value": "x"}}',
        "MalformedModelError",
        "its config belongs to no layer or model",
    ),
    "100,000 levels": (OBJECT % (b"[" * 100_000), "ModelLimitError", "more than 256 levels"),
    "5,000 objects deep": (nested_objects(5_000), "ModelLimitError", "more than 256 levels"),
    "levels behind a string without end": (
        b'{"class_name": "' + b"[" * 9999,
        "ModelLimitError",
        "more than 256 levels",
    ),
    "a million values": (
        OBJECT % (b"[" + b"{}," * 1_000_000 + b"0]"),
        "ModelLimitError",
        "more than 400000 values",
    ),
    "9 MB of text": (OBJECT % (b'"' + b"x" * (9 << 20) + b'"'), "ModelLimitError", "8388608 bytes"),
    "33 MB of numbers": (
        OBJECT % (b"[" + b"0.123," * 5_600_000 + b"0]"),
        "ModelLimitError",
        "it is longer than 33554432 bytes",
    ),
    "a name of 1 MB": (NAMES % (b"x" * 1_000_000), "ModelLimitError", "longer than 1000"),
    "long names above many objects": (long_places(), "ModelLimitError", "too many objects"),
    "quotes that end nothing": (
        b'{"' + rb"\"" * 4_000_000,
        "MalformedModelError",
        "it is not JSON",
    ),
    "lists of numbers without end": (
        b'{"a":' + b"[1,2,3" * 60_000,
        "ModelLimitError",
        "more than 256 levels",
    ),
    "a lone surrogate in a key": (
        NAMES % rb"\ud800>A\u001b[31m",
        None,
        r"('\ud800>A\x1b[31m',)",
    ),
    "numbers of 4,000 digits": (
        OBJECT % (b'{"layers":[%s]}' % b",".join([HUGE] * 1500)),
        None,
        "()",
    ),
    "8 MB of wide characters": (
        OBJECT % ('{"layers":["%s"]}' % ("\U0001f600" * 2_000_000)).encode(),
        None,
        "()",
    ),
    "390,000 small values": (
        OBJECT % (b'{"layers":[' + b'{"a":0},' * 195_000 + b"0]}"),
        None,
        "()",
    ),
    "190,000 different texts": (
        OBJECT % json.dumps({"loss": [str(each) for each in range(190_000)]}).encode(),
        "ModelLimitError",
        "too many objects",
    ),
}
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
SAVED_MODELS = {
    "a record cut off": ([record("root", GOOD)[:-40]], "MalformedModelError", "it is cut off"),
    "a record of 2**60 bytes": (
        [varint(1 << 3 | 2) + varint(2**60)],
        "MalformedModelError",
        "it is cut off",
    ),
    "a number without end": ([b"\xff" * 99], "MalformedModelError", "a number without end"),
    "a number cut off": ([b"\x80"], "MalformedModelError", "it is cut off"),
    "a fixed number cut off": (
        [varint(9 << 3 | 1) + b"x" * 8 + varint(9 << 3 | 5) + b"x"],
        "MalformedModelError",
        "it is cut off",
    ),
    "a group": ([varint(1 << 3 | 3)], "MalformedModelError", "field type 3"),
    "records of nothing": ([field(1, b"") * 2], "MalformedModelError", "it is not JSON"),
    "no records": ([], "NoConfigError", "no objects of Keras"),
    "records without a class": ([record("root", {})], "NoConfigError", "no model of Keras"),
    "metadata that is no JSON": ([record("root", b"{")], "MalformedModelError", "it is not JSON"),
    "a deep record": (
        [record("root", GOOD), record("root.a", b"[" * 99_999)],
        "ModelLimitError",
        "keras_metadata.pb root.a: it is nested",
    ),
    "a record that places control characters": (
        [record("root\x1b[31m\n", b"{")],
        "MalformedModelError",
        r"root\x1b[31m\n: it is not JSON",
    ),
}
PLACES = {
    "a FIFO": (fifo, "UnreadableModelError", "it is no regular file"),
    "a device": (lambda p: "/dev/zero", "UnreadableModelError", "it is no regular file"),
    "a link to itself": (loop, "UnreadableModelError", "it cannot be opened"),
    "nothing": (lambda p: p, "UnreadableModelError", "there is no such file"),
    "a NUL in the path": (lambda p: f"{p}\0", "UnreadableModelError", "it cannot be opened"),
    "an empty file": (lambda p: filled(p, b""), "MalformedModelError", "it is empty"),
    "another text": (
        lambda p: filled(p, b"# Readme"),
        "MalformedModelError",
        "none of a .keras archive",
    ),
    "2 GB of nothing": (
        lambda p: sparse(p, 2 << 30),
        "MalformedModelError",
        "none of a .keras archive",
    ),
    "2 GB of JSON": (
        lambda p: sparse(p, 2 << 30, b"{"),
        "ModelLimitError",
        "it is longer than 33554432 bytes",
    ),
    "an empty directory": (lambda p: in_directory(p, "x", fifo), "NoConfigError", "no SavedModel"),
    "a directory with a FIFO for its config": (
        lambda p: in_directory(p, "config.json", fifo),
        "UnreadableModelError",
        "it is no regular file",
    ),
    "a directory with a link to itself": (
        lambda p: in_directory(p, "keras_metadata.pb", loop),
        "UnreadableModelError",
        "it cannot be opened",
    ),
    "a directory with 2 GB of records": (
        lambda p: in_directory(p, "keras_metadata.pb", lambda q: sparse(q, 2 << 30)),
        "ModelLimitError",
        "it is longer than 33554432 bytes",
    ),
    "a SavedModel without Keras' part": (
        lambda p: in_directory(p, "saved_model.pb", lambda q: filled(q, b"")),
        "NoConfigError",
        "it holds no config of Keras",
    ),
}


@pytest.fixture
def read(fresh):
    """Return a function that reads a file in a process of its own, within the bounds."""

    def run(path):
        name, text, seconds, megabytes = json.loads(fresh(READ.format(path=str(path))))
        assert seconds < SECONDS
        assert megabytes < MEGABYTES
        return name, text

    return run


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


@cases(ARCHIVES)
def test_archives(read, tmp_path, make, error, text):
    """A hostile or broken `.keras` archive."""
    path = make(tmp_path / "model.keras")
    check(read(path), path, error, text)


@cases(TEXTS)
@pytest.mark.parametrize("suffix", ["json", "h5"])
def test_texts(read, tmp_path, make, error, text, suffix):
    """A hostile config, as a file and as an attribute."""
    path = tmp_path / f"model.{suffix}"
    if suffix == "json":
        write_json(path, make)
        if not make.startswith(b"{"):
            error, text = "MalformedModelError", "none of a .keras archive"
    else:
        write_h5(path, make)
        if error == "NoConfigError":
            error = "MalformedModelError"
    check(read(path), path, error, text)


@cases(HDF5)
def test_hdf5(read, tmp_path, make, error, text):
    """A hostile or broken HDF5 file."""
    path = make(tmp_path / "model.h5")
    check(read(path), path, error, text)


@cases(SAVED_MODELS)
def test_saved_models(read, tmp_path, make, error, text):
    """A hostile or broken SavedModel."""
    path = write_saved_model(tmp_path / "model", *make)
    check(read(path), path, error, text)


@cases(PLACES)
def test_places(read, tmp_path, make, error, text):
    """Something else where a file should be."""
    path = make(tmp_path / "model")
    check(read(path), path, error, text)


def test_names_from_a_file_are_escaped(read, tmp_path):
    """A path and a place with control characters show as what they are."""
    path = tmp_path / "red\x1b[31m\nmodel.keras"
    write_keras(path, sequential(keras_object("x" * 2000, "a", layer="\x1b" * 9)))
    name, text = read(path)
    assert name == "ModelLimitError"
    assert r"red\x1b[31m\nmodel.keras: " in text
    assert text.isprintable()


def test_members_with_paths(read, tmp_path):
    """Members that point elsewhere are not touched: nothing is unpacked."""
    path = write_keras(tmp_path / "model.keras", sequential(SCALE))
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("../../evil", "/etc/evil", "C:\\evil", "a\x1b[31m\n", "x" * 60_000):
            archive.writestr(name, b"evil")
    before = sorted(os.walk(tmp_path))
    assert read(path) == ("read", "('acme>Scale',)")
    assert sorted(os.walk(tmp_path)) == before


def test_json_as_keras_reads_it(read, tmp_path):
    """What occurs twice counts where it occurs last, and numbers may be none, as for Keras."""
    text = (
        b'{"class_name": "Sequential", "config": {"layers": [{"class_name": "a>A", '
        b'"class_name": "b>B", "config": {"x": NaN, "y": -Infinity, "z": 1e999}}]}}'
    )
    assert read(write_json(tmp_path / "model.json", text)) == ("read", "('b>B',)")


def test_a_full_stack(tmp_path):
    """A caller whose stack is nearly full gets a clean error, or the answer."""
    from keras_serializable.model_files import ModelLimitError, read_model

    layer = SCALE
    for _ in range(60):
        layer = keras_object("TimeDistributed", layer=layer)
    path = write_json(tmp_path / "model.json", sequential(layer))
    outcomes = set()

    def descend(left):
        if left:
            descend(left - 1)
            return
        try:
            outcomes.add(read_model(path).keys)
        except ModelLimitError:
            outcomes.add("limit")

    for depth in range(100, sys.getrecursionlimit() - 100, 50):
        try:
            descend(depth)
        except RecursionError:
            break  # not even the file could be opened
    assert outcomes == {("acme>Scale",), "limit"}


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


def test_compressed_configs(tmp_path):
    """A deflated archive, as other tools write it, is read like a stored one."""
    from keras_serializable.model_files import read_model

    stored = write_keras(tmp_path / "stored.keras", sequential(SCALE))
    deflated = write_keras(
        tmp_path / "deflated.keras", sequential(SCALE), compression=zipfile.ZIP_DEFLATED
    )
    assert read_model(deflated).objects == read_model(stored).objects
    assert zlib.crc32(deflated.read_bytes()) != zlib.crc32(stored.read_bytes())
