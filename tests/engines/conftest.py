"""Environments with and without autoload, in which the engines of the session run.

The engines, Keras and JAX are those that pytest itself runs beside. Nothing is downloaded.
"""

import os

import pytest
from large_data import LIMIT, PARTS, LargeData
from virtual_environments import ROOT, Environment, build_wheel, link_library

PLUGINS = ROOT / "plugins"


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """Return the wheels of the core, the example plugin and autoload."""
    projects = (ROOT, *(PLUGINS / f"keras-serializable-{name}" for name in ("example", "autoload")))
    folder = tmp_path_factory.mktemp
    return [build_wheel(each, folder("wheel"), "--no-build-isolation") for each in projects]


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """Return a folder with what is installed here, but for the distributions of this repository."""
    folder = tmp_path_factory.mktemp("library")
    link_library(folder)
    return folder


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory, library):
    """Return a function that makes an environment with the engines and some wheels."""

    def make(*wheels):
        environment = Environment(tmp_path_factory.mktemp("environment"))
        (environment.site_packages / "library.pth").write_text(f"{library}\n")
        environment.install(*wheels)
        # MLflow starts its server by this name.
        command = environment.interpreter.with_name("uvicorn")
        command.write_text(f'#!/bin/sh\nexec "{environment.interpreter}" -m uvicorn "$@"\n')
        command.chmod(0o755)
        return environment

    return make


@pytest.fixture(scope="session")
def unconnected(make_environment, wheels):
    """Return an environment without autoload. No test may change it."""
    return make_environment(*wheels[:2])


@pytest.fixture(scope="session")
def autoloading(make_environment, wheels):
    """Return an environment with autoload. No test may change it."""
    return make_environment(*wheels)


@pytest.fixture(scope="session")
def large_data(tmp_path_factory, unconnected):
    """Return a model, data that one worker's memory does not hold, and scripts for both."""
    return LargeData(tmp_path_factory.mktemp("large"), unconnected)


@pytest.fixture(params=["autoload", "connect"])
def way(request, autoloading, unconnected):
    """Return an environment, and whether the set-up of its workers has to connect."""
    return (autoloading, False) if request.param == "autoload" else (unconnected, True)


@pytest.fixture(scope="session")
def table(large_data, unconnected):
    """Return the name of a Parquet table that one worker's memory does not hold."""
    code = "import make_table; make_table.main('one', 'table')"
    (large_data.folder / "one").mkdir()
    os.link(large_data.part, large_data.folder / "one" / "0.npy")
    large_data.run(unconnected, "-c", code)
    folder = large_data.folder / "table"
    # The parts are one file under many names, so the disk holds it once.
    for number in range(1, PARTS):
        os.link(folder / "0.parquet", folder / f"{number}.parquet")
    return "table"


@pytest.fixture
def limited(way, tmp_path):
    """Return the variables with which Spark starts Python with little memory; Java needs more."""
    command = tmp_path / "python"
    limit = LIMIT // 1024
    command.write_text(f'#!/bin/sh\nulimit -d {limit}\nexec "{way[0].interpreter}" "$@"\n')
    command.chmod(0o755)
    return {"PYSPARK_PYTHON": str(command), "SPARK_LOCAL_IP": "127.0.0.1"}
