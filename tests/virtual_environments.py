"""Virtual environments of tests, and processes in them."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def build_wheel(project, folder, *options):
    """Build the wheel of a project into a folder; return its path."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder]
    subprocess.run([*command, *options, project], check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel


def link_library(folder):
    """Link what this process has installed into a folder, but for `.pth` files and what is ours.

    A `.pth` file that names the folder makes it part of another environment.
    """
    for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in Path(place).iterdir():
            own = path.name.lstrip("_").startswith("keras_serializable")
            if not own and path.suffix != ".pth" and path.name != "__pycache__":
                (folder / path.name).symlink_to(path)


class Environment:
    """A virtual environment inside `folder`, where its processes may write beside it."""

    def __init__(self, folder, **options):
        self.folder = folder
        self.root = folder / "venv"
        venv.create(self.root, symlinks=os.name != "nt", **options)
        self.interpreter = self.root / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        # Where installers install. The environment is not asked: its Python would write caches.
        scheme = "nt" if os.name == "nt" else "posix_prefix"
        self.site_packages = Path(sysconfig.get_path("purelib", scheme, {"base": str(self.root)}))

    def variables(self, path=(), further=()):
        """Return the environment variables of a process."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return {
            **kept,
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            # What one process compiled the next need not compile again.
            "JAX_COMPILATION_CACHE_DIR": str(self.folder / "compiled"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
            **dict(further),
        }

    def start(self, *arguments, path=(), variables=(), stderr=subprocess.STDOUT, **options):
        """Start a process of the environment."""
        options = {"cwd": self.folder, "stdout": subprocess.PIPE, **options}
        return subprocess.Popen(
            [self.interpreter, *map(str, arguments)],
            env=self.variables(path, variables),
            stderr=stderr,
            text=True,
            **options,
        )

    def run(self, *arguments, **options):
        """Run a process of the environment; return all that it printed."""
        return finish(self.start(*arguments, **options))

    def python(self, *arguments, expect=0, **options):
        """Run a process of the environment; return it with its two streams apart."""
        process = self.start(*arguments, stderr=subprocess.PIPE, **options)
        stdout, stderr = process.communicate(timeout=300)
        assert process.returncode == expect, f"{arguments}\n{stdout}\n{stderr}"
        return subprocess.CompletedProcess(arguments, expect, stdout, stderr)

    def evaluate(self, *arguments, **options):
        """Run a process of the environment; return what it printed as JSON on its last line."""
        return json.loads(self.python(*arguments, **options).stdout.splitlines()[-1])

    def pip(self, *arguments):
        """Run the pip of this process on the environment."""
        command = [sys.executable, "-m", "pip", "--python", self.interpreter, *arguments]
        done = subprocess.run(
            [str(part) for part in command],
            env=self.variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"

    def install(self, *wheels):
        """Install wheels, and nothing that they depend on."""
        self.pip("install", "--quiet", "--no-index", "--no-deps", *wheels)

    def files(self):
        """Return the path of each file and folder in the environment."""
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*")}


def finish(process):
    """Wait for a process; return what it printed."""
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return output
