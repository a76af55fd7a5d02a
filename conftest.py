"""Runs what README.md and docs show: Python blocks are executed, TOML blocks are read.

A document is one session from top to bottom, in a folder of its own with a `model.keras`. One that
imports Keras runs where Keras and the example plugin are installed, as in `nox -s plugins`, where
the model uses the plugin. Elsewhere it is not collected, and the header of the test run says so.
"""

import doctest
import functools
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser

import keras_serializable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # comes with pytest

ROOT = Path(__file__).parent
DOCUMENTS = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
GROUP = "keras_serializable"
REFERENCE = re.compile(r"[A-Za-z_][\w.]*(:[A-Za-z_][\w.]*)?( \[[\w.-]+\])?")  # and an extra


def needs_keras(document: Path) -> bool:
    """Return whether a document imports Keras or the example plugin."""
    pattern = r"^(>>> )?(import|from) keras(_serializable_example)?\b"
    return bool(re.search(pattern, document.read_text(encoding="utf-8"), re.MULTILINE))


def is_installed(distribution: str) -> bool:
    """Return whether a distribution is installed."""
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def left_out() -> list[str]:
    """Return the documents that cannot run here, relative to the root."""
    if is_installed("keras") and is_installed("keras-serializable-example"):
        return []
    return [str(path.relative_to(ROOT)) for path in DOCUMENTS if needs_keras(path)]


def pytest_report_header() -> str | None:
    """Say which documents are left out, and which session runs them."""
    names = ", ".join(left_out())
    return f"documents that need Keras, left to `nox -s plugins`: {names}" if names else None


def read_toml(example: Example) -> None:
    """Read a TOML block; check the entry points that it declares."""
    table = tomllib.loads(example.parsed)
    for name, value in table.get("project", {}).get("entry-points", {}).get(GROUP, {}).items():
        if "=" in name or not REFERENCE.fullmatch(value):
            message = f"no entry point: {name!r} = {value!r}"
            raise ValueError(message)


@functools.cache
def model() -> bytes:
    """Return a saved model that uses the example plugin; another process makes it."""
    with tempfile.TemporaryDirectory() as folder:
        script = ROOT / "docs" / "demo" / "save.py"
        subprocess.run(  # noqa: S603 -- our own script
            [sys.executable, str(script), folder], check=True, stdout=subprocess.DEVNULL
        )
        return Path(folder, "model.keras").read_bytes()


def enter_folder(namespace: dict[str, Any]) -> None:
    """Give a document a folder of its own, and its classes a module."""
    namespace["__name__"] = "__main__"
    namespace["folder"] = folder = tempfile.TemporaryDirectory()
    namespace["former"] = Path.cwd()
    os.chdir(folder.name)
    library = ROOT / "tests" / "model_files" / "files" / "ncps.keras"
    Path("model.keras").write_bytes(library.read_bytes() if left_out() else model())


def leave_folder(namespace: dict[str, Any]) -> None:
    """Remove the folder of a document, its connection, and the policy that it may have set."""
    keras_serializable.disconnect()
    keras_serializable.set_policy(keras_serializable.Policy())
    os.chdir(namespace["former"])
    namespace["folder"].cleanup()


pytest_collect_file = Sybil(
    # README.md shows the beginning and the end of a long error.
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE),
        CodeBlockParser("toml", read_toml),
    ],
    patterns=["README.md", "docs/*.md"],
    excludes=left_out(),
    setup=enter_folder,
    teardown=leave_folder,
).pytest()
