"""The Keras packages of a process, as the registry sees them: modules with two dictionaries.

The packages here are small ones, see small_keras.py. `nox -s keras` tests the real ones.
"""

import importlib
import sys

import pytest
from distributions import install, lay
from small_keras import small_keras, small_keras_2

from keras_serializable import KeyOverrideWarning
from keras_serializable._keras.packages import Keras, is_own, present
from keras_serializable._registry.registry import Registry, lookup_of


def keras_tree(root, prefix=""):
    """Return a small Keras 3, or for the prefix ``_``, which its dictionaries have, a Keras 2."""
    return small_keras_2(root) if prefix else small_keras(root)


@pytest.mark.parametrize(
    ("module", "keras", "tf_keras"),
    [
        ("keras", True, True),
        ("keras.layers", True, True),
        ("tf_keras.layers", False, True),
        ("keras_hub.layers", False, False),
        ("builtins", True, True),
        (None, True, True),
        ("", False, False),
        ({}, False, False),
    ],
)
def test_own_modules(module, keras, tf_keras):
    """tf_keras writes `keras.layers` as Keras 3 does, and means its own layers."""
    assert is_own("keras", module) is keras
    assert is_own("tf_keras", module) is tf_keras


@pytest.fixture
def put(site):
    """Return a function that lays a Keras and imports it."""
    if list(present()):
        pytest.skip("a real Keras is imported")

    def put(root, prefix=""):
        lay(site, keras_tree(root, prefix))
        importlib.import_module(f"{root}.src.saving.object_registration")
        return next(each for each in present() if each.root == root)

    return put


def test_none(put):
    """Looking for a Keras imports nothing."""
    assert list(present()) == []


@pytest.mark.parametrize(
    ("root", "prefix"), [("keras", ""), ("keras", "_"), ("tf_keras", "_"), ("tf_keras", "")]
)
def test_each(put, root, prefix):
    """Keras 3, Keras 2.15 and tf_keras, with their spelling of the dictionaries."""
    keras = put(root, prefix)
    registration = importlib.import_module(f"{root}.src.saving.object_registration")
    assert keras.root == root
    assert keras.objects is getattr(registration, f"{prefix}GLOBAL_CUSTOM_OBJECTS")
    assert keras.names is getattr(registration, f"{prefix}GLOBAL_CUSTOM_NAMES")


def test_two_at_once(put):
    """A process may have two Kerases; they are seen in a fixed order."""
    put("tf_keras", "_")
    put("keras")
    assert [each.root for each in present()] == ["keras", "tf_keras"]


def test_one_that_is_loaded_again(put):
    """A Keras that is loaded again has other dictionaries, and they are seen."""
    first = put("keras")
    first.objects["acme>f"] = len
    registration = importlib.reload(sys.modules["keras.src.saving.object_registration"])
    (second,) = present()
    assert second.objects is registration.GLOBAL_CUSTOM_OBJECTS
    assert second.names is registration.GLOBAL_CUSTOM_NAMES
    assert second.objects == {}


def test_one_that_is_being_imported(site, put):
    """A Keras that is still being imported is not seen."""
    tree = keras_tree("keras")
    half = "from keras_serializable._keras.packages import present\nseen = list(present())\n"
    file = "src/saving/object_registration.py"
    tree["keras"][file] = half + tree["keras"][file]
    lay(site, tree)
    registration = importlib.import_module("keras.src.saving.object_registration")
    assert registration.seen == []
    assert len(list(present())) == 1


def test_the_last_look_is_kept(put):
    """The list of Kerases is kept until one is imported, reloaded or removed."""
    first = put("keras")
    registration = importlib.import_module("keras.src.saving.object_registration")
    assert list(present()) == [first]
    importlib.reload(registration)
    (reloaded,) = present()
    assert reloaded.objects is registration.GLOBAL_CUSTOM_OBJECTS is not first.objects
    put("tf_keras", "_")
    assert len(list(present())) == 2
    for name in list(sys.modules):  # as `keras.config.set_backend()` does
        if name.startswith("keras."):
            del sys.modules[name]
    assert [each.root for each in present()] == ["tf_keras"]
    again = importlib.import_module("keras.src.saving.object_registration")
    assert next(iter(present())).objects is again.GLOBAL_CUSTOM_OBJECTS


class TestAccepts:
    """Whether an object is made for another Keras."""

    @pytest.fixture
    def layers(self, site, put):
        """Return a layer class of each of two Keras packages."""
        put("keras")
        put("tf_keras", "_")
        return {
            root: importlib.import_module(f"{root}.layers").Layer for root in ("keras", "tf_keras")
        }

    def test_layers(self, layers):
        """A layer of one is none of the other, and nor is a class that derives from it."""
        three, two = present()
        for keras, root, other in ((three, "keras", "tf_keras"), (two, "tf_keras", "keras")):
            assert keras.accepts(layers[root])
            assert keras.accepts(type("Sub", (layers[root],), {}))
            assert not keras.accepts(layers[other])
            assert not keras.accepts(type("Sub", (layers[other],), {}))

    def test_both(self, layers):
        """A class of both is accepted by both."""
        both = type("Both", tuple(layers.values()), {})
        assert all(each.accepts(both) for each in present())

    def test_neither(self, layers):
        """A class that knows no Keras fits every Keras."""
        for keras in present():
            assert keras.accepts(print)
            assert keras.accepts(type("Plain", (), {}))
            assert keras.accepts(3)

    def test_instances(self, layers):
        """An instance is made for what its class is made for."""
        three, two = present()
        assert three.accepts(layers["keras"]())
        assert not two.accepts(layers["keras"]())

    def test_a_keras_that_was_imported_anew(self, layers):
        """A class of modules that were removed does not belong to the Keras that is there now."""
        old = layers["keras"]
        for name in [name for name in sys.modules if name.partition(".")[0] == "keras"]:
            del sys.modules[name]
        importlib.import_module("keras.src.saving.object_registration")
        three, two = present()
        assert not three.accepts(old)  # its module has not even been imported again
        new = importlib.import_module("keras.layers").Layer
        for keras, accepted in ((three, True), (two, False)):
            assert keras.accepts(new) is keras.accepts(type("Sub", (new,), {})) is accepted
            assert not keras.accepts(old)
            assert not keras.accepts(type("Sub", (old,), {}))
            assert not keras.accepts(old())

    def test_a_class_that_its_module_does_not_hold(self, layers):
        """A class local to a function of Keras is judged by its bases, or else by its name."""
        three, two = present()
        for bases in ((layers["keras"],), ()):
            local = type("Local", bases, {"__module__": "keras.layers"})
            assert three.accepts(local)
            assert not two.accepts(local)

    def test_names_that_only_begin_alike(self, layers):
        """A plugin called ``keras_something`` is no Keras."""
        plugin = type("Layer", (layers["keras"],), {"__module__": "tf_keras_extras.layers"})
        three, two = present()
        assert three.accepts(plugin)
        assert not two.accepts(plugin)


def test_register(put):
    """An object is registered as the Keras' own decorator does: the newest has the key."""
    keras = put("keras")
    keras.register("a>f", print)
    assert (keras.objects, keras.names) == ({"a>f": print}, {print: "a>f"})
    keras.register("a>f", len)
    keras.register("b>f", print)
    assert keras.objects == {"a>f": len, "b>f": print}
    assert keras.names == {print: "b>f", len: "a>f"}


class TestNeighbours:
    """A registry beside Keras packages."""

    @pytest.fixture
    def registry(self):
        """Return a registry that sees the Keras packages of the process."""
        return Registry(None, present)

    @staticmethod
    def configured(name="Configured"):
        """Return a class that can be registered."""
        return type(name, (), {"get_config": lambda self: {}})

    def test_what_a_keras_has(self, put, registry):
        """What a Keras' decorator registered is found, with its name."""
        keras = put("keras")
        keras.objects["a>f"], keras.names[print] = print, "a>f"
        assert registry.get_registered_object("a>f") is print
        assert registry.get_registered_name(print) == "a>f"
        assert lookup_of(registry).own_name(print) is None
        assert registry.get_custom_objects() == {}

    def test_keras_goes_first(self, put, registry):
        """A key that a Keras has means here what a model loaded by that Keras gets."""
        keras = put("keras")
        keras.objects["a>f"] = print
        registry.get_custom_objects()["a>f"] = len
        assert registry.get_registered_object("a>f") is print

    def test_the_newest_has_the_key(self, put, registry):
        """An object registered by Keras' decorator after ours has the key here too."""
        keras = put("keras")
        older, newer = self.configured(), self.configured()
        registry.register_keras_serializable("p")(older)
        keras.register("p>Configured", newer)
        assert registry.get_registered_object("p>Configured") is newer

    def test_an_object_of_another_keras(self, put, registry):
        """A Keras with an older object of the key does not hide one that is made for another."""
        three, two = put("keras"), put("tf_keras", "_")
        layer = type("L", (importlib.import_module("keras.layers").Layer,), {})
        two.objects["p>L"] = print
        with pytest.warns(KeyOverrideWarning):
            registry.register_keras_serializable("p")(layer)
        assert registry.get_registered_object("p>L") is three.objects["p>L"] is layer
        assert two.objects["p>L"] is print

    def test_keras_goes_before_what_the_caller_passes(self, put, registry):
        """An object that Keras has goes before one that the caller passes."""
        put("keras").objects["a>f"] = print
        assert registry.get_registered_object("a>f", {"a>f": len}) is print

    def test_what_is_registered_here_is_offered(self, put, registry):
        """Every Keras gets what our decorator registers, as far as it is made for it."""
        three, two = put("keras"), put("tf_keras", "_")
        plain = self.configured()
        registry.register_keras_serializable("p")(plain)
        layer = type("L", (importlib.import_module("keras.layers").Layer,), {})
        registry.register_keras_serializable("p")(layer)
        assert three.objects == {"p>Configured": plain, "p>L": layer}
        assert two.objects == {"p>Configured": plain}
        assert two.names == {plain: "p>Configured"}

    def test_a_key_that_is_taken_over(self, put, registry):
        """A newer object of the key replaces the older one in a Keras too."""
        keras = put("keras")
        older, newer = self.configured(), self.configured()
        registry.register_keras_serializable("p")(older)
        registry.register_keras_serializable("p")(newer)
        assert keras.objects == {"p>Configured": newer}

    def test_a_key_that_keras_registered(self, put, registry):
        """Our decorator takes over a key of Keras' decorator, and says so: all then agree."""
        keras = put("keras")
        keras.register("p>Configured", print)
        newer = self.configured()
        with pytest.warns(KeyOverrideWarning, match=r"no longer builtins\.print\. ") as warned:
            registry.register_keras_serializable("p")(newer)
        assert warned[0].filename == __file__
        assert keras.objects == {"p>Configured": newer}
        assert registry.get_registered_object("p>Configured") is newer

    def test_a_cell_run_again(self, put, registry):
        """A class that replaces one of its own module and name does so in silence."""
        keras = put("keras")
        older, newer = self.configured(), self.configured()
        keras.register("p>Configured", older)
        registry.register_keras_serializable("p")(newer)
        assert keras.objects == {"p>Configured": newer}


class TestSupply:
    """What a Keras is given for a key that it does not have."""

    @pytest.fixture
    def supplied(self, site, put, registry):
        """Return a function that supplies a key to a Keras, from an advertised layer."""
        code = (
            "from under_test import register_keras_serializable\n"
            "from keras.layers import Layer\n"
            "@register_keras_serializable('acme')\nclass Scale(Layer): pass\n"
            "def f(): pass\n"
        )
        keys = {"acme>Scale": "acme_m:Scale", "acme>f": "acme_m:f"}
        install(site, "acme", "1", keys, {"acme_m.py": code})
        self.three, self.two = put("keras"), put("tf_keras", "_")
        return lookup_of(registry).supply

    def test_discovered(self, supplied):
        """A key that is discovered means the object of its provider."""
        scale = supplied("acme>Scale", self.three)
        assert scale.__module__ == "acme_m"
        assert self.two.objects == {}

    def test_undecorated(self, supplied):
        """What no decorator has registered stays out of the Keras, where it would go first."""
        assert supplied("acme>f", self.three).__module__ == "acme_m"
        assert supplied("acme>f", self.three) is not None
        assert "acme>f" not in self.three.objects

    def test_made_for_another(self, supplied):
        """A Keras 3 layer is never handed to tf_keras."""
        assert supplied("acme>Scale", self.two) is None
        assert self.two.objects == {}

    def test_made_for_none(self, supplied):
        """A plain function is handed to every Keras."""
        assert supplied("acme>f", self.two) is supplied("acme>f", self.three) is not None

    def test_registered_here(self, supplied, registry):
        """What our decorator registered is supplied without discovery."""
        registry.get_custom_objects()["p>g"] = print
        assert supplied("p>g", self.two) is print

    @pytest.fixture
    def registered_by(self, site):
        """Return a function that installs a module which registers ``bolt>f`` by itself."""

        def registered_by(line):
            code = f"def f(): pass\n{line}\n"
            install(site, "bolt", "1", {"bolt>f": "bolt_m"}, {"bolt_m.py": code})

        return registered_by

    KERAS = (
        "import keras.src.saving.object_registration as k; k.GLOBAL_CUSTOM_OBJECTS['bolt>f'] = f"
    )
    OURS = "import under_test; under_test.register_keras_serializable('bolt')(f)"

    @pytest.mark.parametrize("line", [KERAS, OURS], ids=["Keras", "ours"])
    def test_registered_by_its_import(self, supplied, registered_by, line):
        """What the imported module registered is the object, by whichever decorator it did."""
        registered_by(line)
        found = supplied("bolt>f", self.three)
        assert found is importlib.import_module("bolt_m").f

    def test_looked_up_here(self, supplied, registered_by, resolver):
        """What the imported module registered by Keras' decorator is found by ours too."""
        registered_by(self.KERAS)
        registry = Registry(lambda: resolver, present)
        found = registry.get_registered_object("bolt>f")
        assert found is importlib.import_module("bolt_m").f

    def test_registered_here_for_another(self, supplied, registry):
        """What is registered here and made for another Keras is handed to no other one."""
        layer = type("L", (importlib.import_module("tf_keras.layers").Layer,), {})
        registry.register_keras_serializable("p")(layer)
        assert supplied("p>L", self.three) is None
        assert supplied("p>L", self.two) is layer
        assert self.three.objects == {}

    def test_registered_here_for_another_and_there_by_an_import(
        self, supplied, registered_by, registry
    ):
        """A registered object that does not fit is passed over, and the provider is asked."""
        layer = type("L", (importlib.import_module("tf_keras.layers").Layer,), {})
        registry.get_custom_objects()["bolt>f"] = layer
        registered_by(self.KERAS)
        assert supplied("bolt>f", self.three) is importlib.import_module("bolt_m").f

    def test_what_a_keras_has_already(self, supplied):
        """An object that appeared in the Keras meanwhile is what is returned."""
        self.three.objects["acme>f"] = print
        assert supplied("acme>f", self.three) is print

    def test_without_a_resolver(self, supplied):
        """A registry that asks nobody supplies what is registered in it, and nothing else."""
        registry = Registry()
        registry.get_custom_objects()["p>g"] = print
        assert lookup_of(registry).supply("p>g", self.three) is print
        assert lookup_of(registry).supply("acme>f", self.three) is None

    def test_nowhere(self, supplied):
        """What nobody knows is `None`, and registered nowhere."""
        assert supplied("bolt>Nothing", self.three) is None
        assert self.three.objects == {}


def test_a_module_that_is_no_keras(site, put):
    """A module of the name without the functions is passed over."""
    tree = keras_tree("keras")
    tree["keras"]["src/saving/object_registration.py"] = ""
    lay(site, tree)
    importlib.import_module("keras.src.saving.object_registration")
    assert list(present()) == []


def test_keras_value():
    """A Keras takes the dictionaries of its module in either spelling."""

    class Registration:
        def __init__(self):
            self._GLOBAL_CUSTOM_OBJECTS = {"a": 1}
            self._GLOBAL_CUSTOM_NAMES = {1: "a"}

    assert Keras("keras", Registration()).objects == {"a": 1}
