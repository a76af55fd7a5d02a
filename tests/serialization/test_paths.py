"""Paths: where in a config something is."""

import pytest
from serialization_objects import part_config

from keras_serializable.serialization import ConfigError, MalformedConfigError
from keras_serializable.serialization.paths import cut, step

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


def test_odd_keys_in_a_path(own):
    """A key that is no name stands in brackets, and a giant one is cut."""
    with pytest.raises(ConfigError) as caught:
        own.deserialize({"odd key": {3: {"k" * 10_000: [{1}]}}})
    assert caught.value.path.startswith("config['odd key'][3]")
    with pytest.raises(ConfigError) as caught:
        own.deserialize({"odd key " * 1000: [{1}]})
    assert len(caught.value.path) < 300


@pytest.mark.parametrize("wrong", [{1}, [{1}], part_config(registered_name=7)])
def test_the_path_of_a_value_in_two_places(own, wrong):
    """The path of a value in two places is the first one, also where the second is deeper."""
    below = {"a": {"b": [wrong]}}
    for config in ([wrong, wrong], {"x": [wrong, below]}, {"x": [wrong], "y": [below, below]}):
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize(config)
        start = "config[0]" if isinstance(config, list) else "config.x[0]"
        end = {list: "[0]", dict: ".registered_name"}.get(type(wrong), "")
        assert caught.value.path == start + end


@pytest.mark.parametrize(
    ("container", "key", "expected"),
    [
        ({}, "units", ".units"),
        ({}, "two words", "['two words']"),
        ({}, "", "['']"),
        ({}, 3, "[3]"),
        ([], 3, "[3]"),
        ((), 0, "[0]"),
    ],
)
def test_steps(container, key, expected):
    """A name follows a dot, and everything else stands in brackets."""
    assert step(container, key) == expected


def test_a_long_path_is_cut():
    """A path of many steps keeps its beginning and its end."""
    path = "config" + ".a" * 10_000
    assert cut("config.a") == "config.a"
    assert len(cut(path)) < 1000
    assert cut(path).startswith("config.a")
    assert cut(path).endswith(".a")
