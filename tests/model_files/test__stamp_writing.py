"""A stamp is written into a file, and nothing else in the file changes."""

import json
import os
import pathlib
import shutil
import stat
import struct
import subprocess
import threading
import zipfile
from contextlib import suppress

import h5py
import numpy as np
import pytest
from model_makers import (
    SCALE,
    WEIGHTS,
    legacy_sequential,
    sequential,
    write_h5,
    write_json,
    write_keras,
    write_saved_model,
    write_sparse_keras,
)

from keras_serializable.model_files import (
    MalformedModelError,
    NoConfigError,
    Stamp,
    StampedObject,
    StampError,
    UnreadableModelError,
    read_model,
)
from keras_serializable.model_files._stamp_writing import write_stamp
from keras_serializable.model_files.reading import read_stamp


def stamp_of(version="1.2"):
    """Return a stamp."""
    scale = StampedObject("acme-layers", version, "acme>Scale = acme.layers:Scale")
    return Stamp({"acme>Scale": scale}, "3.13.1", "3.15.1")


def write(path, stamp):
    """Write a stamp into a file as it is now, and return the file."""
    write_stamp(read_model(path), stamp)
    return path


def crafted(path):
    """Write an archive with all that members can have: dates, comments, extras, compression."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, method) in enumerate(
            {
                "metadata.json": zipfile.ZIP_STORED,
                "assets/": zipfile.ZIP_STORED,
                "assets/caf\N{LATIN SMALL LETTER E WITH ACUTE}.txt": zipfile.ZIP_DEFLATED,
                "config.json": zipfile.ZIP_DEFLATED,
                WEIGHTS: zipfile.ZIP_BZIP2,
            }.items()
        ):
            member = zipfile.ZipInfo(name, (1999 + number, 12, 31, 23, 59, 58))
            member.compress_type = method
            member.comment = f"PK\5\6 {number}".encode()
            member.extra = struct.pack("<2H4s", 0x7777, 4, b"mine")
            member.external_attr = 0o100640 << 16
            content = {"config.json": json.dumps(sequential(SCALE)), "metadata.json": "{}"}
            archive.writestr(member, content.get(name, "x" * 1000))
    return path


class TestArchives:
    def test_written_and_read(self, tmp_path):
        """The stamp that was written is read, and the rest of what is read stays."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        before = read_model(path)
        write(path, stamp_of())
        after = read_model(path)
        assert (before.stamp, after.stamp) == (None, stamp_of())
        assert after.stamp_problem is None
        assert read_stamp(str(path)) == stamp_of()
        assert (after.keys, after.tree, after.format) == (before.keys, before.tree, before.format)

    @pytest.mark.parametrize("make", [crafted, lambda p: write_keras(p, sequential(SCALE))])
    def test_members_stay(self, tmp_path, make):
        """Members and their table are the bytes that they were: only the comment is new."""
        path = make(tmp_path / "model.keras")
        before = path.read_bytes()
        with zipfile.ZipFile(write(path, stamp_of())) as archive:
            comment = archive.comment
            assert archive.testzip() is None
        assert path.read_bytes() == before[:-2] + struct.pack("<H", len(comment)) + comment

    def test_stamped_again(self, tmp_path):
        """A new stamp takes the place of the former one, shorter or longer, sound or broken."""
        path = write(write_keras(tmp_path / "model.keras", sequential(SCALE)), stamp_of())
        once = path.read_bytes()
        for version in ("1", "12.34567", "1.2"):
            assert read_model(write(path, stamp_of(version))).stamp == stamp_of(version)
        assert path.read_bytes() == once
        path.write_bytes(once[:-9] + b"\x1b[31m\n\0\xff}")
        assert read_model(path).stamp_problem.startswith("it is not UTF-8")
        assert write(path, stamp_of()).read_bytes() == once

    def test_something_before_the_archive(self, tmp_path):
        """An archive behind a program, as for Keras, keeps it."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
        write(path, stamp_of())
        assert path.read_bytes().startswith(b"#!/bin/sh\nPK")
        assert read_model(path).stamp == stamp_of()

    def test_zip64(self, tmp_path):
        """The wide end of a large archive stays."""
        path = tmp_path / "model.keras"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", json.dumps(sequential(SCALE)))
        content = path.read_bytes()
        end = content.rindex(b"PK\5\6")
        size, start = struct.unpack_from("<2L", content, end + 12)
        wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
        last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
        path.write_bytes(content[:end] + wide + locator + last)
        before = path.read_bytes()
        assert write(path, stamp_of()).read_bytes().startswith(before[:-2])
        assert read_model(path).stamp == stamp_of()

    def test_a_comment_of_somebody_else(self, tmp_path):
        """A comment that is no stamp stays: the file is not stamped."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = b"trained on the cluster"
        before = path.read_bytes()
        with pytest.raises(StampError, match="the archive has a comment"):
            write(path, stamp_of())
        assert path.read_bytes() == before
        assert (read_model(path).stamp, read_model(path).stamp_problem) == (None, None)

    def test_something_behind_the_archive(self, tmp_path):
        """Bytes behind the archive are not cut off: the file is not stamped."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        before = path.read_bytes() + b"signature"
        path.write_bytes(before)
        with pytest.raises(StampError, match="something else behind the archive"):
            write(path, stamp_of())
        assert path.read_bytes() == before

    def test_too_many_objects(self, tmp_path):
        """A stamp that is longer than a comment can be is refused."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        scale = stamp_of().objects["acme>Scale"]
        many = Stamp({f"acme>{number}": scale for number in range(1000)}, "3.13.1", None)
        with pytest.raises(StampError, match="at most 65535 bytes"):
            write(path, many)
        assert read_model(path).stamp is None

    def test_a_large_file(self, tmp_path):
        """A file of 64 MB is stamped, with all that it has."""
        path = write_sparse_keras(tmp_path / "model.keras", 64 << 20)
        write(path, stamp_of())
        assert read_model(path).stamp == stamp_of()
        assert path.stat().st_size > 64 << 20

    def test_other_programs(self, tmp_path):
        """Unzip finds nothing wrong with a stamped archive."""
        if shutil.which("unzip") is None:
            pytest.skip("no unzip here")
        path = write(crafted(tmp_path / "model.keras"), stamp_of())
        done = subprocess.run(["unzip", "-tq", path], capture_output=True, check=False)  # noqa: S607
        assert b"No errors detected" in done.stdout, done


class TestHdf5:
    def test_written_and_read(self, tmp_path):
        """The stamp that was written is read by us and by h5py; a new one takes its place."""
        path = write_h5(tmp_path / "model.h5", legacy_sequential(SCALE), keras_version="2.15.0")
        before = read_model(path)
        for version in ("1", "1.2.3" * 19, "1.2"):
            write(path, stamp_of(version))
            assert read_model(path).stamp == read_stamp(str(path)) == stamp_of(version)
        after = read_model(path)
        assert (after.keys, after.tree, after.keras_version) == (before.keys, before.tree, "2.15.0")
        with h5py.File(path) as file:
            text = file.attrs["keras_serializable_stamp"]
        assert json.loads(text)["keras_serializable_stamp"]["python"] == "3.13.1"

    @pytest.mark.parametrize("version", ["earliest", "latest", "v110"])
    def test_the_rest_stays(self, tmp_path, version):
        """Groups, datasets and the other attributes are what they were."""
        path = tmp_path / "model.h5"
        with h5py.File(path, "w", libver=version) as file:
            file.attrs["model_config"] = json.dumps(legacy_sequential(SCALE))
            file.attrs["training_config"] = json.dumps({"loss": "mse"})
            group = file.create_group("model_weights")
            group.attrs["layer_names"] = [b"scale"]
            kernel = np.arange(1000.0).reshape(10, 100)
            group.create_dataset("kernel", data=kernel, compression="gzip", chunks=(5, 50))

        def content():
            found = {}
            with h5py.File(path) as file:
                file.visititems(lambda name, each: found.update({name: repr(dict(each.attrs))}))
                found["raw"] = file["model_weights/kernel"].id.read_direct_chunk((0, 0))
                found["kernel"] = file["model_weights/kernel"][:].tolist()
                found["attributes"] = {
                    name: value for name, value in file.attrs.items() if "stamp" not in name
                }
            return found

        before = content()
        write(path, stamp_of())
        assert read_model(path).stamp == stamp_of()
        assert content() == before

    def test_without_h5py(self, tmp_path, fresh):
        """Without h5py the error says what to install, and a stamp is read anyway."""
        path = write_h5(tmp_path / "model.h5", legacy_sequential(SCALE))
        stamped = write(shutil.copy(path, tmp_path / "stamped.h5"), stamp_of())
        code = f"""
import sys
sys.modules["h5py"] = None
from keras_serializable.model_files import Stamp, StampError, read_model
from keras_serializable.model_files._stamp_writing import write_stamp
print(read_model({str(stamped)!r}).stamp.objects["acme>Scale"])
try:
    write_stamp(read_model({str(path)!r}), Stamp({{}}, "3.13.1", None))
except StampError as error:
    print(error.reason)
"""
        reason = 'stamping it needs h5py: pip install "keras-serializable[h5]"'
        assert fresh(code) == f"acme-layers 1.2\n{reason}\n"
        assert {each.name for each in tmp_path.iterdir()} == {"model.h5", "stamped.h5"}

    def test_what_h5py_cannot_write(self, tmp_path):
        """A file that we can read and h5py cannot is an error, and stays."""
        path = write_h5(tmp_path / "model.h5", legacy_sequential(SCALE))
        model = read_model(path)
        path.write_bytes(path.read_bytes()[:-100])
        before = path.read_bytes()
        with pytest.raises(StampError, match="h5py cannot write into it"):
            write_stamp(model, stamp_of())
        assert path.read_bytes() == before


@pytest.mark.parametrize("suffix", ["keras", "h5"])
class TestBothFormats:
    @pytest.fixture
    def path(self, tmp_path, suffix):
        """Return a model file."""
        path = tmp_path / f"model.{suffix}"
        if suffix == "keras":
            return write_keras(path, sequential(SCALE), weights=b"w" * 300_000)
        return write_h5(path, legacy_sequential(SCALE), filler=np.bytes_(b"x" * 60_000))

    def test_status(self, path):
        """Mode and times stay, and nothing is left beside the file."""
        path.chmod(0o604)
        os.utime(path, ns=(1_000_000_000_123_456_789, 1_100_000_000_987_654_321))
        write(path, stamp_of())
        status = path.stat()
        assert stat.S_IMODE(status.st_mode) == 0o604
        assert status.st_mtime_ns == 1_100_000_000_987_654_321
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_link(self, path, tmp_path, suffix):
        """The file that a link leads to is stamped, and the link stays."""
        link = tmp_path / "link"
        link.symlink_to(path.name)
        write(link, stamp_of())
        assert link.is_symlink()
        assert read_model(path).stamp == read_model(link).stamp == stamp_of()

    def test_readers(self, path):
        """Whoever reads the file meanwhile reads it without a stamp, or with one of them."""
        stamps = [stamp_of(str(number)) for number in range(25)]
        found, is_done = [], threading.Event()

        def read():
            while not is_done.is_set():
                found.append(read_model(path).stamp)

        thread = threading.Thread(target=read)
        thread.start()
        try:
            for each in stamps:
                write(path, each)
        finally:
            is_done.set()
            thread.join()
        assert found
        assert all(each is None or each in stamps for each in found)

    def test_writers(self, path, together):
        """Of several that stamp at once each succeeds or is told; the file is sound."""

        def stamp(number):
            def run():
                with suppress(StampError, UnreadableModelError):
                    write(path, stamp_of(str(number)))
                    return number
                return None

            return run

        done = together(*(stamp(number) for number in range(4)))
        assert read_model(path).stamp in [stamp_of(str(each)) for each in done if each is not None]
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_a_full_disk(self, path, fresh):
        """Where the copy or the stamp does not fit, the file stays."""
        before = path.read_bytes()
        code = f"""
import os, resource
import h5py
from keras_serializable.model_files import Stamp, StampedObject, StampError, read_model
from keras_serializable.model_files._stamp_writing import write_stamp

model = read_model({str(path)!r})
scale = StampedObject("acme-layers", "1.2", "acme>Scale = acme.layers:Scale")
stamp = Stamp({{f"acme>{{number}}": scale for number in range(200)}}, "3.13.1", None)
for limit in (0, {len(before) // 2}, {len(before)}, {len(before) + 9}):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        write_stamp(model, stamp)
    except StampError as error:
        print("error")
"""
        # The HDF5 library cannot close a file that it could not write, and says so when it ends.
        assert fresh(code + "os.sys.stdout.flush(); os._exit(0)") == "error\n" * 4
        assert path.read_bytes() == before
        assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_kill_at_each_step(tmp_path, fresh):
    """A process that is killed while it writes a stamp leaves the file as it was, or stamped."""
    files = {
        "model.keras": write_keras(tmp_path / "model.keras", sequential(SCALE)),
        "model.h5": write_h5(tmp_path / "model.h5", legacy_sequential(SCALE)),
    }
    code = f"""
import os, pathlib, signal, sys
from keras_serializable.model_files import Stamp, read_model
from keras_serializable.model_files._stamp_writing import write_stamp

WATCHED = ("_stamp_writing.py", "_stamp_text.py", "/_hl/files.py", "/_hl/attrs.py")
STAMP = Stamp({{}}, "3.13.1", None)

def write(model, last, every):
    steps = 0
    def count(frame, event, argument):
        nonlocal steps
        if frame.f_code.co_filename.endswith(WATCHED):
            steps += 1
            if steps == last * every:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(count)
    write_stamp(model, STAMP)

def run(path, every):
    former, model, found = path.read_bytes(), read_model(path), []
    for last in range(1, 500):
        path.write_bytes(former)
        child = os.fork()
        if child == 0:
            try:
                write(model, last, every)
            except BaseException as error:
                sys.stderr.write(repr(error))
                os._exit(2)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found.append(path.read_bytes() == former or read_model(path).stamp == STAMP)
        if ended == 0:
            return all(found), len(found) > 6
        assert ended == -signal.SIGKILL, ended

print(run(pathlib.Path({str(files["model.keras"])!r}), 1))
print(run(pathlib.Path({str(files["model.h5"])!r}), 10))
"""
    assert fresh(code) == "(True, True)\n" * 2


class TestOtherFiles:
    def test_no_room(self, tmp_path):
        """A JSON config, an unpacked model and a SavedModel have no room for a stamp."""
        json_file = write_json(tmp_path / "model.json", sequential(SCALE))
        unpacked = tmp_path / "unpacked"
        unpacked.mkdir()
        write_json(unpacked / "config.json", sequential(SCALE))
        from model_makers import record

        saved = write_saved_model(tmp_path / "saved", record("root", sequential(SCALE)))
        for path in (json_file, unpacked, saved):
            with pytest.raises(StampError, match=r"fits into \.keras and \.h5 files, not into"):
                write(path, stamp_of())
            assert read_stamp(str(path)) is None

    def test_no_model(self, tmp_path):
        """What is no model ends in the error of reading it."""
        (tmp_path / "text").write_text("hello")
        weights = write_h5(tmp_path / "model.weights.h5")
        archive = write_keras(tmp_path / "archive.zip", None)
        for path, error in (
            (tmp_path / "text", MalformedModelError),
            (weights, NoConfigError),
            (archive, NoConfigError),
            (tmp_path / "nothing", UnreadableModelError),
        ):
            with pytest.raises(error):
                write(path, stamp_of())

    @pytest.mark.parametrize("flags", ["encrypted", "spanned"])
    def test_archives_that_keras_does_not_write(self, tmp_path, flags):
        """An encrypted archive, or the last part of a spanned one, is no model that is stamped."""
        path = write_keras(tmp_path / "model.keras", sequential(SCALE))
        content = bytearray(path.read_bytes())
        if flags == "encrypted":
            for start in (content.index(b"config.json") - 24, content.rindex(b"config.json") - 38):
                content[start] |= 1
        else:
            del content[: content.index(b"config.json") - 40]
        path.write_bytes(content)
        with pytest.raises(MalformedModelError):
            write(path, stamp_of())
        assert path.read_bytes() == content
        assert [each.name for each in tmp_path.iterdir()] == ["model.keras"]


def test_nothing_is_left_behind():
    """The tests of this file leave no copy in the folder of the tests."""
    assert not list(pathlib.Path(__file__).parent.glob(".keras-serializable-*"))
