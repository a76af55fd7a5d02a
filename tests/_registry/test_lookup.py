"""The lookup of a registry: what it asks on a miss, and what others ask it."""

from keras_serializable import Registry
from keras_serializable._registry.registry import lookup_of


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
