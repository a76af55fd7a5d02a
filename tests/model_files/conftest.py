"""What the tests of model files share."""

import json

import pytest
from hostile_files import MEGABYTES, READ, SECONDS
from model_makers import write_h5, write_keras

from keras_serializable.model_files import read_model


@pytest.fixture
def read(fresh):
    """Return a function that reads a file in a process of its own, within the bounds."""

    def run(path):
        name, text, seconds, megabytes = json.loads(fresh(READ.format(path=str(path))))
        assert seconds < SECONDS
        assert megabytes < MEGABYTES
        return name, text

    return run


@pytest.fixture
def objects(tmp_path):
    """Return a function that returns the custom objects of a `.keras` archive."""

    def read(config, metadata=None):
        return read_model(write_keras(tmp_path / "model.keras", config, metadata)).objects

    return read


@pytest.fixture
def legacy(tmp_path):
    """Return a function that returns key, kind and places of the objects of an `.h5` file."""

    def read(config, training=None, version="2.15.0"):
        path = write_h5(tmp_path / "model.h5", config, training, keras_version=version)
        return [(each.key, each.kind, *each.places) for each in read_model(path).objects]

    return read
