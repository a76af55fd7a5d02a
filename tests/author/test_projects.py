"""Plugins of six build backends: made, built, installed, and found by a process that imports none.

Runs in `nox -s author`, where Keras, the author's distributions and the backends are installed.
"""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

GENERATED = ("hatchling", "setuptools")
HEAD = """
[project]
name = "acme-layers"
version = "0.1.0"
description = "Layers and losses for Keras."
readme = "README.md"
requires-python = ">=3.10"
dependencies = ["keras-serializable"]
"""
POETRY = """
[project]
name = "acme-layers"
version = "0.1.0"
description = "Layers and losses for Keras."
requires-python = ">=3.10"
dependencies = ["keras-serializable"]

[tool.poetry]
packages = [{ include = "acme_layers", from = "src" }]
"""
WRITTEN = {
    "flit": ("flit_core>=3.11", "flit_core.buildapi", HEAD),
    "pdm": ("pdm-backend", "pdm.backend", HEAD),
    "poetry": ("poetry-core>=2", "poetry.core.masonry.api", POETRY),
    "uv": ("uv_build", "uv_build", HEAD),
}
SETTINGS = """
[tool.pytest.ini_options]
testpaths = ["tests"]
keras_serializable_distribution = "acme-layers"

[tool.ruff]
line-length = 100
"""
TABLE = """[project.entry-points.keras_serializable]
"acme_layers>CappedError" = "acme_layers.losses:CappedError"
"acme_layers>Shift" = "acme_layers.layers:Shift"
"""
SAVE = """
import keras, numpy as np
from acme_layers.layers import Shift
from acme_layers.losses import CappedError

model = keras.Sequential([keras.Input((2,)), Shift(start=2.0)])
model.compile("sgd", CappedError(limit=0.5))
model.save("model.keras")
print(np.asarray(model(np.ones((1, 2)))).tolist())
"""
LOAD = """
import sys
import keras, numpy as np
import keras_serializable

keras_serializable.connect()
model = keras.saving.load_model("model.keras")
assert type(model.loss).__name__ == "CappedError"
print(np.asarray(model(np.ones((1, 2)))).tolist())
"""


def run(*command, cwd, path="", expect=0):
    """Run a command, and return what it prints."""
    scripts = str(Path(sys.executable).parent)  # uv_build is a program there
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([scripts, os.environ["PATH"]]),
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(path), os.environ.get("PYTHONPATH")])),
    }
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == expect, done.stdout
    return done.stdout


def check_project(root, folder):
    """Build a project, install it, save with it, load without importing it, run its tests."""
    wheels = folder / "wheels"
    # In this environment: the requirements of the build are here, and may be on no index.
    run("-m", "build", "--no-isolation", "--outdir", wheels, root, cwd=folder)
    (wheel,) = wheels.glob("*.whl")
    site = folder / "site"
    install = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", site)
    run(*install, wheel, cwd=folder)
    saved = run("-c", SAVE, cwd=folder, path=site)
    loaded = run("-c", LOAD, cwd=folder, path=site)
    assert saved.splitlines()[-1] == loaded.splitlines()[-1] == "[[3.0, 3.0]]"
    tests = run("-m", "pytest", "-q", "-rs", cwd=root, path=site)
    assert "17 passed" in tests, tests
    run("-m", "ruff", "check", ".", cwd=root)
    run("-m", "ruff", "format", "--check", ".", cwd=root)


@pytest.mark.parametrize("backend", GENERATED)
def test_generated_table(tmp_path, backend):
    """A new project builds, installs, passes its tests and its linter at once."""
    options = ("new", "acme-layers", "--backend", backend)
    run("-m", "keras_serializable_build", *options, cwd=tmp_path)
    root = tmp_path / "acme-layers"
    check_project(root, tmp_path)
    (sdist,) = (tmp_path / "wheels").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert packed >= {path.relative_to(root).as_posix() for path in root.glob("tests/*.py")}


@pytest.mark.parametrize("backend", WRITTEN)
def test_written_table(tmp_path, backend):
    """With other backends `scan --write` writes the table, and `scan --check` keeps it right."""
    run("-m", "keras_serializable_build", "new", "acme-layers", cwd=tmp_path)
    root = tmp_path / "acme-layers"
    requirement, module, head = WRITTEN[backend]
    system = f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{module}"\n'
    file = root / "pyproject.toml"
    file.write_text(f"{system}{head}\n# A comment.\n{SETTINGS}", encoding="utf-8")
    scan = ("-m", "keras_serializable_build", "scan", "src")
    run(*scan, "--check", cwd=root, expect=1)
    run(*scan, "--write", cwd=root)
    run(*scan, "--check", cwd=root)
    text = file.read_text(encoding="utf-8")
    assert TABLE in text
    assert "# A comment." in text
    check_project(root, tmp_path)
