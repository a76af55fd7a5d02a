"""The examples of README.md have the shown results."""

import re
import sys
import zipfile
from pathlib import Path

import build
import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

README = Path(__file__).parents[1] / "README.md"
PROJECTS = [
    block
    for block in re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    if "build-backend" in block
]


@pytest.mark.parametrize("pyproject", PROJECTS, ids=["hatchling", "setuptools"])
def test_projects_build(pyproject, write):
    """Each `pyproject.toml` of the README builds, and its build generates the table."""
    root = write(
        {
            "pyproject.toml": pyproject,
            "src/acme_layers/__init__.py": "import keras\n"
            "@keras.saving.register_keras_serializable('acme')\ndef squish(x): return x\n",
        }
    )
    assert tomllib.loads(pyproject)["project"]["dynamic"] == ["entry-points"]
    wheel = build.ProjectBuilder(root, python_executable=sys.executable).build("wheel", root)
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("acme_layers-1.0.dist-info/entry_points.txt").decode()
    assert "[keras_serializable]\nacme>squish = acme_layers:squish\n" in text
