"""Written objects: the check of a round trip compares them with what is read."""

import pytest
from distributions import install

from keras_serializable.serialization import RoundTripError, check_round_trip

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


def factory(scale):
    def scaled(x):
        return scale * x

    return scaled


def test_a_function_that_a_plugin_replaces(site, registry):
    """The check of a round trip tells which other function a name was found to mean, and where."""
    install(
        site, "acme", "1.2", {"factory": "acme_f:factory"}, {"acme_f.py": "def factory(): pass"}
    )
    with pytest.raises(RoundTripError) as caught:
        check_round_trip({"a": [1, factory]}, registry)
    old = f"{factory.__module__}.factory"
    assert caught.value.differences == [("config.a[1]", old, "acme_f.factory")]
    _, line, remedy = str(caught.value).splitlines()
    assert line == f"  config.a[1] was {old} and is now acme_f.factory"
    assert remedy == "Register each function and class under a key of its own."


def test_a_class_that_another_replaces(own):
    """A round trip tells of a class whose key another class of its name has taken over."""

    def make(value):
        class Thing:
            def get_config(self):
                return {}

        return Thing

    first, second = make(1), make(2)
    own.registry.register_keras_serializable("shop")(first)
    own.registry.register_keras_serializable("shop")(second)
    check_round_trip(second(), own.registry)
    with pytest.raises(RoundTripError) as caught:
        check_round_trip([1, own.Part(first())], own.registry)
    (difference,) = caught.value.differences
    name = f"{first.__module__}.{first.__qualname__}"
    assert difference == ("config[1].config.size", name, f"another {name}")
