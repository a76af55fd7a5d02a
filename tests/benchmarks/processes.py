"""Runs measured processes in turn, so that what disturbs one disturbs all."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


class Laboratory:
    """A folder with what a measured process needs.

    A process sees the standard library, a folder with the packages of this environment but without
    their metadata, and one generated environment: it scans the metadata of that one alone.

    Args:
        folder: The folder; it is empty.
    """

    def __init__(self, folder):
        self.folder = folder
        library = folder / "library"
        library.mkdir()
        standard = [
            entry
            for entry in sys.path
            if entry.startswith(sys.base_prefix + os.sep) and "site-packages" not in entry
        ]
        others = [Path(entry) for entry in sys.path if entry and entry not in standard]
        packages = [child for path in others if path.is_dir() for child in path.iterdir()]
        for package in (HERE / "floor.py", *packages):
            link = library / package.name
            is_package = package.suffix not in {".dist-info", ".egg-info", ".pth"}
            if is_package and package.name != "__pycache__" and not link.is_symlink():
                link.symlink_to(package)
        self._path = [*standard, str(library)]
        disabled = folder / "no-cache" / "python-entrypoints"  # stevedore's
        disabled.mkdir(parents=True)
        (disabled / ".disable").touch()

    def run(self, script, *arguments, environment, cache="cache", before=()):
        """Run a script of this folder in an isolated interpreter; return the JSON it prints."""
        path = [*self._path, str(environment)]
        finished = subprocess.run(
            [*before, sys.executable, "-I", str(HERE / script), *map(str, arguments), *path],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "XDG_CACHE_HOME": str(self.folder / cache),
                "KERAS_BACKEND": "numpy",
                "PYTHONHASHSEED": "0",
                "PYTHONNODEBUGRANGES": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise RuntimeError(f"{script} {arguments} failed:\n{finished.stderr[-4000:]}")
        return json.loads(finished.stdout)


def in_turn(actions, rounds):
    """Call each action once a round, in an order that rotates; return lists of results by name.

    One round more, at the beginning, fills the caches of the system; its results are dropped.
    """
    results = {name: [] for name in actions}
    names = list(actions)
    for number in range(rounds + 1):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            results[name].append(actions[name]())
    return {name: values[1:] for name, values in results.items()}
