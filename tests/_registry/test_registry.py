"""The registry: registering, looking up, naming."""

import functools
import subprocess
import sys
import warnings

import pytest
from conftest import SOURCE
from distributions import install

from keras_serializable import KeyOverrideWarning, Registry
from keras_serializable._registry.registry import lookup_of
from keras_serializable._registry.scope import CustomObjectScope


class Configured:
    """A class that can be registered."""

    def get_config(self):
        return {}


def make(name, module=__name__):
    """Return a new class of that name, as defined in `module`."""
    return type(name, (Configured,), {"__module__": module, "__qualname__": name})


def function():
    """Stand for any function."""


class TestRegister:
    """The decorator."""

    def test_the_reference_example(self):
        """Keras' own example holds."""
        registry = Registry()

        @registry.register_keras_serializable("my_package")
        class MyDense(Configured):
            pass

        assert registry.get_registered_object("my_package>MyDense") == MyDense
        assert registry.get_registered_name(MyDense) == "my_package>MyDense"

    def test_the_object_stays_itself(self):
        """The decorator returns what it is given."""
        assert Registry().register_keras_serializable()(Configured) is Configured
        assert Registry().register_keras_serializable()(function) is function

    @pytest.mark.parametrize(
        ("arguments", "key"),
        [
            ({}, "Custom>function"),
            ({"package": "p"}, "p>function"),
            ({"name": "n"}, "Custom>n"),
            ({"package": "p", "name": "n"}, "p>n"),
            ({"package": "", "name": ""}, ">"),
        ],
    )
    def test_keys(self, arguments, key):
        """The package is ``Custom`` and the name the object's own, unless said otherwise."""
        registry = Registry()
        registry.register_keras_serializable(**arguments)(function)
        assert registry.get_custom_objects() == {key: function}
        assert registry.get_registered_name(function) == key

    def test_positions(self):
        """Package and name may be given by position."""
        registry = Registry()
        registry.register_keras_serializable("p", "n")(function)
        assert registry.get_registered_object("p>n") is function

    def test_without_get_config(self):
        """A class without ``get_config()`` is refused in Keras' words; nothing is registered."""
        registry = Registry()
        with pytest.raises(ValueError) as caught:  # noqa: PT011 -- the whole text is compared

            @registry.register_keras_serializable()
            class Plain:
                pass

        expected = "Cannot register a class that does not have a get_config() method: add one to "
        assert str(caught.value).startswith(expected)
        assert str(caught.value).endswith(".Plain.")
        assert registry.get_custom_objects() == {}

    @pytest.mark.parametrize(
        "thing", [Configured, function, None, 3], ids=["class", "function", "None", "3"]
    )
    def test_without_parentheses(self, thing):
        """The decorator without parentheses is refused, and the error shows the right spelling."""
        with pytest.raises(TypeError) as caught:
            Registry().register_keras_serializable(thing)
        assert str(caught.value) == (
            f"register_keras_serializable takes a package name, not {thing!r}. Write "
            '@register_keras_serializable("package"), or @register_keras_serializable() for the '
            "package 'Custom'."
        )

    @pytest.mark.parametrize("thing", [3, None, "text", {}, []], ids=repr)
    @pytest.mark.parametrize("name", [None, "n"])
    def test_what_cannot_be_registered(self, thing, name):
        """The error says what can be registered, and nothing is registered."""
        registry = Registry()
        with pytest.raises(TypeError) as caught:
            registry.register_keras_serializable("p", name)(thing)
        assert str(caught.value) == (
            f"only classes and functions can be registered, not {thing!r}. Put the decorator above "
            "a class or a function."
        )
        assert registry.get_custom_objects() == {}

    def test_without_a_name(self):
        """What has no name of its own needs one in the decorator."""
        registry = Registry()
        double = functools.partial(pow, 2)
        with pytest.raises(
            TypeError, match=r'Write register_keras_serializable\("package", "name"'
        ):
            registry.register_keras_serializable("p")(double)
        registry.register_keras_serializable("p", "n")(double)
        assert registry.get_custom_objects() == {"p>n": double}

    def test_without_a_hash(self):
        """What has no hash cannot be found again; nothing is registered."""

        class Call:
            __hash__ = None
            __name__ = "call"

            def __call__(self):
                pass

        registry = Registry()
        with pytest.raises(TypeError, match=r"has no hash.*\. Register its class instead\.$"):
            registry.register_keras_serializable("p")(Call())
        assert registry.get_custom_objects() == {}

    @pytest.mark.parametrize("name", [3, b"n", Configured], ids=repr)
    def test_a_name_that_is_no_string(self, name):
        """A name that is no string is refused before anything is decorated."""
        words = r'^the name of a key is a string, not .*\. Write .*\("package", "name"\)\.$'
        with pytest.raises(TypeError, match=words):
            Registry().register_keras_serializable("p", name)

    @pytest.mark.parametrize(
        ("package", "name", "right"),
        [
            ("ac>me", "A", '"ac" as the package and "me>A" as the name'),
            ("ac>me", None, '"ac" as the package and "me>Name" as the name'),
            (">", "A", '"" as the package and ">A" as the name'),
        ],
    )
    def test_a_package_that_ends_too_early(self, package, name, right):
        """A package with '>' in it is refused, and the error says how to write that key."""
        with pytest.raises(ValueError, match="which ends the package of a key: ") as caught:
            Registry().register_keras_serializable(package, name)
        assert str(caught.value).endswith(f"write {right}")

    def test_a_key_with_more_than_one_part(self):
        """The key that such a package would make can still be registered."""
        registry = Registry()
        registry.register_keras_serializable("ac", "me>A")(function)
        assert registry.get_custom_objects() == {"ac>me>A": function}

    @pytest.mark.parametrize("text", ["a\nb", "\x1b[2J", "\0", "\udcff", "\u202e"], ids=ascii)
    def test_characters_that_cannot_be_printed(self, text):
        """Package and name may not have characters that cannot be printed."""
        for arguments in ((text,), ("p", text)):
            with pytest.raises(
                ValueError, match="has a character that cannot be printed"
            ) as caught:
                Registry().register_keras_serializable(*arguments)
            assert str(caught.value).isprintable()

    def test_an_override_by_a_hostile_name(self):
        """No control character of a module's or function's name reaches the warning."""
        registry = Registry()
        register = registry.register_keras_serializable("p", "n")
        register(function)
        other = make("Other")
        other.__module__ = "\x1b[2J"
        other.__qualname__ = "Other" * 1000
        with pytest.warns(KeyOverrideWarning) as caught:
            register(other)
        text = str(caught[0].message)
        assert "now means \\x1b[2J.OtherOther" in text
        assert text.isprintable()
        assert len(text) < 500

    def test_two_keys_for_one_object(self):
        """An object with two keys is found by both; the last one is its name."""
        registry = Registry()
        registry.register_keras_serializable("old")(function)
        registry.register_keras_serializable("new")(function)
        assert registry.get_registered_object("old>function") is function
        assert registry.get_registered_object("new>function") is function
        assert registry.get_registered_name(function) == "new>function"

    def test_subclass(self):
        """A subclass is not registered with its base."""
        registry = Registry()
        registry.register_keras_serializable("p")(Configured)
        assert registry.get_registered_name(make("Sub")) == "Sub"


class TestAgain:
    """A key is registered again."""

    def test_same_object(self):
        """Registering an object again under its key warns of nothing."""
        registry = Registry()
        for _ in range(2):
            registry.register_keras_serializable("p")(Configured)
        assert registry.get_registered_object("p>Configured") is Configured

    def test_same_origin(self):
        """A notebook cell run again, or a reload, takes the key over silently."""
        registry = Registry()
        registry.register_keras_serializable("p")(make("A"))
        newer = make("A")
        registry.register_keras_serializable("p")(newer)
        assert registry.get_registered_object("p>A") is newer
        assert registry.get_registered_name(newer) == "p>A"

    @pytest.mark.parametrize(
        ("newer", "origin"),
        [(make("A", "elsewhere"), "elsewhere.A"), (make("B"), f"{__name__}.B")],
        ids=["other module", "other name"],
    )
    def test_from_elsewhere(self, newer, origin):
        """An object from elsewhere takes the key over, with a warning that names both."""
        registry = Registry()
        registry.register_keras_serializable("p", "A")(make("A"))
        with pytest.warns(KeyOverrideWarning) as caught:
            registry.register_keras_serializable("p", "A")(newer)
        (warning,) = caught
        assert str(warning.message).startswith(
            f"'p>A' now means {origin}, and no longer {__name__}.A. Rename one of the two, or "
        )
        assert registry.get_registered_object("p>A") is newer

    def test_the_warning_points_at_the_decorated_object(self):
        """The warning's place is the line that registers."""
        registry = Registry()
        registry.register_keras_serializable("p", "A")(make("A", "elsewhere"))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            register = registry.register_keras_serializable("p", "A")
            register(make("B"))
            line = sys._getframe().f_lineno - 1
        assert [(each.filename, each.lineno) for each in caught] == [(__file__, line)]

    def test_it_is_a_user_warning(self):
        """The warning is a UserWarning, and can be silenced as one."""
        assert issubclass(KeyOverrideWarning, UserWarning)

    def test_a_warning_that_is_an_error(self):
        """Where warnings are errors nothing has changed."""
        registry = Registry()
        older = make("A")
        registry.register_keras_serializable("p")(older)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(KeyOverrideWarning):
                registry.register_keras_serializable("p")(make("A", "elsewhere"))
        assert registry.get_registered_object("p>A") is older

    def test_what_was_discovered(self, site, registry):
        """A key that was discovered can be taken over by a program's own object, with a warning."""
        install(site, "acme", "1", {"p>f": "acme_m:f"}, {"acme_m.py": "def f(): pass"})
        registry.get_registered_object("p>f")
        with pytest.warns(KeyOverrideWarning, match=r"no longer acme_m\.f\. "):
            registry.register_keras_serializable("p", "f")(function)
        assert registry.get_registered_object("p>f") is function


class TestLookup:
    """The order in which a lookup asks."""

    def test_order(self, site, registry):
        """Scope, registered, `custom_objects`, `module_objects`, discovery, `None`."""
        install(site, "acme", "1", {"k>k": "acme_m:discovered"})
        (site / "acme_m.py").write_text("def discovered(): pass")
        arguments = ("k>k", {"k>k": "custom"}, {"k>k": "module"})
        with CustomObjectScope({"k>k": "scope"}):
            registry.get_custom_objects()["k>k"] = "registered"
            assert registry.get_registered_object(*arguments) == "scope"
        assert registry.get_registered_object(*arguments) == "registered"
        del registry.get_custom_objects()["k>k"]
        assert registry.get_registered_object(*arguments) == "custom"
        assert registry.get_registered_object("k>k", {}, arguments[2]) == "module"
        assert registry.get_registered_object("k>k", None, {}).__name__ == "discovered"
        assert registry.get_registered_object("k>l") is None

    def test_what_has_another_name_is_passed_over(self):
        """Scope, `custom_objects` and `module_objects` with other names in them answer nothing."""
        registry = Registry()
        other = {"b": 1}
        with CustomObjectScope(other):
            assert registry.get_registered_object("a", other, other) is None
            assert registry.get_registered_object("a", other, {"a": 2}) == 2
            registry.get_custom_objects()["a"] = 3
            assert registry.get_registered_object("a", other, other) == 3

    def test_keywords(self):
        """The parameters have Keras' names."""
        registry = Registry()
        found = registry.get_registered_object(name="a", custom_objects={"a": 1}, module_objects={})
        assert found == 1
        assert registry.get_registered_object(name="a", module_objects={"a": 2}) == 2

    def test_what_a_caller_passes_is_not_kept(self):
        """Objects of one call are unknown to the next."""
        registry = Registry()
        registry.get_registered_object("a", {"a": 1})
        assert registry.get_registered_object("a") is None
        assert registry.get_custom_objects() == {}

    @pytest.mark.parametrize("name", [None, "", 3, ("a",), "no>such"], ids=repr)
    def test_miss(self, registry, name):
        """What nobody knows is `None`, and never an exception."""
        assert registry.get_registered_object(name) is None

    def test_four_methods(self):
        """A registry shows Keras' four functions, and nothing of what Keras and configs ask it."""
        assert [name for name in dir(Registry) if not name.startswith("_")] == [
            "get_custom_objects",
            "get_registered_name",
            "get_registered_object",
            "register_keras_serializable",
        ]

    def test_without_a_resolver(self):
        """A registry without one knows what is registered and nothing else."""
        registry = Registry()
        assert registry.get_registered_object("a>b") is None
        assert registry.get_registered_name(function) == "function"
        assert lookup_of(registry).advertised_keys("b") == []
        assert lookup_of(registry).explain("a>b") == "'a>b' is not registered"

    def test_registries_are_separate(self):
        """Registries know nothing of each other."""
        one, two = Registry(), Registry()
        one.register_keras_serializable("p")(function)
        assert two.get_registered_object("p>function") is None
        assert two.get_registered_name(function) == "function"

    def test_the_resolver_is_made_at_the_first_miss(self):
        """The resolver is not made for a lookup that is answered without it."""
        asked = []

        def resolver():
            asked.append(1)
            raise LookupError("asked")

        registry = Registry(resolver)
        registry.get_custom_objects()["a"] = 1
        assert registry.get_registered_object("a") == 1
        assert asked == []
        with pytest.raises(LookupError, match="asked"):
            registry.get_registered_object("b")

    def test_the_resolver_is_made_once(self, site, resolver):
        """Every miss asks one resolver."""
        made = []

        def make():
            made.append(resolver)
            return made[0]

        registry = Registry(make)
        for key in ("a>b", "a>b", "a>c"):
            assert registry.get_registered_object(key) is None
        assert len(made) == 1


class TestCustomObjects:
    """The dictionary of registered objects."""

    def test_it_is_the_dictionary_itself(self):
        """What is put into it is registered; what is removed is not."""
        registry = Registry()
        registry.get_custom_objects()["a"] = function
        assert registry.get_registered_object("a") is function
        registry.get_custom_objects().clear()
        assert registry.get_registered_object("a") is None

    def test_scopes_do_not_appear(self):
        """A scope is no registration."""
        registry = Registry()
        with CustomObjectScope({"a": function}):
            assert registry.get_custom_objects() == {}

    def test_what_was_discovered(self, site, registry):
        """What no decorator registered does not appear, and stays behind the caller's objects."""
        install(site, "acme", "1", {"p>f": "acme_m:f"}, {"acme_m.py": "def f(): pass"})
        found = registry.get_registered_object("p>f")
        assert found.__module__ == "acme_m"
        assert registry.get_custom_objects() == {}
        assert registry.get_registered_object("p>f", {"p>f": print}) is print
        assert registry.get_registered_object("p>f", None, {"p>f": len}) is len
        assert registry.get_registered_object("p>f") is found


def test_no_keras_is_needed(tmp_path):
    """The reference page's example holds in a process that has no Keras and cannot get any."""
    code = """
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        assert name.partition(".")[0] not in ("keras", "tf_keras", "tensorflow"), name
sys.meta_path.insert(0, Nothing())
import keras_serializable
from keras_serializable.saving import get_registered_name, get_registered_object
from keras_serializable.utils import register_keras_serializable

@register_keras_serializable('my_package')
class MyDense:
    def get_config(self):
        return {}

assert get_registered_object('my_package>MyDense') == MyDense
assert get_registered_name(MyDense) == 'my_package>MyDense'
assert keras_serializable.get_registered_object('my_package>Other') is None
print("done")
"""
    command = [sys.executable, "-W", "error", "-c", code]
    environment = {"PYTHONPATH": SOURCE}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("done\n", "")
