"""Tests for constructor arguments in the configuration."""

import pytest

from pytest_keras_serializable._arguments import parse_arguments


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("acme>Scale()", ("acme>Scale", [], {})),
        (" acme>Scale ( 2, by=-0.5 )", ("acme>Scale", [2], {"by": -0.5})),
        ("MDN([1, (2, 3)], x={'a': None})", ("MDN", [[1, (2, 3)]], {"x": {"a": None}})),
        ("acme>Text('(')", ("acme>Text", ["("], {})),
    ],
)
def test_arguments(line, result):
    """A line has a key and plain arguments."""
    assert parse_arguments(line) == result


@pytest.mark.parametrize("line", ["acme>Scale", "acme>Scale(", "x(y)", "x(1)(2)", "x(**{})", ""])
def test_wrong_arguments(line):
    """Any other line is an error that shows it."""
    with pytest.raises(ValueError, match="Write a key and plain arguments"):
        parse_arguments(line)
