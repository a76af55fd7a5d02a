"""Built in: what Keras resolves by itself."""

import pytest

from keras_serializable._needs.built_in import is_built_in


@pytest.mark.parametrize(
    ("key", "expected"),
    [("Dense", True), ("relu", True), ("Custom>Adam", True), ("MDN", False), ("acme>Dense", False)],
)
def test_names(key, expected):
    """A bare name of Keras, or one of the keys that Keras itself registers."""
    assert is_built_in(key) is expected
