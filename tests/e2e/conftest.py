"""An environment as a user has it: wheels built from this repository, installed by pip."""

import functools
import json
import os
from pathlib import Path

import pytest
from e2e.formats import FORMATS, MATRIX
from e2e.installers import lay_plugin
from virtual_environments import ROOT, Environment, build_wheel, finish

HERE = Path(__file__).parent
PROJECTS = (
    ROOT,
    ROOT / "plugins" / "keras-serializable-example",
    HERE / "bystander",
    HERE / "plain",
)
BACKENDS = (
    "flit-core>=3.11",
    "hatchling>=1.26",
    "meson-python>=0.17",
    "pdm-backend>=2.4",
    "poetry-core>=2.0",
    "scikit-build-core>=0.10",
    "setuptools>=77",
    "uv-build>=0.8",
    # Some backends ask for these when they build; nothing is installed for a build here.
    "editables",
    "ninja",
)
REQUIREMENTS = ("keras>=3", "jax", "h5py", "pytest")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Return a function that builds the wheel of a project, once."""

    @functools.cache
    def build(project):
        return build_wheel(project, tmp_path_factory.mktemp("wheel"), "--no-build-isolation")

    return build


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory):
    """Return a function that makes an environment and installs what it is given."""

    def make(*requirements, **options):
        environment = Environment(tmp_path_factory.mktemp("environment"), **options)
        environment.pip("install", *requirements)
        return environment

    return make


@pytest.fixture(scope="session")
def environment(make_environment, wheel):
    """Return an environment with everything installed from wheels."""
    return make_environment(*map(wheel, PROJECTS), *REQUIREMENTS, with_pip=True)


@pytest.fixture(scope="session")
def backends(make_environment):
    """Return an environment with the build backends."""
    return make_environment(*BACKENDS)


@pytest.fixture(scope="session")
def backend_variables(backends):
    """Return the environment variables with which another environment finds the backends."""
    commands = os.pathsep.join([str(backends.interpreter.parent), os.environ["PATH"]])
    return {"PYTHONPATH": str(backends.site_packages), "PATH": commands}


@pytest.fixture
def plugin_wheel(backends, tmp_path):
    """Return a function that builds the wheel of a plugin; see `lay_plugin`."""

    def build(name, version, *content):
        folder = lay_plugin(tmp_path / f"{name}-{version}", name, version, *content)
        backends.run("-m", "flit_core.wheel", "--outdir", folder, folder)
        (built,) = folder.glob("*.whl")
        return built

    return build


@pytest.fixture(scope="session")
def uv(make_environment):
    """Return the path of uv."""
    try:
        environment = make_environment("uv")
    except AssertionError as error:
        pytest.skip(f"uv cannot be installed here: {str(error).strip().splitlines()[-1]}")
    return environment.interpreter.with_name("uv.exe" if os.name == "nt" else "uv")


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
