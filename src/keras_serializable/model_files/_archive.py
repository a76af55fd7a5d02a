"""Reading the two JSON members and the comment of a `.keras` archive, and nothing else of it."""

import zipfile

from keras_serializable.model_files._config_text import MAX_TEXT
from keras_serializable.model_files._files import BoundedFile, malformed
from keras_serializable.model_files.errors import (
    MalformedModelError,
    ModelLimitError,
    NoConfigError,
)

CONFIG = "config.json"
METADATA = "metadata.json"
_DIRECTORY_SIZE = 2 << 20  # bytes of a table of contents: about 30,000 members
_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1  # a flag of a member


def read_members(file: BoundedFile) -> "tuple[bytes, bytes | None]":
    """Return the config and, if there is one, the metadata of an archive."""
    with _opened(file) as archive:
        file.allowance = 2 * MAX_TEXT + _DIRECTORY_SIZE
        config = _read_member(archive, file.path, CONFIG)
        if config is None:
            raise NoConfigError(file.path, f"the archive holds no {CONFIG}: it is no Keras model")
        return config, _read_member(archive, file.path, METADATA)


def read_comment(file: BoundedFile) -> bytes:
    """Return the comment of an archive, which is empty if there is none."""
    with _opened(file) as archive:
        return archive.comment


def _opened(file: BoundedFile) -> zipfile.ZipFile:
    file.allowance = _DIRECTORY_SIZE
    try:
        return zipfile.ZipFile(file)
    except Exception as error:  # zipfile raises many kinds for a broken archive
        raise malformed(file.path, error) from error


def _read_member(archive: zipfile.ZipFile, path: str, name: str) -> "bytes | None":
    """Return the content of a member, `None` if there is none of that name."""
    members = [each for each in archive.infolist() if each.filename == name]
    if not members:
        return None
    # zipfile cuts a name off at a NUL: it shows "config.json\0.txt" as "config.json".
    if len(members) > 1 or members[0].orig_filename != name:
        raise MalformedModelError(path, "the archive holds several members of this name", name)
    (member,) = members
    if member.flag_bits & _ENCRYPTED:
        raise MalformedModelError(path, "it is encrypted", name)
    if member.compress_type not in _COMPRESSION:
        reason = f"it is compressed by method {member.compress_type}; Keras stores or deflates"
        raise MalformedModelError(path, reason, name)
    try:
        with archive.open(member) as opened:
            content = opened.read(MAX_TEXT + 1)  # The archive may state a wrong size.
    except Exception as error:  # zipfile raises many kinds for a broken member
        raise malformed(path, error, name) from error
    if len(content) > MAX_TEXT:
        raise ModelLimitError.too_long(path, MAX_TEXT, name)
    return content
