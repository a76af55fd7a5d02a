"""Errors of model files: one family, built-ins too, with their data, and they travel."""

import pickle

import pytest

from keras_serializable import model_files
from keras_serializable.errors import KerasSerializableError

ERRORS = [
    (model_files.ModelFileError("f", "why", "p"), Exception),
    (model_files.UnreadableModelError("f", "why", "p"), OSError),
    (model_files.MalformedModelError("f", "why", "p"), ValueError),
    (model_files.ModelLimitError("f", "why", "p"), ValueError),
    (model_files.NoConfigError("f", "why", "p"), ValueError),
    (model_files.StampError("f", "why", "p"), OSError),
]


@pytest.mark.parametrize(
    ("error", "builtin"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS]
)
class TestEveryError:
    def test_kind(self, error, builtin):
        """Each error has the base of its family, and a built-in that callers already catch."""
        assert isinstance(error, (model_files.ModelFileError, KerasSerializableError))
        assert isinstance(error, builtin)

    def test_travel(self, error, builtin):
        """An error survives pickling with its data."""
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
        assert (again.file, again.place) == ("f", error.place)


def test_no_error_is_left_out():
    """Every public error is tested here."""
    public = {getattr(model_files, name) for name in model_files.__all__ if "Error" in name}
    assert public == {type(error) for error, _ in ERRORS}


def test_text():
    """Path, place and reason; what comes from elsewhere is escaped and cut."""
    error = model_files.MalformedModelError("a\x1b", "why", "b\u202e" + "x" * 999)
    assert str(error) == rf"a\x1b: b\u202e{'x' * 198}...: why"
