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
        author.run("-m", "PyInstaller", "--noconfirm", *options, "program.py", cwd=tmp_path)
        command = tmp_path / "dist" / "program" / "program"
        return subprocess.run([command], capture_output=True, text=True, check=False)

    return run


def test_a_frozen_program_finds_a_plugin(frozen):
    """A frozen program finds the objects of a plugin; our own modules need no option."""
    done = frozen(*METADATA, *MODULES)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == "acme_pack.one 1.0"


def test_a_frozen_program_without_metadata(frozen):
    """Without the metadata of a plugin a key is not found."""
    done = frozen(*MODULES)

    assert json.loads(done.stdout) is None


def test_a_frozen_program_without_modules(frozen):
    """Without the modules of a plugin the error names the missing module."""
    done = frozen(*METADATA)

    assert done.returncode == 1
    assert "No module named 'acme_pack" in done.stderr


def test_the_command_is_left_out(frozen, tmp_path):
    """The command and what it needs are not part of a program that does not use them."""
    assert frozen().returncode == 0

    toc = (tmp_path / "build" / "program" / "PYZ-00.toc").read_text()
    assert "'keras_serializable._loading.loader'" in toc
    assert "'keras_serializable._cli'" not in toc
    assert "_pyinstaller" not in toc


LOAD = """
import sys
import keras, numpy
import keras_serializable

keras_serializable.connect()
model = keras.saving.load_model(sys.argv[1])
outputs = model.predict(numpy.load(sys.argv[2]), batch_size=16384, verbose=0)
assert numpy.allclose(outputs, numpy.load(sys.argv[3]), atol=1e-5)
print("loaded")
"""
# Keras imports some of these if they are there. They make the program large, and slow to build.
LEFT_OUT = ("dask", "mlflow", "pandas", "pyarrow", "pyspark", "ray")


def test_a_frozen_program_with_keras(unconnected, large_data, tmp_path):
    """A frozen program with Keras and JAX loads a model of a plugin that it does not import."""
    (tmp_path / "program.py").write_text(LOAD)
    unconnected.run(
        "-m", "PyInstaller", "--noconfirm",
        "--copy-metadata=keras-serializable-example",
        "--collect-submodules=keras_serializable_example",
        *(f"--exclude-module={name}" for name in LEFT_OUT), "program.py", cwd=tmp_path,
    )  # fmt: skip
    files = [large_data.folder / name for name in ("model.keras", "data/0.npy", "expected.npy")]
    done = subprocess.run(
        [tmp_path / "dist" / "program" / "program", *files],
        env=unconnected.variables(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "loaded\n", done.stderr
