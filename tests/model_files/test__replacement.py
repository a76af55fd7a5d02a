"""A file is replaced in one step, or it stays as it was."""

import json
import os
import pathlib
import stat
import tempfile

import pytest

from keras_serializable.model_files import StampError
from keras_serializable.model_files._replacement import replace_file

# Runs a function in a child process, and prints how each child has ended.
FORKED = """
import json, os, pathlib, resource, signal, sys
from keras_serializable.model_files import StampError
from keras_serializable.model_files._replacement import replace_file

def forked(function):
    child = os.fork()
    if child == 0:
        try:
            function()
        except StampError as error:
            sys.stderr.write(str(error))
            os._exit(1)
        except BaseException as error:
            sys.stderr.write(repr(error))
            os._exit(2)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""


def append(copy):
    """Change a copy."""
    with pathlib.Path(copy).open("ab") as file:
        file.write(b"new")


@pytest.fixture
def file(tmp_path):
    """Return a file of 300 KB with a mode and a time of its own."""
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_bytes(b"old" * 100_000)
    path.chmod(0o640)
    os.utime(path, ns=(1_000_000_000_123_456_789, 1_100_000_000_987_654_321))
    return path


def test_change(file):
    """The content is that of the changed copy. Mode and times stay, and no copy is left."""
    before = file.stat()
    replace_file(str(file), append)
    after = file.stat()
    assert file.read_bytes() == b"old" * 100_000 + b"new"
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_atime_ns, after.st_mtime_ns) == (before.st_atime_ns, before.st_mtime_ns)
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert [each.name for each in file.parent.iterdir()] == ["file"]


def test_without_help_of_the_kernel(file, fresh):
    """Where the system cannot copy a file by itself, all of it is copied."""
    code = (
        FORKED
        + f"""
if hasattr(os, "copy_file_range"):
    del os.copy_file_range
replace_file({str(file)!r}, lambda copy: None)
"""
    )
    inode = file.stat().st_ino
    fresh(code)
    assert file.read_bytes() == b"old" * 100_000
    assert file.stat().st_ino != inode


def test_attributes(file):
    """Extended attributes stay, where the file system has them."""
    try:
        os.setxattr(file, "user.origin", b"lab")
    except OSError:
        pytest.skip("no extended attributes here")
    replace_file(str(file), append)
    assert os.getxattr(file, "user.origin") == b"lab"


def test_links(file, tmp_path):
    """A link keeps pointing to the file, through other links, and the copy is beside the file."""
    (tmp_path / "first").symlink_to(file)
    (tmp_path / "second").symlink_to("first")
    folders = []

    def change(copy):
        folders.append(pathlib.Path(copy).parent)
        append(copy)

    replace_file(str(tmp_path / "second"), change)
    assert (tmp_path / "second").is_symlink()
    assert file.read_bytes().endswith(b"new")
    assert folders == [file.parent]


def test_nobody_else_reads_the_copy(file):
    """The copy of a private file is private while it is made."""
    modes = []
    replace_file(
        str(file), lambda copy: modes.append(stat.S_IMODE(pathlib.Path(copy).stat().st_mode))
    )
    assert modes == [0o600]


def test_a_failing_change(file):
    """Whatever goes wrong, the file is as it was and the copy is gone."""
    before = file.read_bytes()

    def fail(copy):
        append(copy)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(str(file), fail)
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == ["file"]


def test_another_writer(file):
    """What another program has written meanwhile is not lost."""

    def write(copy):
        append(copy)
        file.write_bytes(b"from elsewhere")

    with pytest.raises(StampError, match="another program has changed it meanwhile"):
        replace_file(str(file), write)
    assert file.read_bytes() == b"from elsewhere"
    assert [each.name for each in file.parent.iterdir()] == ["file"]


def test_no_file(tmp_path):
    """A file that is not there, or behind a link in a circle, is an error of the family."""
    (tmp_path / "loop").symlink_to("loop")
    for name in ("nothing", "loop"):
        with pytest.raises(StampError):
            replace_file(str(tmp_path / name), append)


@pytest.fixture
def open_folder():
    """Return a folder that every user may enter: those above `tmp_path` are the user's own."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)
        yield pathlib.Path(folder)


def test_permissions(open_folder, fresh):
    """Without the right to write into folder or file, the error says so and the file stays."""
    folder = open_folder / "folder"
    folder.mkdir()
    file = folder / "file"
    file.write_bytes(b"old")
    code = (
        FORKED
        + f"""
path = pathlib.Path({str(file)!r})
def replace():
    if os.getuid() == 0:
        os.setuid(65534)
    replace_file(str(path), lambda copy: None)

outcomes = []
for mode, folder in ((0o666, 0o555), (0o444, 0o777), (0o666, 0o777)):
    path.chmod(mode)
    path.parent.chmod(folder)
    outcomes.append(forked(replace))
path.parent.chmod(0o777)
print(json.dumps(outcomes), os.listdir(path.parent))
"""
    )
    assert fresh(code) == "[1, 1, 0] ['file']\n"
    assert file.read_bytes() == b"old"


@pytest.mark.parametrize("limit", [0, 1, 150_000, 299_999, 300_000, 300_002])
def test_a_full_disk(file, fresh, limit):
    """Where the copy does not fit, the file stays and no copy is left."""
    code = (
        FORKED
        + f"""
path = pathlib.Path({str(file)!r})
def append(copy):
    with open(copy, "ab") as file:
        file.write(b"new")

def replace():
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
    replace_file(str(path), append)

print(json.dumps([forked(replace), os.listdir(path.parent)]))
"""
    )
    assert json.loads(fresh(code)) == [1, ["file"]]
    assert file.read_bytes() == b"old" * 100_000


def test_a_kill_at_each_step(file, fresh):
    """A process that is killed leaves the old content or the new one under the name."""
    code = (
        FORKED
        + f"""
path = pathlib.Path({str(file)!r})
former = path.read_bytes()
def append(copy):
    with open(copy, "ab") as file:
        file.write(b"new")

def replace(last):
    steps = 0
    def count(frame, event, argument):
        nonlocal steps
        if frame.f_code.co_filename.endswith("_replacement.py"):
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(count)
    replace_file(str(path), append)

found = []
for last in range(1, 500):
    path.write_bytes(former)
    ended = forked(lambda: replace(last))
    found.append(path.read_bytes())
    if ended == 0:
        break
    assert ended == -signal.SIGKILL, ended
assert set(found) == {{former, former + b"new"}}
print(len(found))
"""
    )
    assert int(fresh(code)) > 40
