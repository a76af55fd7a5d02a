"""The examples of the docstrings are executed."""

import doctest

import pytest

from pytest_keras_serializable import examples, processes


@pytest.mark.parametrize("module", [examples, processes], ids=lambda module: module.__name__)
def test_examples(module):
    """Each example gives what it says."""
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0
