"""Opening files that may be hostile: only regular files, and only a limited number of bytes."""

import io
import os
import stat

from keras_serializable._texts import escaped
from keras_serializable.model_files.errors import (
    MalformedModelError,
    ModelFileError,
    ModelLimitError,
    UnreadableModelError,
)

# O_NONBLOCK: a FIFO may replace the file after stat(), and open() must not wait for its writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class BoundedFile(io.FileIO):
    """A file from which only a limited number of bytes can be read in all.

    An archive tells its reader how many bytes to read. Too many end in an error here, before memory
    is taken for them.
    """

    def __init__(self, descriptor: int, path: str, allowance: int) -> None:
        super().__init__(descriptor)
        self.path = path
        self.allowance = allowance

    def _spend(self, size: int) -> None:
        if not 0 <= size <= self.allowance:
            raise ModelLimitError(self.path, "it asks for too many bytes to be read")
        self.allowance -= size

    def read(self, size: "int | None" = -1, /) -> bytes:
        """Read up to `size` bytes; by default the rest of the file."""
        if size is None or size < 0:
            size = max(0, os.fstat(self.fileno()).st_size - self.tell())
        self._spend(size)
        return super().read(size) or b""


def status_of(path: str) -> os.stat_result:
    """Return the status of a path, or raise an UnreadableModelError."""
    try:
        return os.stat(path)
    except FileNotFoundError as error:
        raise UnreadableModelError(path, "there is no such file") from error
    except (OSError, ValueError) as error:  # ValueError: the path holds a NUL
        raise UnreadableModelError(path, f"it cannot be opened: {error}") from error


def open_file(path: str, allowance: int) -> BoundedFile:
    """Open a regular file; refuse FIFOs, devices and sockets without waiting for them."""
    if not stat.S_ISREG(status_of(path).st_mode):
        raise UnreadableModelError.of_no_regular_file(path)
    try:
        descriptor = os.open(path, _FLAGS | _BINARY)
    except OSError as error:
        raise UnreadableModelError(path, f"it cannot be opened: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableModelError.of_no_regular_file(path)
    return BoundedFile(descriptor, path, allowance)


def read_whole(path: str, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes."""
    with open_file(path, limit + 1) as file:
        content = read_some(file, limit + 1)
    if len(content) > limit:
        raise ModelLimitError.too_long(path, limit)
    return content


def read_some(file: BoundedFile, size: int) -> bytes:
    """Return up to `size` bytes from the current position."""
    try:
        return file.read(size)
    except OSError as error:
        raise UnreadableModelError(file.path, f"it cannot be read: {error.strerror}") from error


def malformed(path: str, error: Exception, place: str = "") -> ModelFileError:
    """Return the error of a broken file, with the text of the library that read it."""
    if isinstance(error, ModelFileError):
        return error
    text = escaped(" ".join(str(error).split()))
    kind = type(error).__name__
    return MalformedModelError.of_broken_file(path, f"{kind}: {text}" if text else kind, place)
