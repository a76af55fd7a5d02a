"""The table that a build generates, with hatchling and with setuptools."""

import configparser
import os
import subprocess
import sys
import tarfile
import zipfile

import build
import pytest

LAYERS = """
import keras

@keras.saving.register_keras_serializable("acme")
class Scale(keras.layers.Layer): pass
class MLP(keras.layers.Layer): pass
"""
PROJECT = """
[project]
name = "acme"
version = "1.0"
dynamic = ["entry-points"]
"""
BACKENDS = {
    "hatchling": (
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
        "tool.hatch.metadata.hooks.keras-serializable",
    ),
    "setuptools": (
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
        "tool.keras-serializable",
    ),
}
HIDDEN = """
import keras, os

@keras.saving.register_keras_serializable(os.environ["PACKAGE"])
class Hidden(keras.layers.Layer): pass
"""


@pytest.fixture(params=sorted(BACKENDS))
def backend(request):
    """Return the start of a `pyproject.toml` for a build backend, and its section for us."""
    return BACKENDS[request.param]


def quiet(command, cwd=None, extra_environ=None):
    """Run a build backend and keep what it prints for the error."""
    environment = {**os.environ, **(extra_environ or {})}
    done = subprocess.run(
        command, cwd=cwd, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def build_one(root, kind="wheel"):
    """Build a project in this environment and return the archive's path."""
    builder = build.ProjectBuilder(root, python_executable=sys.executable, runner=quiet)
    return builder.build(kind, root / "dist")


def entry_points(wheel):
    """Return the entry points of a wheel, by group."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".dist-info/entry_points.txt"):
                parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
                parser.optionxform = str
                parser.read_string(archive.read(name).decode())
                return {group: dict(parser[group]) for group in parser.sections()}
    return {}


@pytest.fixture
def make(write, backend):
    """Return a function that makes the project `acme` with settings for the hook."""
    head, section = backend

    def make_project(settings="", layers=LAYERS, project=PROJECT, **files):
        pyproject = f"{head}{project}\n[{section}]\n{settings.replace('SECTION', section)}"
        return write(
            {
                "pyproject.toml": pyproject,
                "src/acme/__init__.py": "",
                "src/acme/layers.py": layers,
                **files,
            }
        )

    return make_project


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_table(make, kind):
    """Wheels and editable installations have the table, without bare keys."""
    assert entry_points(build_one(make(), kind)) == {
        "keras_serializable": {"acme>Scale": "acme.layers:Scale"}
    }


def test_order(make, tmp_path):
    """The table is sorted, so that a change of the source is a small change of the table."""
    root = make(
        layers=LAYERS + "for name in 'zeta', 'Alpha', 'beta':\n"
        "    keras.saving.register_keras_serializable('acme', name)(MLP)\n"
    )
    names = list(entry_points(build_one(root))["keras_serializable"])
    assert names == ["acme>Alpha", "acme>Scale", "acme>beta", "acme>zeta"]


def test_sdist(make, tmp_path):
    """A wheel from a source distribution has the table."""
    sdist = build_one(make(), "sdist")
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # none before 3.11.4
        archive.extractall(tmp_path / "unpacked")  # noqa: S202 -- with this filter
    assert entry_points(build_one(tmp_path / "unpacked" / "acme-1.0")) == {
        "keras_serializable": {"acme>Scale": "acme.layers:Scale"}
    }


def test_settings(make):
    """Lines of the section override and add; groups, bare keys and left-out keys work."""
    root = make(
        'bare = true\nleave-out = ["*>Shift"]\nsource = ["src/acme"]\n'
        '[SECTION.entry-points]\n"acme>Scale" = "acme.other:Scale"\n'
        '"acme>Old" = "acme.layers:MLP"\n'
        '[SECTION.groups.other]\nx = "acme:x"\n',
        layers=LAYERS + "keras.saving.register_keras_serializable('acme', 'Shift')(MLP)\n"
        "class Bare(keras.layers.Layer): pass\n",
    )
    assert entry_points(build_one(root)) == {
        "keras_serializable": {
            "Bare": "acme.layers:Bare",
            "acme>Old": "acme.layers:MLP",
            "acme>Scale": "acme.other:Scale",
        },
        "other": {"x": "acme:x"},
    }


def test_scripts_stay(make):
    """The scripts of a project stay."""
    root = make(project=PROJECT + '[project.scripts]\nacme = "acme:main"\n')
    found = entry_points(build_one(root))
    assert found["console_scripts"] == {"acme": "acme:main"}
    assert found["keras_serializable"] == {"acme>Scale": "acme.layers:Scale"}


def test_decorator_that_cannot_be_followed(make):
    """The build fails with the place, the reason, and the line to write."""
    with pytest.raises(build.BuildBackendException) as caught:
        build_one(make(layers=HIDDEN))
    text = str(caught.value.exception)
    assert "acme/layers.py:4: register_keras_serializable() of keras gets a package that" in text
    assert '"PACKAGE>Hidden" = "acme.layers:Hidden"' in text
    assert 'ignore = ["acme.layers"]' in text


@pytest.mark.parametrize(
    ("settings", "table"),
    [
        (
            '[SECTION.entry-points]\n"x>Hidden" = "acme.layers:Hidden"\n',
            {"x>Hidden": "acme.layers:Hidden"},
        ),
        ('[SECTION.entry-points]\n"x" = "acme.layers"\n', {"x": "acme.layers"}),
        ('ignore = ["acme.layers"]\n', None),
    ],
)
def test_decorator_that_a_line_explains(make, settings, table):
    """A line for the object or its module, or an exception for the module, lets the build pass."""
    found = entry_points(build_one(make(settings, layers=HIDDEN)))
    assert found == ({} if table is None else {"keras_serializable": table})


@pytest.mark.parametrize(
    ("settings", "project", "message"),
    [
        ("barren = true\n", PROJECT, "has no setting 'barren'"),
        ('bare = "yes"\n', PROJECT, "bare has to be a bool"),
        ('source = ["nowhere"]\n', PROJECT, "there is no file or folder"),
        ('[SECTION.entry-points]\n"a=b" = "x"\n', PROJECT, "cannot be an entry point"),
        ("", PROJECT.replace("entry-points", "license"), "needs dynamic"),
    ],
)
def test_wrong_settings(make, settings, project, message):
    """A wrong setting stops the build with a line about it."""
    with pytest.raises(build.BuildBackendException) as caught:
        build_one(make(settings, project=project))
    assert message in str(caught.value.exception)


def test_other_projects(write):
    """A project of setuptools without the section is built as if this were not installed."""
    head, _ = BACKENDS["setuptools"]
    project = PROJECT.replace('dynamic = ["entry-points"]', "")
    root = write({"pyproject.toml": head + project, "src/acme/__init__.py": LAYERS})
    assert entry_points(build_one(root)) == {}
