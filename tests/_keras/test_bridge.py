"""Tests for the bridge: how it answers each lookup of a small Keras 3 and of a small Keras 2."""

import importlib
import sys

import pytest
from distributions import install, lay, module_text
from small_keras import KINDS, small_keras, small_keras_2

from keras_serializable import CustomObjectScope
from keras_serializable._keras.bridge import Bridge
from keras_serializable._keras.code_swap import MisfitError
from keras_serializable._keras.packages import present
from keras_serializable._keras_releases import INTERCEPTED, REGISTRATION
from keras_serializable.errors import ProviderImportError

PLUGIN = module_text("configured")
KEYS = {
    "acme>Scale": "acme_m:Scale",
    "acme>Dense": "acme_m:Dense",
    "acme>squish": "acme_m:squish",
    "acme>twice": "acme_m:twice",
    "bolt>twice": "acme_m:squish",
    "zeros": "acme_m:squish",
    "acme>broken": "acme_missing:broken",
    "MDN": "acme_m:Scale",
}


def config_of(name, config=None, **fields):
    """Return the config of an object of the plugin."""
    return {
        "module": "acme_m",
        "class_name": name,
        "config": {"factor": 3} if config is None else config,
        "registered_name": f"acme>{name}",
        **fields,
    }


@pytest.fixture(params=["keras", "tf_keras"], ids=["Keras 3", "Keras 2"])
def root(request, site):
    """Return the import name of a small Keras that is imported."""
    if list(present()):
        pytest.skip("a real Keras is imported")
    lay(site, small_keras() if request.param == "keras" else small_keras_2())
    install(site, "acme", "1", KEYS, {"acme_m.py": PLUGIN})
    importlib.import_module(request.param)
    return request.param


@pytest.fixture
def part(root):
    """Return a function that returns a module of the small Keras."""

    def part(name):
        return importlib.import_module(f"{root}.src.{name}")

    return part


@pytest.fixture
def bridge(root, registry):
    """Return a bridge that is attached to all modules of the small Keras."""
    bridge = Bridge(root, registry)
    for name in INTERCEPTED:
        module = sys.modules.get(f"{root}.{name}")
        if module is not None:
            bridge.attach(module)
    yield bridge
    bridge.detach()


class TestAttaching:
    def test_to_every_module(self, bridge, root):
        """Each module of the release with a function to intercept is attached."""
        legacy = "legacy.saving" if root == "keras" else "saving.legacy"
        names = [
            "saving.object_registration",
            "saving.serialization_lib",
            f"{legacy}.serialization",
        ]
        names += ["layers", *KINDS] + (["layers.serialization"] if root == "tf_keras" else [])
        assert sorted(bridge.modules) == sorted(f"{root}.src.{name}" for name in names)

    def test_detaching(self, bridge, part):
        """A detached Keras finds what it found before, however often it is detached."""
        bridge.detach()
        bridge.detach()
        assert part("losses").deserialize("acme>squish") == "acme>squish"
        assert part("saving.object_registration").get_registered_object("acme>squish") is None

    def test_a_module_that_does_not_fit(self, root, registry, part):
        """No function of a module that does not fit is intercepted."""
        module = part("saving.object_registration")
        code = module.get_registered_object.__code__
        del module.get_registered_name
        with pytest.raises(MisfitError, match="has no function get_registered_name"):
            Bridge(root, registry).attach(sys.modules[f"{root}.{REGISTRATION}"])
        assert module.get_registered_object.__code__ is code

    def test_a_layers_package_that_only_imports_the_function(self, root, registry, part):
        """Keras 2 defines the function of layers in another module, and it is intercepted once."""
        name = "layers" if root == "keras" else "layers.serialization"
        code = part("layers").deserialize.__code__
        assert part(name).deserialize.__code__ is code
        bridge = Bridge(root, registry)
        bridge.attach(part("saving.object_registration"))
        for each in ("layers", name):
            bridge.attach(part(each))
        assert part("layers").deserialize.__code__ is not code
        bridge.detach()
        assert part("layers").deserialize.__code__ is code

    def test_saving(self, root, registry, part):
        """What saves a file is intercepted if files are to be stamped, and not otherwise."""
        module = part("saving.saving_api")
        code = module.save_model.__code__
        for stamp in (None, lambda path: None):
            bridge = Bridge(root, registry, stamp)
            bridge.attach(module)
            assert (module.save_model.__code__ is code) == (stamp is None)
            bridge.detach()


class TestRegisteredObjects:
    def test_an_advertised_key(self, bridge, part, imported):
        """What Keras does not have is discovered, and only that provider is imported."""
        find = part("saving.object_registration").get_registered_object
        assert imported == []
        assert find("acme>squish").__name__ == "squish"
        assert imported == ["acme_m"]
        assert find("acme>unknown") is None
        assert find(None) is None

    def test_keras_goes_first(self, bridge, part, imported):
        """What Keras finds itself is not discovered."""
        find = part("saving.object_registration").get_registered_object
        assert find("acme>squish", {"acme>squish": 1}) == 1
        assert find("acme>squish", None, {"acme>squish": 2}) == 2
        assert imported == []

    def test_an_open_scope_of_ours(self, bridge, part):
        """An open scope of ours goes before what Keras has, as in Keras 2."""
        find = part("saving.object_registration").get_registered_object
        with CustomObjectScope({"acme>squish": 1}):
            assert find("acme>squish", {"acme>squish": 2}) == 1
            assert find("acme>other", {"acme>other": 3}) == 3
        assert find("acme>squish", {"acme>squish": 2}) == 2

    def test_a_miss_is_remembered(self, bridge, part):
        """The note on a later error of Keras is about what was missed, and not about the rest."""
        find = part("saving.object_registration").get_registered_object
        assert find("acme>missed") is None
        assert find("acme>twice") is not None
        for key, is_missed in (("acme>missed", True), ("acme>twice", False)):
            error = ValueError(f"Could not find {key}")
            bridge.explain(error)
            told = "".join([*getattr(error, "__notes__", ()), *error.args])
            assert ("keras_serializable: " in told) == is_missed

    def test_a_provider_that_fails(self, bridge, part):
        """The error of a provider that fails comes through."""
        with pytest.raises(ProviderImportError, match="acme_missing"):
            part("saving.object_registration").get_registered_object("acme>broken")

    def test_a_bare_name_of_keras_own(self, bridge, root, part, imported):
        """Keras' own object of the name is not looked for among the plugins."""
        if root == "keras":
            part("losses").ALL_OBJECTS_DICT["zeros"] = len
        assert part("saving.object_registration").get_registered_object("zeros") is None
        assert imported == []

    def test_what_is_made_for_another_keras(self, bridge, root, part, registry):
        """A class that is made for another Keras is not handed over."""
        other = "tf_keras" if root == "keras" else "keras"
        base = type("Layer", (), {"__module__": f"{other}.layers"})
        cls = type("Alien", (base,), {"get_config": lambda _: {}, "__module__": "acme_m"})
        registry.register_keras_serializable("acme")(cls)
        assert part("saving.object_registration").get_registered_object("acme>Alien") is None


def test_the_key_of_our_decorator(bridge, part, registry):
    """Keras writes the key that our decorator registered, and its own key goes before that."""
    registration = part("saving.object_registration")

    def halve(x):
        return x / 2

    assert registration.get_registered_name(halve) == "halve"
    registry.register_keras_serializable("acme")(halve)
    assert registration.get_registered_name(halve) == "acme>halve"
    present()[0].names[halve] = "own>halve"
    assert registration.get_registered_name(halve) == "own>halve"


class TestConfigs:
    def test_of_a_class(self, bridge, part):
        """Keras makes the plugin's object, with its arguments."""
        made = part("saving.serialization_lib").deserialize_keras_object(config_of("Scale"))
        assert (type(made).__name__, made.factor) == ("Scale", 3)

    def test_of_a_layer(self, bridge, part):
        """The function of layers makes the plugin's object, with its arguments."""
        made = part("layers").deserialize(config_of("Scale"))
        assert (type(made).__module__, made.factor) == ("acme_m", 3)

    def test_of_a_class_named_like_one_of_keras(self, bridge, part):
        """The key with its package decides, not the class name."""
        made = part("layers").deserialize(config_of("Dense"))
        assert (type(made).__module__, made.factor) == ("acme_m", 3)

    def test_of_a_kind_that_has_a_class_of_the_name(self, bridge, root, part):
        """Keras' own class of the name is taken only if the plugin's cannot be had."""
        own = type("Dense", (), {"__init__": lambda self, factor: None})
        objects = part("losses").ALL_OBJECTS_DICT if root == "keras" else vars(part("losses"))
        objects |= {"Dense": own, "broken": own}
        made = part("losses").deserialize(config_of("Dense"))
        assert (type(made).__module__, made.factor) == ("acme_m", 3)
        assert type(part("losses").deserialize(config_of("broken"))) is own

    def test_of_a_key_that_is_none(self, bridge, part):
        """A registered name of a wrong type is Keras' to judge."""
        config = config_of("Nothing", registered_name=3)
        assert part("losses").deserialize(config) == "Nothing"

    def test_of_a_class_found_by_its_place(self, bridge, part):
        """A file from before the class had a key names its module and class."""
        config = config_of("Scale", registered_name="Scale")
        assert type(part("layers").deserialize(config)).__module__ == "acme_m"

    def test_that_names_the_module_of_an_unknown_class(self, bridge, part):
        """The note on a bare name says what is known of the module that the file names."""
        config = config_of("Nothing", registered_name="Nothing")
        with pytest.raises(TypeError, match="Could not locate class 'Nothing'") as caught:
            part("saving.serialization_lib").deserialize_keras_object(config)
        told = "".join(getattr(caught.value, "__notes__", caught.value.args))
        assert "The module 'acme_m' is on the path" in told

    @pytest.mark.parametrize("module", [None, "__main__", "my_layers"])
    def test_of_a_script(self, bridge, part, imported, module):
        """A bare key is no key of a library if the file names a script or another module."""
        config = config_of("MDN", registered_name="MDN", module=module)
        with pytest.raises(TypeError, match="Could not locate class 'MDN'"):
            part("saving.serialization_lib").deserialize_keras_object(config)
        assert imported == []
        found = part("saving.object_registration").get_registered_object("MDN")
        assert found.__module__ == "acme_m"

    def test_of_the_running_script(self, bridge, part, imported, monkeypatch):
        """Where no module is stated, a class or function of the script itself is meant."""
        script = sys.modules["__main__"]
        find = part("saving.object_registration").get_registered_object
        for name in ("MDN", "squish"):
            own = type(name, (), {"__module__": "__main__"})
            monkeypatch.setattr(script, name, own, raising=False)
        assert find("MDN") is None
        assert bridge.supply_named({"class_name": "MDN", "config": {}}, None) == {}
        assert part("losses").deserialize("squish") == "squish"
        assert imported == []
        # The file names the library, or the script has imported its class.
        config = config_of("MDN", registered_name="MDN", module="acme_m")
        made = part("saving.serialization_lib").deserialize_keras_object(config)
        monkeypatch.setattr(script, "MDN", type(made))
        assert find("MDN") is type(made)

    def test_that_nobody_knows(self, bridge, part, imported):
        """Keras' own error comes through, with what is known of the key."""
        with pytest.raises(TypeError, match="Could not locate class 'Nothing'") as caught:
            part("saving.serialization_lib").deserialize_keras_object(config_of("Nothing"))
        told = "".join(getattr(caught.value, "__notes__", caught.value.args))
        assert "'acme>Nothing'" in told
        assert imported == []

    def test_of_a_provider_that_fails(self, bridge, part):
        """The error of a provider that fails comes through, with Keras' own as its context."""
        with pytest.raises(ProviderImportError) as caught:
            part("saving.serialization_lib").deserialize_keras_object(config_of("broken"))
        assert isinstance(caught.value.__context__, TypeError)


class TestFunctions:
    @pytest.mark.parametrize("kind", KINDS)
    def test_by_key(self, bridge, part, kind):
        """Every kind finds the function that a string names, where Keras hands the string back."""
        assert part(kind).deserialize("acme>squish").__name__ == "squish"
        assert part(kind).get("acme>squish").__name__ == "squish"

    def test_unknown(self, bridge, part):
        """Keras hands an unknown string back, and its error about the string gets a note."""
        assert part("losses").deserialize("acme>nothing") == "acme>nothing"
        with pytest.raises(ValueError, match="Could not interpret") as caught:
            part("losses").get("acme>nothing")
        told = "".join(getattr(caught.value, "__notes__", caught.value.args))
        assert "keras_serializable" in told

    def test_without_its_package(self, bridge, part):
        """A bare name is supplied if exactly one advertised key ends in it."""
        config = {"module": "builtins"}
        found = bridge.supply_retrieved("squish", "function", config, "function", None)
        assert [(key, obj.__name__) for key, obj in found.items()] == [("acme>squish", "squish")]
        assert bridge.supply_retrieved("twice", "function", config, "function", None) == {}
        assert part("losses").deserialize("twice") == "twice"

    def test_in_a_config(self, bridge, part):
        """A config of a function names it inside."""
        config = config_of("function", "acme>squish", module="builtins", registered_name="function")
        retrieve = part("saving.serialization_lib")._retrieve_class_or_fn
        found = retrieve("acme>squish", "function", "builtins", "function", config)
        assert found.__name__ == "squish"
        assert part("losses").deserialize(config).__name__ == "squish"
        assert bridge.supply_retrieved(None, "function", config, "function", None) == {}

    def test_of_keras_own(self, bridge, root, part):
        """A bare name of Keras' own function is not that of a plugin's key."""
        objects = part("losses").ALL_OBJECTS_DICT if root == "keras" else vars(part("losses"))
        objects["squish"] = len
        config = {"module": "builtins"}
        assert bridge.supply_retrieved("squish", "function", config, "function", None) == {}

    def test_of_the_callers(self, bridge, part, imported):
        """An object that the caller passes is taken, and nothing is discovered."""
        known = {"acme>squish": len}
        assert part("losses").deserialize("acme>squish", custom_objects=known) is len
        with CustomObjectScope(known):
            assert part("losses").deserialize("acme>squish") is len
        assert imported == []


class TestKeras2:
    @pytest.fixture
    def root(self, site):
        """Return the import name of a small Keras 2 that is imported."""
        if list(present()):
            pytest.skip("a real Keras is imported")
        lay(site, small_keras_2())
        install(site, "acme", "1", KEYS, {"acme_m.py": PLUGIN})
        importlib.import_module("tf_keras")
        return "tf_keras"

    def test_the_old_format(self, bridge, part):
        """The parameter for the old format reaches Keras, and keys are found in that format too."""
        config = {"class_name": "acme>Scale", "config": {"factor": 4}}
        assert part("layers").deserialize(config, use_legacy_format=True).factor == 4
        found = part("losses").deserialize("acme>squish", use_legacy_format=True)
        assert found.__name__ == "squish"
        with pytest.raises(ValueError, match="Unknown object: 'acme>nothing'"):
            part("losses").deserialize("acme>nothing", use_legacy_format=True)

    def test_its_own_objects_stay(self, bridge, part, imported):
        """An object of Keras' own is found, whatever a plugin advertises under its bare name."""
        assert part("losses").deserialize("zeros")(2) == [0, 0]
        config = {"class_name": "Dense", "config": {}, "module": "tf_keras.layers"}
        assert type(part("layers").deserialize(config)) is part("layers").Dense
        assert imported == []
