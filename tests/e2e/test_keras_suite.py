"""Keras' own tests of its registration, from its source distribution."""

import re
import tarfile

import pytest
from e2e.formats import MATRIX

SUITE = "keras/src/saving/object_registration_test.py"


@pytest.fixture(scope="session")
def source(environment):
    """Return the source distribution of the installed Keras, unpacked."""
    version = environment.run(
        "-c", "from importlib.metadata import version; print(version('keras'))"
    ).strip()
    folder = environment.folder / "source"
    download = ("download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", folder)
    environment.run("-m", "pip", *download, f"keras=={version}")
    (archive,) = folder.glob("keras-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # none before 3.11.4
        packed.extractall(folder)  # noqa: S202 -- with this filter
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.mark.parametrize("plugins", ["", "standing_in", "connected", "connected standing_in"])
def test_object_registration(environment, source, plugins):
    """Keras' tests pass with our functions in place of its own, and with its own connected."""
    options = [option for plugin in plugins.split() for option in ("-p", plugin)]
    output = environment.run(
        "-m", "pytest", "-p", "no:cacheprovider", *options, SUITE, cwd=source, path=[MATRIX]
    )
    passed = re.search(r"(\d+) passed", output)
    assert passed, output
    assert int(passed[1]) >= 5
    assert not re.search(r"skipped|failed|error", output.splitlines()[-1])
