"""The examples of the docstrings are executed."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name", ["__init__", "_command", "_generated", "_main", "_scan.result", "_table", "new"]
)
def test_examples(name):
    """Each example gives what it says."""
    path = f"keras_serializable_build.{name}".removesuffix(".__init__")
    failed, _ = doctest.testmod(importlib.import_module(path))
    assert failed == 0
