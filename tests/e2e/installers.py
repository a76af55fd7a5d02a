"""Plugins as their authors write them, installers that bring them in, programs that use them."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

from distributions import lay

PIP = (sys.executable, "-m", "pip")
"""The pip that tests run beside; it installs into other environments too."""

ASKING = Path(__file__).with_name("asking.py")

FLIT = ("flit-core", "flit_core.buildapi")
"""The backend that needs least."""

SETUPTOOLS = ("setuptools", "setuptools.build_meta")
"""The backend that leaves most."""


class Installer:
    """An installer that changes another environment than its own."""

    def __init__(self, command, environment, variables=()):
        self._command = command
        self.environment = environment
        self._variables = {
            **os.environ,
            **dict(variables),
            "PIP_PYTHON": str(environment.interpreter),
            "UV_PYTHON": str(environment.interpreter),
            "PIP_YES": "1",
            "UV_CACHE_DIR": str(environment.folder / "uv"),
        }

    def __call__(self, *arguments, variables=()):
        """Run it; it has to succeed."""
        done = subprocess.run(
            [*self._command, *map(str, arguments)],
            env={**self._variables, **dict(variables)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def install(self, *arguments, **options):
        """Install what is at hand: nothing is downloaded, and no backend installed for a build."""
        self("install", "--no-index", "--no-deps", "--no-build-isolation", *arguments, **options)


class Program:
    """A program in an environment that looks keys up whenever it is asked."""

    def __init__(self, environment, **options):
        self._process = environment.start(ASKING, stdin=subprocess.PIPE, **options)

    def ask(self, key):
        """Return what it finds: the object's reference and release, an error, or `None`."""
        return self._answer(key)

    def report(self):
        """Return what it knows of the plugins called ``acme``; see asking.py."""
        return self._answer("")

    def add_site(self, directory):
        """Have it read the .pth files of a directory, as Python does when it starts."""
        return self._answer(f"+{directory}")

    def _answer(self, question):
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        try:
            return json.loads(line)
        except ValueError:  # it has warned or failed instead
            raise AssertionError(line + self._process.communicate()[0]) from None

    def close(self):
        """Let it end."""
        self._process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def sound(report):
    """Check a program's report against importlib_metadata; return who advertises what."""
    assert report["advertised"] == report["expected"]
    assert report["problems"] == []
    return {name: f"{owner} {version}" for name, _, owner, version in report["advertised"]}


def lay_plugin(
    folder, name, version, entry_points, modules=None, *, backend=FLIT, tables="", files=None
):
    """Write the project of a plugin, in the src layout, and return its folder.

    Without `modules` each module that an entry point names holds the classes that are named. The
    backend is what the build requires, and the module of it that builds. `tables` are further
    tables of the pyproject.toml.
    """
    package = name.replace("-", "_")
    if modules is None:
        modules = {}
        for value in entry_points.values():
            module, _, attribute = value.partition(":")
            file = f"{module.removeprefix(f'{package}.')}.py"
            modules[file] = modules.get(file, "") + plain_class(attribute, version)
    requires, build_backend = backend
    lines = "\n".join(f'"{key}" = "{value}"' for key, value in entry_points.items())
    pyproject = f"""
[build-system]
requires = ["{requires}"]
build-backend = "{build_backend}"

[project]
name = "{name}"
version = "{version}"
description = "A plugin."
requires-python = ">=3.10"
dependencies = ["keras-serializable"]

[project.entry-points.keras_serializable]
{lines}

{tables}
"""
    source = {package: {"__init__.py": "", **modules}}
    lay(folder, {"pyproject.toml": pyproject, "src": source, **(files or {})})
    return folder


def leave_egg_info(backends, folder):
    """Have setuptools leave metadata beside the sources, as it does when installers ask for it."""
    code = "from setuptools import build_meta; build_meta.get_requires_for_build_editable()"
    backends.run("-c", code, cwd=folder)
    assert list(folder.glob("**/*.egg-info"))


def plain_class(name, release):
    """Return the code of a class that no decorator registers, but that may be registered."""
    code = f"""
        class {name}:
            release = "{release}"

            def get_config(self):
                return {{}}
    """
    return textwrap.dedent(code)
