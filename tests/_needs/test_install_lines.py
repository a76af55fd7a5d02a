"""Lines for pip: pinned requirements, and the command that installs them."""

import shlex

import pytest

from keras_serializable import Distribution
from keras_serializable._needs.install_lines import pinned, pip_install


@pytest.mark.parametrize(
    ("name", "version", "line"),
    [
        ("acme-layers", "1.2", "acme-layers==1.2"),
        ("acme.layers_x", "1.2.post1+cpu", "acme.layers_x==1.2.post1"),
        ("acme", "", "acme"),
        ("acme", "1 ; evil", "acme"),
        ("acme", "1\n-r evil", "acme"),
        ("-r evil", "1", None),
        ("acme\n", "1", None),
        ("", "1", None),
    ],
)
def test_pinned(name, version, line):
    """A version is pinned if pip can understand it; a name that pip cannot is left out."""
    assert pinned(Distribution(name, version)) == line


def test_command():
    """A shell reads each requirement as one word."""
    requirements = ["keras==3.15.1", "keras-tcn>=3", 'a; python_version < "3.12"', "b[x]>=1,<2"]
    command = pip_install([*requirements, "$(evil)"])
    assert shlex.split(command) == ["pip", "install", *requirements, "$(evil)"]
    assert "keras==3.15.1" in command.split()
    assert '"keras-tcn>=3"' in command
