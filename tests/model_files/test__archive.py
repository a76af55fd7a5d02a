"""Reading `.keras` archives: hostile and broken ones end in a clean error."""

import json
import os
import zipfile
import zlib

from hostile_files import (
    GOOD,
    beyond_zip64,
    bomb,
    cases,
    check,
    crowded,
    cut,
    duplicates,
    filled,
    masked,
    patched,
    scrambled,
    sparse,
)
from model_makers import SCALE, sequential, write_keras

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
        "Bad CRC-32 for file 'config.json'): copy it again from its origin",
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


@cases(ARCHIVES)
def test_archives(read, tmp_path, make, error, text):
    """A hostile or broken `.keras` archive."""
    path = make(tmp_path / "model.keras")
    check(read(path), path, error, text)


def test_members_with_paths(read, tmp_path):
    """Members that point elsewhere are not touched: nothing is unpacked."""
    path = write_keras(tmp_path / "model.keras", sequential(SCALE))
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("../../evil", "/etc/evil", "C:\\evil", "a\x1b[31m\n", "x" * 60_000):
            archive.writestr(name, b"evil")
    before = sorted(os.walk(tmp_path))
    assert read(path) == ("read", "('acme>Scale',)")
    assert sorted(os.walk(tmp_path)) == before


def test_compressed_configs(tmp_path):
    """A deflated archive, as other tools write it, is read like a stored one."""
    from keras_serializable.model_files import read_model

    stored = write_keras(tmp_path / "stored.keras", sequential(SCALE))
    deflated = write_keras(
        tmp_path / "deflated.keras", sequential(SCALE), compression=zipfile.ZIP_DEFLATED
    )
    assert read_model(deflated).objects == read_model(stored).objects
    assert zlib.crc32(deflated.read_bytes()) != zlib.crc32(stored.read_bytes())
