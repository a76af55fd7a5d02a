"""What the tests of serialization share."""

import pytest
from serialization_objects import shop


@pytest.fixture
def own():
    """Return a registry of the test's own, with its functions and classes."""
    return shop()
