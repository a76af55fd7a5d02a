"""Runs measured processes, in turn: what disturbs one of them disturbs all."""

import json
import os
import subprocess
import sys
from collections import deque
from pathlib import Path

import environments

HERE = Path(__file__).parent


class Laboratory:
    """A folder, at first empty, with what a measured process needs.

    A process sees the standard library, a folder with the packages of this environment but without
    their metadata, and one generated environment: it scans the metadata of that one alone. A quick
    laboratory measures next to nothing, to see that all of it runs.
    """

    def __init__(self, folder, *, quick=False):
        self.folder = folder
        self.quick = quick
        self._library = folder / "library"
        self._library.mkdir()
        standard = sys.base_prefix + os.sep
        folders = [
            Path(entry)
            for entry in sys.path
            if "site-packages" in entry or not entry.startswith(standard)
        ]
        packages = [child for path in folders if path.is_dir() for child in path.iterdir()]
        for package in (*HERE.glob("*.py"), HERE.parent / "model_makers.py", *packages):
            link = self._library / package.name
            is_package = package.suffix not in {".dist-info", ".egg-info", ".pth"}
            if is_package and package.name != "__pycache__" and not link.is_symlink():
                link.symlink_to(package)
        disabled = folder / "no-cache" / "python-entrypoints"  # stevedore's
        disabled.mkdir(parents=True)
        (disabled / ".disable").touch()

    def run(self, task, argument, environment, cache="cache"):
        """Run a task, "module.function", in an isolated interpreter; return the JSON it prints."""
        command = [sys.executable, "-I", "-S", HERE / "probe.py", task, argument]
        finished = subprocess.run(
            [*command, self._library, environment],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "XDG_CACHE_HOME": str(self.folder / cache),
                "KERAS_BACKEND": "numpy",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if finished.returncode:
            raise RuntimeError(f"{task} {argument} failed:\n{finished.stderr[-4000:]}")
        return json.loads(finished.stdout)

    def environment(self, distributions, **content):
        """Return a generated environment, a small one in a quick run."""
        number = min(distributions, 20) if self.quick else distributions
        folder = self.folder / "environments"
        return environments.lay(folder, number, settle=not self.quick, **content)

    def in_turn(self, task, contenders, rounds, environment):
        """Run a task in a process of each contender, in changing order; return lists of results.

        The first round fills the caches of the system and is not counted.
        """
        results = {name: [] for name in contenders}
        names = deque(contenders)
        for _ in range(1 if self.quick else rounds + 1):
            for name in names:
                cache = "no-cache" if name.endswith("no cache") else "cache"
                results[name].append(self.run(task, name, environment, cache))
            names.rotate()
        return {name: values[1:] or values for name, values in results.items()}
