"""Tests for what the README says."""

import re
import sys
from pathlib import Path

from pytest_keras_serializable import _fixtures, checks
from pytest_keras_serializable._settings import OPTIONS, PREFIX

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def rows(pattern):
    """Return the first column of the rows of a table whose names match a pattern."""
    return set(re.findall(rf"(?m)^\| `({pattern})", README))


def test_options():
    """Every option is explained, and there is no other; the examples have known options."""
    tables = rows(rf"{PREFIX}\w+`")
    options = {f"{PREFIX}{name}`" for name in OPTIONS}
    fixtures = {f"{name}`" for name in vars(_fixtures) if name.startswith(PREFIX)}
    assert tables == options | fixtures
    for block in re.findall(r"```toml\n(.*?)```", README, re.DOTALL):
        names = tomllib.loads(block)["tool"]["pytest"]["ini_options"]
        assert {name.removeprefix(PREFIX) for name in names} <= set(OPTIONS)


def test_checks():
    """Every check is explained, and there is no other."""
    names = {*checks.OF_ENTRY_POINT, *checks.OF_KEY, *checks.OF_DISTRIBUTION, checks.OTHERS}
    assert rows(r"\w+(?=\[)") == names


def test_code():
    """The Python code of the README is Python."""
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        compile(block, "README.md", "exec")
