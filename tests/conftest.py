"""What the tests of the core share: a directory on `sys.path`, a new registry, fresh processes."""

import os
import pathlib
import subprocess
import sys
import threading
import types

import pytest
from distributions import install_example

import keras_serializable
from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.resolver import Resolver
from keras_serializable._registry.registry import Registry

SOURCE = str(pathlib.Path(keras_serializable.__file__).parents[1])


def pytest_configure(config):
    """Register what the tests of this folder need of pytest, whatever the project configures."""
    config.addinivalue_line("markers", "thread_unsafe(reason): not run in several threads at once")
    # importlib_metadata and zipimport keep the archives open that they have read.
    config.addinivalue_line("filterwarnings", "ignore:unclosed file <_io.BufferedReader")


def pytest_collection_modifyitems(items):
    """Keep tests out of parallel runs that share more than the code under test.

    Shared are the path, a directory, or what the standard library patches to run doctests.
    """
    sharing = {"site", "together", "fresh", "tmp_path", "open_directory"}
    for item in items:
        names = sharing.intersection(getattr(item, "fixturenames", ()))
        if names or item.path.name == "test_docstrings.py":
            item.add_marker(pytest.mark.thread_unsafe(reason="shares more than the code"))


def forget_modules(directory):
    """Remove the modules that were imported from below `directory`, and what they registered."""
    forgotten = set()
    for name, module in list(sys.modules.items()):
        own = getattr(module, "__dict__", {})  # asking the module itself may import something
        places = [getattr(own.get("__spec__"), "origin", None), *(own.get("__path__") or ())]
        if any(str(place).startswith(str(directory)) for place in places if place):
            sys.modules.pop(name, None)
            forgotten.add(name)
    registered = keras_serializable.get_custom_objects()
    for key, obj in list(registered.items()):
        if getattr(obj, "__module__", None) in forgotten:
            del registered[key]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a directory on `sys.path`, as a site-packages directory is one."""
    directory = tmp_path / "site"
    directory.mkdir()
    monkeypatch.syspath_prepend(directory)
    yield directory
    forget_modules(tmp_path)


def make_under_test(site):
    """Return a module with a new registry, which discovers what is installed in `site`.

    The plugins of tests import it under the name `under_test`, where others import
    keras_serializable. They append the names of their modules to `imported`, to be counted.
    """
    module = types.ModuleType("under_test")
    module.imported = []
    module.resolver = Resolver(Discovery([str(site)]))
    module.registry = Registry(lambda: module.resolver)
    module.register_keras_serializable = module.registry.register_keras_serializable
    module.get_registered_object = module.registry.get_registered_object
    return module


@pytest.fixture
def registry(site, monkeypatch):
    """Return a new registry, which discovers what is installed in `site`."""
    module = make_under_test(site)
    monkeypatch.setitem(sys.modules, "under_test", module)
    return module.registry


@pytest.fixture
def resolver(registry):
    """Return what `registry` asks for keys that it does not have."""
    return sys.modules["under_test"].resolver


@pytest.fixture
def imported(registry):
    """Return the names of the modules of plugins, in the order of their imports."""
    return sys.modules["under_test"].imported


@pytest.fixture
def acme(site):
    """Install a plugin with some objects that no decorator registers."""
    install_example(site, "undecorated")


@pytest.fixture
def without_keras(monkeypatch):
    """Hide a Keras that may be installed."""
    monkeypatch.setitem(sys.modules, "keras", None)


@pytest.fixture
def fresh(tmp_path):
    """Return a function that runs code in a fresh process and returns what it prints.

    Every warning is an error there, and a failure shows what the process wrote.
    """

    def run(code, *path, options=(), **variables):
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KERAS_SERIALIZABLE", "PYTHON", "COV", "COLUMNS"))
        }
        environment["PYTHONPATH"] = os.pathsep.join([*map(str, path), SOURCE])
        environment.update(variables)
        done = subprocess.run(
            [sys.executable, "-W", "error", *options, "-c", code],
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout if "importtime" not in options else done.stderr

    return run


@pytest.fixture
def together():
    """Return a function that runs functions at once, a thread each, and returns their results.

    It fails if one of them raises, or if they do not end: a deadlock.
    """

    def run(*functions, seconds=30):
        start = threading.Barrier(len(functions))
        results = [None] * len(functions)
        failures = []

        def call(position, function):
            try:
                start.wait()
                results[position] = function()
            except BaseException as error:  # noqa: BLE001 -- shown below, in the test's own thread
                failures.append(error)

        threads = [
            threading.Thread(target=call, args=each, daemon=True) for each in enumerate(functions)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds)
        assert not any(thread.is_alive() for thread in threads), "deadlock"
        if failures:
            raise failures[0]
        return results

    former = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield run
    sys.setswitchinterval(former)
