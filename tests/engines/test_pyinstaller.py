import json
import subprocess

import pytest
from e2e.installers import lay_plugin
from virtual_environments import build_wheel

pytest.importorskip("PyInstaller")

PROGRAM = """
import json
import keras_serializable

found = keras_serializable.get_registered_object("pack>One")
print(json.dumps(found and f"{found.__module__} {found.release}"))
"""
CORE = ("--collect-submodules=keras_serializable",)
METADATA = ("--copy-metadata=acme-pack",)
MODULES = ("--collect-submodules=acme_pack",)


@pytest.fixture(scope="module")
def author(make_environment, wheels, tmp_path_factory):
    """Return an environment with PyInstaller, the core and a plugin."""
    folder = tmp_path_factory.mktemp("plugin")
    entry_points = {"pack>One": "acme_pack.one:One"}
    backend = ("hatchling", "hatchling.build")
    lay_plugin(folder, "acme-pack", "1.0", entry_points, backend=backend)
    plugin = build_wheel(folder, tmp_path_factory.mktemp("wheel"), "--no-build-isolation")
    return make_environment(wheels[0], plugin)


@pytest.fixture
def frozen(author, tmp_path):
    """Return a function that freezes a program with some options, and runs it."""
    (tmp_path / "program.py").write_text(PROGRAM)

    def run(*options):
        author.python("-m", "PyInstaller", "--noconfirm", *options, "program.py", cwd=tmp_path)
        command = tmp_path / "dist" / "program" / "program"
        return subprocess.run([command], capture_output=True, text=True, check=False)

    return run


def test_a_frozen_program_finds_a_plugin(frozen):
    """With the metadata of a plugin, its modules and ours, a frozen program finds its objects."""
    done = frozen(*CORE, *METADATA, *MODULES)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == "acme_pack.one 1.0"


def test_a_frozen_program_without_metadata(frozen):
    """Without the metadata of a plugin a key is not found."""
    done = frozen(*CORE, *MODULES)

    assert json.loads(done.stdout) is None


@pytest.mark.parametrize(
    ("options", "module"),
    [((*CORE, *METADATA), "acme_pack"), ((*METADATA, *MODULES), "keras_serializable._loading")],
    ids=["of the plugin", "of the core"],
)
def test_a_frozen_program_without_modules(frozen, options, module):
    """Without the modules of a plugin, or all of ours, the error names the missing module."""
    done = frozen(*options)

    assert done.returncode == 1
    assert f"No module named '{module}" in done.stderr
