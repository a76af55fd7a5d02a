"""A library of a few files, written into a folder, and the scan of it."""

import textwrap
from pathlib import Path

import pytest

import keras_serializable_build


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files, given by their paths, and returns their folder."""

    def write_files(files: dict[str, str]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content), encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def scan(write):
    """Return a function that writes files and scans their folder."""

    def scan_files(files: dict[str, str]) -> keras_serializable_build.ScanResult:
        return keras_serializable_build.scan_source([write(files)])

    return scan_files
