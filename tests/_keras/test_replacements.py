"""Tests for the replacements: Keras' function runs first, and again with what the bridge found."""

import importlib

import pytest
from distributions import install, lay
from small_keras import small_keras

from keras_serializable._keras import replacements
from keras_serializable._keras.bridge import Bridge
from keras_serializable._keras.packages import present

PLUGIN = "def squish(x): return x\n"
CLASS = {"module": "acme_m", "class_name": "Scale", "config": {}, "registered_name": "acme>Scale"}


@pytest.fixture
def bridge(site, registry):
    """Return a bridge that is attached to the lookup of a small Keras."""
    if list(present()):
        pytest.skip("a real Keras is imported")
    lay(site, small_keras())
    install(site, "acme", "1", {"acme>squish": "acme_m:squish"}, {"acme_m.py": PLUGIN})
    bridge = Bridge("keras", registry)
    bridge.attach(importlib.import_module("keras.src.saving.object_registration"))
    yield bridge
    bridge.detach()


def keras_function(calls, fails=ValueError):
    """Return a function that finds its first argument among custom objects, as Keras' do."""

    def original(name, *others):
        known = next((each for each in others[::-1] if isinstance(each, dict)), {})
        calls.append(sorted(known))
        if name in known:
            return known[name]
        if fails is None:
            return name
        raise fails(f"Unknown object: '{name}'")

    return original


@pytest.mark.parametrize("fails", [ValueError, TypeError, None])
def test_deserialize_again_with_what_was_found(bridge, fails):
    """Keras is asked again with what was found, whether it raised or handed the name back."""
    calls = []
    original = keras_function(calls, fails)
    found = replacements.deserialize(bridge, original, "acme>squish", {"own": 1})
    assert found.__name__ == "squish"
    assert calls == [["own"], ["acme>squish", "own"]]


def test_deserialize_what_keras_knows(bridge):
    """Keras is asked once, and its result is the result."""
    calls = []
    original = keras_function(calls)
    assert replacements.deserialize(bridge, original, "own", {"own": 1}) == 1
    assert calls == [["own"]]


def test_deserialize_what_nobody_knows(bridge):
    """Keras' own result or error is the result, and the error says what is known."""
    calls = []
    assert replacements.deserialize(bridge, keras_function(calls, None), "a>b", None) == "a>b"
    with pytest.raises(ValueError, match="Unknown object: 'a>b'") as caught:
        replacements.deserialize(bridge, keras_function(calls), "a>b", None)
    assert len(calls) == 2
    told = "".join(getattr(caught.value, "__notes__", caught.value.args))
    assert "keras_serializable" in told


def test_retrieve_again_with_what_was_found(bridge):
    """The class or function is found among the custom objects of a second call."""
    calls = []
    arguments = ("acme>squish", "function", "builtins", "function", CLASS, {"own": 1})
    found = replacements.retrieve(bridge, keras_function(calls), TypeError(), *arguments)
    assert found.__name__ == "squish"
    assert calls == [["acme>squish", "own"]]


def test_retrieve_what_nobody_knows(bridge):
    """For a key that nobody knows Keras' own error comes through, and Keras is called once."""
    calls = []
    arguments = ("Scale", "acme>Scale", "acme_m", "class", CLASS, None)
    with pytest.raises(TypeError, match="Unknown object: 'Scale'"):
        replacements.retrieve(
            bridge, keras_function(calls), TypeError("Unknown object: 'Scale'"), *arguments
        )
    assert calls == []


def test_registered_objects(bridge):
    """Keras goes first, and the bridge answers what Keras has not registered."""
    keras = importlib.import_module("keras.src.saving.object_registration")
    assert keras.get_registered_object("acme>squish", {"acme>squish": 1}) == 1
    assert keras.get_registered_object("acme>squish").__name__ == "squish"


def test_registered_names(bridge, registry):
    """Keras is asked for what our decorator has not registered."""
    name = replacements.get_registered_name
    assert name(bridge, lambda obj: obj.__name__, len) == "len"
    registry.register_keras_serializable("acme", "f")(len)
    assert name(bridge, lambda obj: obj.__name__, len) == "acme>f"


def test_explained(bridge):
    """An error gets a note about the key that was missed."""
    replacements.deserialize(bridge, keras_function([], None), "a>b", None)
    error = ValueError("Unknown object: 'a>b'")
    with pytest.raises(ValueError, match="Unknown object: 'a>b'") as caught:
        replacements.explained(bridge, len, error, "a>b")
    assert caught.value is error
    told = "".join(getattr(error, "__notes__", error.args))
    assert "keras_serializable" in told
