"""The replacement of a file by a changed copy, in one step that nobody can see half of."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress

from keras_serializable.model_files.errors import StampError

_PREFIX = ".keras-serializable-"
_BLOCK = 1 << 30  # bytes that one call copies


def replace_file(path: str, change: Callable[[str], None]) -> None:
    """Replace a file by a copy that `change` has changed; a link keeps pointing to it.

    Mode, times, extended attributes and, where allowed, the owner stay. The copy is beside the
    file until it takes its place. It is left behind only where the process is killed.

    Raises:
        StampError: If the copy cannot be made or put in the place of the file.
    """
    real = os.path.realpath(path)
    if not os.access(real, os.W_OK):
        raise StampError(path, "it is read-only")
    try:
        before = os.stat(real)
        descriptor, copy = tempfile.mkstemp(prefix=_PREFIX, dir=os.path.dirname(real))
    except OSError as error:
        raise _failed(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as target, open(real, "rb") as source:
            _copy(source.fileno(), target.fileno())
        change(copy)
        _write_through(copy)
        _keep_status(real, before, copy)
        _check_unchanged(path, real, before)
        os.replace(copy, real)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(copy)
        if isinstance(error, OSError):
            raise _failed(path, error) from error
        raise


def _copy(source: int, target: int) -> None:
    """Copy what is left of a file, in the kernel where that is possible."""
    copy_range = getattr(os, "copy_file_range", None)  # Linux has it
    if copy_range is not None:
        # An error: the file systems cannot do it together, or the disk is full. Writing will tell.
        with suppress(OSError):
            while copy_range(source, target, _BLOCK):
                pass
    # Some file systems say too early that nothing is left.
    with open(source, "rb", closefd=False) as rest, open(target, "wb", closefd=False) as file:
        shutil.copyfileobj(rest, file, 1 << 20)


def _keep_status(real: str, before: os.stat_result, copy: str) -> None:
    if hasattr(os, "chown"):
        # Without permission, the file belongs to the user who stamps it, as if saved again.
        with suppress(PermissionError):
            os.chown(copy, before.st_uid, before.st_gid)
    shutil.copystat(real, copy)  # mode, extended attributes, flags
    os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))


def _write_through(copy: str) -> None:
    """Put the content on the disk: after a power failure the name must not be there without it."""
    with open(copy, "r+b") as file:  # Windows wants the right to write
        os.fsync(file.fileno())


def _check_unchanged(path: str, real: str, before: os.stat_result) -> None:
    if _identity(os.stat(real)) != _identity(before):
        raise StampError(path, "another program has changed it meanwhile")


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _failed(path: str, error: OSError) -> OSError:
    if isinstance(error, StampError):
        return error
    return StampError(path, f"it cannot be replaced: {error.strerror or error}")
