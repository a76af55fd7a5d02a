"""Opening a file that somebody else made: regular files alone, and only so much of them."""

import io
import os
import stat

from keras_serializable.model_files.errors import (
    MalformedModelError,
    ModelFileError,
    ModelLimitError,
    UnreadableModelError,
)

# O_NONBLOCK: a FIFO put there between stat() and open() must not make open() wait for a writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class BoundedFile(io.FileIO):
    """A file that gives out no more than a number of bytes in all.

    A reader of archives reads as much as the archive tells it to: here that ends in an error
    before memory is taken for it.
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
        """Read up to `size` bytes; all that is left of the file by default."""
        if size is None or size < 0:
            size = max(0, os.fstat(self.fileno()).st_size - self.tell())
        self._spend(size)
        return super().read(size) or b""


def status_of(path: str) -> os.stat_result:
    """Return what the file system says of a path, or raise the error that says why not."""
    try:
        return os.stat(path)
    except FileNotFoundError as error:
        raise UnreadableModelError(path, "there is no such file") from error
    except (OSError, ValueError) as error:  # ValueError: the path holds a NUL
        raise UnreadableModelError(path, f"it cannot be opened: {error}") from error


def open_file(path: str, allowance: int) -> BoundedFile:
    """Open a regular file; refuse FIFOs, devices and sockets without waiting for them."""
    if not stat.S_ISREG(status_of(path).st_mode):
        raise UnreadableModelError(path, "it is no regular file")
    try:
        descriptor = os.open(path, _FLAGS | _BINARY)
    except OSError as error:
        raise UnreadableModelError(path, f"it cannot be opened: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableModelError(path, "it is no regular file")
    return BoundedFile(descriptor, path, allowance)


def read_whole(path: str, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes."""
    with open_file(path, limit + 1) as file:
        content = read_some(file, limit + 1)
    if len(content) > limit:
        raise ModelLimitError(path, f"it is longer than {limit} bytes")
    return content


def read_some(file: BoundedFile, size: int) -> bytes:
    """Return up to `size` bytes from where the file stands."""
    try:
        return file.read(size)
    except OSError as error:
        raise UnreadableModelError(file.path, f"it cannot be read: {error.strerror}") from error


def malformed(path: str, error: Exception, place: str = "") -> ModelFileError:
    """Return the error that says what a library says of a broken file."""
    if isinstance(error, ModelFileError):
        return error
    text = " ".join(str(error).split())[:200]
    shown = text if text.isprintable() else ascii(text)
    kind = type(error).__name__
    said = f"{kind}: {shown}" if text else kind
    return MalformedModelError(path, f"it is broken ({said})", place)
