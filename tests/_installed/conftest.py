"""What the tests of `_installed` share."""

import signal

import pytest


@pytest.fixture
def in_time():
    """End a test that waits for a device."""
    signal.alarm(60)
    yield
    signal.alarm(0)
