"""An environment as a user has it: wheels built from this repository, installed by pip."""

import functools
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from e2e.environments import FORMATS, MATRIX, Environment, finish

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROJECTS = (
    ROOT,
    ROOT / "plugins" / "keras-serializable-example",
    HERE / "bystander",
    HERE / "plain",
)
REQUIREMENTS = ("keras>=3", "jax", "h5py", "pytest")


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Return an environment with everything installed from wheels."""
    folder = tmp_path_factory.mktemp("e2e")
    wheels = folder / "wheels"
    for project in PROJECTS:
        subprocess.run(
            [sys.executable, "-m", "build", "--wheel", "--outdir", wheels, project],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    venv.create(folder / "venv", with_pip=True, symlinks=os.name != "nt")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    environment = Environment(python, folder)
    built = sorted(wheels.glob("*.whl"))
    environment.run("-m", "pip", "install", "--quiet", *built, *REQUIREMENTS)
    return environment


@pytest.fixture(scope="session")
def files(environment):
    """Return a folder with a saved model for each kind of object and each format."""
    folder = environment.folder / "files"
    folder.mkdir()
    environment.run(MATRIX / "cells.py", "save", folder)
    return folder


@pytest.fixture(scope="session")
def outcomes(environment, files):
    """Return a function from a way of running to what became of each file, loaded in that way."""

    def output(way):
        return files / f"{way.replace(' ', '-')}.outcomes"

    def start(way, formats):
        return environment.start(MATRIX / "cells.py", "load", files, way, output(way), *formats)

    # Two at a time: each imports Keras and is busy with it on one core.
    for pair in (
        (("connected", FORMATS), ("connected first", (".keras", ".h5"))),
        (("without", FORMATS), ("disconnected", FORMATS)),
    ):
        for process in [start(*way) for way in pair]:
            finish(process)
    return functools.cache(lambda way: json.loads(output(way).read_text()))
