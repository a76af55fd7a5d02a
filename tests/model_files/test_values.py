"""The values that say what a model file says."""

import pathlib
import pickle

import pytest
from model_makers import SCALE, sequential, write_keras

from keras_serializable.model_files import CustomObject, read_model


def test_values_travel(tmp_path):
    """What was read can be hashed, compared and sent to another process."""
    model = read_model(write_keras(tmp_path / "model.keras", sequential(SCALE)))
    assert pickle.loads(pickle.dumps(model)) == model  # noqa: S301 -- our own
    assert len({model, read_model(pathlib.Path(model.path))}) == 1
    with pytest.raises(AttributeError):
        model.format = "h5"


@pytest.mark.parametrize(
    ("key", "package", "name"),
    [
        ("acme>Scale", "acme", "Scale"),
        ("acme>ops>Scale", "acme", "ops>Scale"),
        ("MDN", None, "MDN"),
    ],
)
def test_package(key, package, name):
    """The first separator ends the package of a key, as in the registry."""
    found = CustomObject(key, "class", None, None, ("config",))
    assert (found.package, found.bare_name) == (package, name)
