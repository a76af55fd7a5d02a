"""Tests for the tree of a config: paths, what it is walked for, and its limits."""

import pytest

from keras_serializable.serialization import ConfigLimitError, UnsafeConfigError
from keras_serializable.serialization.config_tree import ConfigTree

PART = {"class_name": "Part", "config": {}}


def tree_of(config):
    """Return the tree of a config."""
    tree = ConfigTree()
    tree.add(config)
    return tree


def test_paths():
    """Each container and each odd value has a path, and so has a field inside it."""
    odd = object()
    config = {"layers": [{"units": 1}, (odd,)]}
    tree = tree_of(config)
    assert tree.path(config) == "config"
    assert tree.path(config["layers"][0]) == "config.layers[0]"
    assert tree.path(odd) == "config.layers[1][0]"
    assert tree.path(config["layers"][0], "units", 2) == "config.layers[0].units[2]"


def test_a_part_that_is_added_later():
    """The path of a part that is added later has an ellipsis behind its origin."""
    config = {"layers": [{"units": 1}]}
    tree = tree_of(config)
    later = {"kernel": []}
    tree.add(later, config["layers"][0])
    assert tree.path(later["kernel"]) == "config.layers[0].….kernel"


def test_a_value_in_two_places():
    """The path of a value in two places is that of the upper level."""
    shared = [1]
    config = {"a": {"b": shared}, "c": shared}
    assert tree_of(config).path(shared) == "config.c"


def test_the_configs_of_objects():
    """The configs of objects are found in the whole config, and in a part of it."""
    config = {"a": [PART, {"class_name": "Box", "config": {"inner": dict(PART)}}], "b": {}}
    tree = tree_of(config)
    assert [each["class_name"] for each in tree.objects(config)] == ["Part", "Box", "Part"]
    assert [each["class_name"] for each in tree.objects(config["a"][1])] == ["Box", "Part"]


def test_a_lambda():
    """A lambda is refused wherever it is."""
    with pytest.raises(UnsafeConfigError) as caught:
        tree_of({"a": [{"class_name": "__lambda__", "config": {}}]})
    assert caught.value.path == "config.a[0]"


def test_a_part_that_contains_the_whole():
    """The error names both ends of the way."""
    config = {"a": {"b": []}}
    config["a"]["b"].append(config["a"])
    with pytest.raises(ConfigLimitError, match=r"it contains config\.a") as caught:
        tree_of(config)
    assert caught.value.path == "config.a.b"


def test_the_depth_of_shared_parts():
    """A part counts at its deepest place."""
    deep = []
    for _ in range(600):
        deep = [deep]
    outer = deep
    for _ in range(600):
        outer = [outer]
    with pytest.raises(ConfigLimitError, match="nested too deep"):
        tree_of([deep, outer])


def test_known_parts_are_not_walked_again():
    """A copy of a dictionary holds parts that are known: their paths stay."""
    config = {"parts": [[1], [2]]}
    tree = tree_of(config)
    copy = dict(config)
    tree.add(copy, config)
    assert tree.path(config["parts"][1]) == "config.parts[1]"
