"""Processes in an environment as a user has it."""

import functools
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

MATRIX = ROOT / "tests" / "matrix"
"""Scripts that save and load every kind of object."""

FORMATS = (".keras", ".h5", "JSON", "weights", "deserialize", "get")


class Environment:
    """A virtual environment, nothing of it imported.

    Args:
        python: Its interpreter.
        folder: A folder for what its processes write.
    """

    def __init__(self, python, folder):
        self.python = python
        self.folder = folder

    def start(self, *arguments, cwd=None, path=(), variables=(), stdin=None):
        """Start a process of the environment and return it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.Popen(
            [self.python, *map(str, arguments)],
            cwd=cwd or self.folder,
            env={
                **kept,
                "KERAS_BACKEND": "jax",
                "JAX_PLATFORMS": "cpu",
                "PYTHONPATH": os.pathsep.join(map(str, path)),
                # What one process compiled the next need not compile again.
                "JAX_COMPILATION_CACHE_DIR": str(self.folder / "compiled"),
                "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
                "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
                **dict(variables),
            },
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @functools.cached_property
    def site_packages(self):
        """The directory into which installers install."""
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return self.run("-c", code).strip()

    def run(self, *arguments, **options):
        """Run a process of the environment and return what it printed; it has to succeed."""
        return finish(self.start(*arguments, **options))


def finish(process):
    """Wait for a process and return what it printed; it has to succeed."""
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return output
