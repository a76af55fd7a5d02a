"""Runs measured processes, the contenders in turn, so that what disturbs one disturbs all."""

import compileall
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PROBE = Path(__file__).with_name("probe.py")


class Laboratory:
    """A work directory, and everything a measured process needs in it.

    Args:
        work: The work directory.

    Attributes:
        library: A directory with the packages of this environment and without their metadata: the
            contenders are imported from it, and what they scan is the generated environment alone.
    """

    def __init__(self, work):
        self.work = Path(work).resolve()
        self.library = self.work / "library"
        self._standard_path = [
            entry
            for entry in sys.path
            if entry.startswith(sys.base_prefix + os.sep) and "site-packages" not in entry
        ]
        self._link_library()
        self.variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.work),
            "XDG_CACHE_HOME": str(self.work / "cache"),
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
        }
        uncached = self.work / "no-cache" / "python-entrypoints"
        uncached.mkdir(parents=True, exist_ok=True)
        (uncached / ".disable").touch()

    def _link_library(self):
        self.library.mkdir(parents=True, exist_ok=True)
        for link in self.library.iterdir():
            if link.is_symlink():
                link.unlink()
        benchmarks = Path(__file__).parent
        packages = [benchmarks / "floor.py"]
        for entry in reversed(sys.path):
            folder = Path(entry)
            if (
                entry
                and folder != benchmarks
                and entry not in self._standard_path
                and folder.is_dir()
            ):
                packages += [
                    child
                    for child in folder.iterdir()
                    if child.suffix not in {".dist-info", ".egg-info", ".pth"}
                    and child.name != "__pycache__"
                ]
        for package in packages:
            link = self.library / package.name
            link.unlink(missing_ok=True)
            link.symlink_to(package)

    def path(self, environment):
        """Return the `sys.path` of a measured process."""
        return [*self._standard_path, str(self.library), str(environment)]

    def probe(self, contender, task, key, environment):
        """Run one probe and return the numbers that it prints."""
        variables = self.variables
        if contender == "stevedore_uncached":
            variables = {**variables, "XDG_CACHE_HOME": str(self.work / "no-cache")}
        return self.numbers([str(PROBE), contender, task, key, *self.path(environment)], variables)

    def numbers(self, arguments, variables=None):
        """Run an isolated interpreter and return the numbers that it prints."""
        return [float(number) for number in self.run(arguments, variables).split()]

    def run(self, arguments, variables=None):
        """Run an isolated interpreter and return what it prints."""
        finished = subprocess.run(
            [sys.executable, "-I", *arguments],
            env=variables or self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise RuntimeError(f"{arguments} failed:\n{finished.stderr}")
        return finished.stdout

    def bare_environment(self, name, *projects, files=None):
        """Make a virtual environment that holds this package and nothing else.

        Args:
            name: What to call it.
            *projects: Directories of projects to install into it, without what they require.
            files: The content of further files in its site-packages, by name.

        Returns:
            Its interpreter.
        """
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, symlinks=True)
        (site,) = folder.glob("lib/python*/site-packages")
        package = Path(importlib.util.find_spec("keras_serializable").origin).parent
        shutil.copytree(package, site / package.name)
        for file, content in (files or {}).items():
            (site / file).write_text(content)
        options = ["--quiet", "--no-deps", "--target", str(site)]
        for project in projects:
            subprocess.run([sys.executable, "-m", "pip", "install", *options, project], check=True)
        compileall.compile_dir(site, quiet=1)
        return str(folder / "bin" / "python")


def interleave(actions, rounds, *, warm_up=1):
    """Call each action once a round, in an order that rotates, and collect what they return.

    Args:
        actions: Functions by name.
        rounds: How many rounds.
        warm_up: How many more to throw away at the beginning.

    Returns:
        Lists of results by name.
    """
    results = {name: [] for name in actions}
    names = list(actions)
    for number in range(-warm_up, rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            result = actions[name]()
            if number >= 0:
                results[name].append(result)
    return results


def start_up(python, *arguments):
    """Run an interpreter that does nothing and return the milliseconds of processor it took.

    Not the time by the clock: a start is short, and what else the machine does would decide.
    """
    command = [python, *arguments, "-c", "pass"]
    process = os.posix_spawn(python, command, {"PATH": os.environ["PATH"]})
    _, _, usage = os.wait4(process, 0)
    return (usage.ru_utime + usage.ru_stime) * 1000
