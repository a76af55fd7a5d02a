"""A warning never breaks what Keras is doing."""

import sys
import warnings

import pytest

from keras_serializable._keras.safe_warnings import warn_safely


def test_a_warning():
    """Usually it is a warning, of the caller's caller where that is asked for."""
    with pytest.warns(UserWarning, match="text") as caught:
        warn_safely("text", UserWarning, stacklevel=1)
    assert caught[0].filename == __file__


@pytest.mark.thread_unsafe(reason="captures standard error")
def test_an_error(capsys):
    """Where a filter makes it an error, it is written to standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_safely("text", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == "text\n"


@pytest.mark.thread_unsafe(reason="replaces standard error")
@pytest.mark.parametrize("stream", [None, object()])
def test_no_standard_error(monkeypatch, stream):
    """Without a standard error nothing is written, and nothing raised."""
    monkeypatch.setattr(sys, "stderr", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_safely("text", UserWarning, stacklevel=1)
