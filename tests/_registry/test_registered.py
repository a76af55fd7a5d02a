"""Registered objects: taking a key over, neighbours, and what an import may not replace."""

import threading

import pytest

from keras_serializable import KeyOverrideWarning, Registry
from keras_serializable._registry.registered import (
    Receiver,
    RegisteredObjects,
    has_config,
    has_hash,
)
from keras_serializable._registry.registry import lookup_of


class Neighbour:
    """A registry beside ours, which takes everything but integers."""

    def __init__(self):
        self.objects = {}
        self.names = {}

    def accepts(self, obj):
        return not isinstance(obj, int)

    def register(self, key, obj):
        self.objects[key] = obj
        self.names[obj] = key


@pytest.fixture
def neighbour():
    """Return a neighbour."""
    return Neighbour()


@pytest.fixture
def registered(neighbour):
    """Return registered objects with that neighbour."""
    return RegisteredObjects(lambda: [neighbour])


def test_an_object_has_a_key(registered, neighbour):
    """What is registered is found by its key, has this key, and is offered to the neighbour."""
    registered.add("a>f", print)
    assert registered.find("a>f") is print
    assert registered.name_of(print) == "a>f"
    assert neighbour.objects == {"a>f": print}
    assert registered.name_of(len) is None


def test_what_a_neighbour_does_not_take(registered, neighbour):
    """An object that is made for another registry is registered here alone."""
    registered.add("a>n", 3)
    assert registered.find("a>n") == 3
    assert neighbour.objects == {}


def test_the_newer_object_of_a_neighbour(registered, neighbour):
    """What the neighbour has registered under a key since then is newer."""
    registered.add("a>f", print)
    neighbour.register("a>f", len)
    assert registered.find("a>f") is len
    assert registered.name_of(len) == "a>f"


def test_a_key_from_elsewhere(registered):
    """An object from another place takes the key over, with a warning that names both places."""
    registered.add("a>f", print)
    with pytest.warns(KeyOverrideWarning) as caught:
        registered.add("a>f", min)
    text = str(caught[0].message)
    assert text.startswith("'a>f' now means builtins.min, and no longer builtins.print. Rename")
    assert registered.find("a>f") is min


def test_an_import_replaces_nothing(registered, neighbour):
    """What an import registers under a new key stays; under a taken key it does not."""
    registered.add("a>f", print)
    neighbour.register("a>g", len)

    def load():
        registered.add("a>f", min)
        registered.objects["a>f"] = max
        neighbour.objects["a>g"] = max
        registered.add("a>h", sum)
        return "loaded"

    assert Receiver(registered).keeping(load) == "loaded"
    assert registered.find("a>h") is sum
    assert registered.objects["a>f"] is print
    assert neighbour.objects["a>g"] is len


@pytest.mark.thread_unsafe(reason="registers one key in one registry")
def test_what_another_thread_registers_during_an_import(registered, neighbour):
    """It stays: only what the import itself replaces is put back."""

    def of(value):
        def function():
            return value

        return function

    former, other, newer = of(1), of(2), of(3)
    registered.add("a>f", former)
    registered.add("a>g", former)

    def load():
        thread = threading.Thread(target=registered.add, args=("a>f", newer))
        thread.start()
        thread.join()
        neighbour.objects["a>g"] = other

    registered.keeping(load)
    assert registered.objects["a>f"] is neighbour.objects["a>f"] is newer
    assert registered.objects["a>g"] is neighbour.objects["a>g"] is former


def test_an_import_that_fails_replaces_nothing(registered):
    """What the program registered is back after an import that raises, also inside another."""
    registered.add("a>f", print)

    def load():
        registered.objects["a>f"] = max
        raise OSError

    def outer():
        with pytest.raises(OSError):  # noqa: PT011 -- it has no text
            registered.keeping(load)
        registered.add("a>f", min)

    registered.keeping(outer)
    assert registered.objects["a>f"] is print


def test_a_receiver_asks_its_neighbour_first(registered, neighbour):
    """When a neighbour looks a key up, its own object goes before ours."""
    registered.objects["a>f"] = print
    neighbour.objects["a>f"] = 3
    assert Receiver(registered, neighbour).registered("a>f") == 3
    assert Receiver(registered, Neighbour()).registered("a>f") == 3
    assert Receiver(registered, neighbour).registered("a>g") is None


def test_what_can_be_registered():
    """A class needs ``get_config()``, and an object needs a hash to be found again."""
    assert has_config(print)
    assert not has_config(object)
    assert has_hash(object())
    assert not has_hash([])


class Resolver:
    """A resolver that knows one function."""

    def __init__(self):
        self.asked = []

    def resolve(self, key, receiver, place=None):
        self.asked.append((key, place, receiver.registered("a>known")))
        return min if key == "a>f" else None

    def advertised_keys(self, name):
        return [f"a>{name}"]

    def explain(self, key, module=None):
        return f"no {key} of {module}"


def test_the_resolver_is_made_at_the_first_miss():
    """The resolver is not made while everything is registered, and is made once."""
    made = []
    registry = Registry(lambda: made.append(Resolver()) or made[-1])
    registry.register_keras_serializable("a", "known")(print)
    assert registry.get_registered_object("a>known") is print
    assert made == []
    assert registry.get_registered_object("a>f") is min
    assert registry.get_registered_object("a>g") is None
    assert len(made) == 1
    assert made[0].asked == [("a>f", None, print), ("a>g", None, print)]


def test_what_was_discovered_is_asked_last():
    """A discovered object without a decorator is found again, after what the caller passes."""
    resolver = Resolver()
    registry = Registry(lambda: resolver)
    assert registry.get_registered_object("a>f") is min
    assert registry.get_registered_object("a>f", {"a>f": max}) is max
    assert registry.get_registered_object("a>f") is min
    assert len(resolver.asked) == 1
    assert registry.get_custom_objects() == {}


def test_what_others_ask():
    """The advertised keys and the explanation are those of the resolver."""
    lookup = lookup_of(Registry(Resolver))
    assert lookup.advertised_keys("f") == ["a>f"]
    assert lookup.explain("a>g", "m") == "no a>g of m"


def test_own_name():
    """The own name of an object is the key that was registered here, not its ``__name__``."""
    registry = Registry()
    registry.register_keras_serializable("a", "f")(min)
    assert lookup_of(registry).own_name(min) == "a>f"
    assert lookup_of(registry).own_name(max) is None


def test_without_a_resolver():
    """A registry without one advertises nothing, and its explanation is escaped and cut."""
    lookup = lookup_of(Registry())
    assert lookup.advertised_keys("f") == []
    assert lookup.explain("a>\x1b") == "'a>\\x1b' is not registered"
    assert len(lookup.explain("k" * 1000)) < 250
