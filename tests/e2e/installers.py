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
    """An installer, at work on an environment that is not its own.

    Args:
        command: What starts it.
        environment: The environment to change.
        variables: Environment variables, such as where the build backends are.
    """

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
    """A program in an environment that looks keys up whenever it is asked.

    Args:
        environment: The environment.
        **options: Further ones for the process, such as its path.
    """

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
    """Return which distribution advertises what; nothing may be broken.

    Args:
        report: What a program reported: it has to agree with importlib_metadata.
    """
    assert report["advertised"] == report["expected"]
    assert report["problems"] == []
    return {name: f"{owner} {version}" for name, _, owner, version in report["advertised"]}


def lay_plugin(
    folder, name, version, entry_points, modules=None, *, backend=FLIT, tables="", files=None
):
    """Write the project of a plugin, in the src layout, and return its folder.

    Args:
        folder: Where to write it.
        name: The name of the distribution.
        version: Its version.
        entry_points: Names and values in our group.
        modules: The content of each module of its package; by default each that the values name
            holds the classes that they name.
        backend: What the build requires, and the module of it that builds.
        tables: Further tables for the pyproject.toml.
        files: Further files, as a tree.
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
    """Have setuptools leave metadata beside the sources, as it does when asked for requirements.

    Installers ask before they build, unless they build without isolation, as they do here.

    Args:
        backends: The environment with the build backends.
        folder: The folder of the project.
    """
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
