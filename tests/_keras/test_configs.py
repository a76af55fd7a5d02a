"""Tests for what only Keras can write or read, with modules in the shape of Keras' own."""

import importlib

import pytest
from distributions import lay
from small_keras import small_keras, small_keras_2

from keras_serializable._keras import configs
from keras_serializable._keras.packages import present
from keras_serializable._keras_releases import SCOPED_OBJECTS, SHARED_CONFIGS, SHARED_OBJECTS


@pytest.fixture
def keras(site):
    """Return a small Keras 3 that is imported, with its state and its exports."""
    if list(present()):
        pytest.skip("a real Keras is imported")
    lay(site, small_keras())
    importlib.import_module("keras.src.api_export")
    importlib.import_module("keras.src.backend.common.global_state")
    return importlib.import_module("keras")


def test_public_names(keras):
    """A class that Keras exports has a public name, and any other class has none."""
    layer = keras.src.layers.Layer
    assert configs.public_name(layer) == ("keras.layers", "Layer")
    own = type("Own", (layer,), {"__module__": "acme"})
    hidden = type("Hidden", (), {"__module__": "keras.src.layers"})
    assert configs.public_name(own) is configs.public_name(hidden) is None


def test_public_names_without_exports(site):
    """Keras 2 does not tell the public name of a class."""
    if list(present()):
        pytest.skip("a real Keras is imported")
    lay(site, small_keras_2())
    dense = importlib.import_module("tf_keras").src.layers.Dense
    assert configs.public_name(dense) is None


@pytest.mark.parametrize("module", ["keras", "keras.layers", "builtins", None])
def test_the_keras_that_is_meant(site, module):
    """The name of Keras 3 means tf_keras in a process that has imported no other Keras."""
    if list(present()):
        pytest.skip("a real Keras is imported")
    assert configs.meant_by(module) == "keras"
    assert configs.meant_by("tf_keras.layers") == "tf_keras"
    lay(site, small_keras_2())
    importlib.import_module("tf_keras")
    assert configs.meant_by(module) == "tf_keras"
    lay(site, small_keras(edits={"__init__.py": [("import keras.src", "import keras.src.saving")]}))
    importlib.import_module("keras").saving = None
    assert configs.meant_by(module) == "keras"
    assert configs.meant_by("tf_keras.layers") == "tf_keras"


def test_the_keras_that_reads(keras):
    """A Keras reads the configs of classes that derive from its own, and of no others."""
    layer = keras.src.layers.Layer
    assert configs.reader_of(type("Own", (layer,), {"__module__": "acme"})) == "keras"
    assert configs.reader_of(dict) is None


def test_reading(keras):
    """Inside the block Keras is in safe mode and knows the objects, besides those it knew."""
    state = importlib.import_module("keras.src.backend.common.global_state")
    modes = importlib.import_module("keras.src.saving.serialization_lib").modes
    state.set_global_attribute(SCOPED_OBJECTS, {"outer": 1})
    with configs.reading("keras", {"ours": 2}):
        assert state.get_global_attribute(SCOPED_OBJECTS) == {"outer": 1, "ours": 2}
        assert modes[-1] is True
    assert state.get_global_attribute(SCOPED_OBJECTS) == {"outer": 1}
    assert modes == [None]


def test_reading_without_that_keras():
    """A Keras that is not imported needs no preparation."""
    with configs.reading("tf_keras", {"ours": 2}):
        pass


def test_sharing(keras):
    """Keras writes to the dictionaries until the former ones are given back."""
    state = importlib.import_module("keras.src.backend.common.global_state")
    state.set_global_attribute(SHARED_CONFIGS, {"former": 1})
    written, read = {}, {}
    former = configs.share(written, read)
    assert state.get_global_attribute(SHARED_CONFIGS) is written
    assert state.get_global_attribute(SHARED_OBJECTS) is read
    configs.unshare(former)
    assert state.get_global_attribute(SHARED_CONFIGS) == {"former": 1}
    assert state.get_global_attribute(SHARED_OBJECTS) is None
