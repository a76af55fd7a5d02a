"""The errors of serialization: picklable, ours and a built-in class, public."""

import pickle

import pytest

import keras_serializable.serialization as under_test
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization import (
    ConfigError,
    ConfigLimitError,
    MalformedConfigError,
    NotSerializableError,
    RestorationError,
    RoundTripError,
    UnknownObjectError,
    UnsafeConfigError,
)

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


ERRORS = (
    ConfigError("reason", "remedy", "config.a"),
    MalformedConfigError("reason", path="config.a"),
    UnknownObjectError("reason", "remedy", "config.a", "acme>Scale"),
    UnsafeConfigError("reason"),
    ConfigLimitError("reason"),
    RestorationError("reason"),
    NotSerializableError("reason"),
    RoundTripError("Scale", [("config.factor", "1", "2")]),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
class TestTheErrors:
    def test_survive_pickling(self, error):
        """An error survives pickling with all of its data, as between processes."""
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert type(copy) is type(error)
        assert str(copy) == str(error)
        assert vars(copy) == vars(error)

    def test_are_ours_and_a_built_in(self, error):
        """All errors share one base, and each is a class that callers of Keras catch."""
        assert isinstance(error, KerasSerializableError)
        if type(error) is not ConfigError:
            assert isinstance(error, (TypeError, ValueError, AssertionError))

    def test_are_public(self, error):
        """Each error is public."""
        assert type(error).__name__ in under_test.__all__
