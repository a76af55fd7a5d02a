"""Names in configs: the key, what the caller has, the class name; no module is imported."""

import builtins
import sys
import time

import pytest
from distributions import install, module_text
from serialization_objects import SQUISH, part_config, shop, squish

from keras_serializable._registry.scope import CustomObjectScope
from keras_serializable.errors import ProviderImportError
from keras_serializable.serialization import UnknownObjectError

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


@pytest.fixture
def imports(monkeypatch):
    """Return the names of the modules that are imported during the test."""
    names = []
    original = builtins.__import__

    def spy(name, *arguments, **options):
        names.append(name)
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", spy)
    return names


class TestClasses:
    def test_the_callers_objects_reach_every_depth(self, own):
        """What the caller hands in is found inside other objects, and is forgotten afterwards."""

        class Loose:
            def get_config(self):
                return {}

            def __eq__(self, other):
                return isinstance(other, Loose)

            __hash__ = None

        config = own.serialize(own.Box([Loose()]))
        assert own.deserialize(config, {"Loose": Loose}) == own.Box([Loose()])
        with CustomObjectScope({"Loose": Loose}):
            assert own.deserialize(config) == own.Box([Loose()])
        with pytest.raises(UnknownObjectError):
            own.deserialize(config)

    def test_what_is_registered_goes_before_the_callers_objects(self, own):
        """The order is that of `get_registered_object`, at every depth."""
        config = own.serialize(own.Box([own.Part()]))
        made = own.deserialize(config, {"shop>Part": dict, "shop>Box": dict})
        assert made == own.Box([own.Part()])

    def test_the_registered_name_alone_decides(self, own):
        """Where a key resolves, ``module`` and ``class_name`` do not matter, as in Keras."""
        config = part_config(4, module="no.such.module", class_name="Whatever")
        assert own.deserialize(config) == own.Part(4)

    @pytest.mark.parametrize("fields", [{}, {"module": None}, {"config": None}])
    def test_the_class_name_serves_where_there_is_no_registered_name(self, own, fields):
        """Old JSON has the key as ``class_name``; a config that is `None` is empty."""
        config = {"class_name": "shop>Part", "config": {}, **fields}
        assert own.deserialize(config) == own.Part()

    def test_a_registered_name_of_null_is_no_name(self, own):
        """A registered name of null is that of Keras' own classes, unknown without their module."""
        with pytest.raises(UnknownObjectError, match="'shop>Part'") as caught:
            own.deserialize({"class_name": "shop>Part", "config": {}, "registered_name": None})
        assert caught.value.key == "shop>Part"

    def test_a_key_is_discovered(self, registry, site):
        """A config is read though nobody has imported the plugin that its key belongs to."""
        files = {"acme_layers.py": module_text("configured")}
        install(site, "acme", "1.2", {"acme>Scale": "acme_layers:Scale"}, files)
        own = shop(registry)
        config = {"class_name": "Scale", "config": {"factor": 2}, "registered_name": "acme>Scale"}
        scale = own.deserialize({"layers": [config]})["layers"][0]
        assert scale.factor == 2
        written = {"module": "acme_layers", **config, "registered_name": "Scale"}
        assert own.serialize(scale) == written  # no decorator has given it the key

    def test_a_provider_that_fails(self, registry, site):
        """A failing provider is an error for a config, not for a text that looks like its key."""
        install(site, "broken", "1.0", {"broken>Scale": "broken_layers:Scale"})
        own = shop(registry)
        assert own.deserialize(["broken>Scale"]) == ["broken>Scale"]
        with pytest.raises(ProviderImportError, match=r"broken 1\.0"):
            own.deserialize([{"class_name": "broken>Scale", "config": {}}])

    @pytest.mark.parametrize("field", ["class_name", "registered_name", "module"])
    def test_giant_names(self, own, field):
        """A name of megabytes is neither shown nor compared with what is known."""
        config = {"class_name": "Part", "config": {}, field: "acme>" * 1_000_000}
        start = time.thread_time()
        with pytest.raises(UnknownObjectError) as caught:
            own.deserialize({"a": config})
        assert time.thread_time() - start < 1
        assert len(str(caught.value)) < 2000
        with pytest.raises(UnknownObjectError) as caught:
            own.deserialize({**config, "class_name": "function", "config": "acme>" * 1_000_000})
        assert len(str(caught.value)) < 2000


class TestFunctions:
    def test_a_function_stored_by_its_key_alone(self, own):
        """Older files hold just the key, wherever a function may be."""
        assert own.deserialize(["shop>squish", "squish"]) == [squish, "squish"]

    def test_a_function_that_keras_stored_without_its_package(self, own):
        """Keras 3.6 and older left the package out; the only function of that name is meant."""
        config = {**SQUISH, "config": "squish"}
        assert own.deserialize(config) is squish
        own.registry.register_keras_serializable("other", "squish")(len)
        with pytest.raises(UnknownObjectError):
            own.deserialize(config)

    def test_a_function_stored_as_a_class(self, own):
        """Where a class is expected and the key is that of a function, it is returned."""
        config = {"class_name": "squish", "config": {}, "registered_name": "shop>squish"}
        assert own.deserialize(config) is squish

    @pytest.mark.parametrize("name", ["eval", "builtins.eval", "os.system", "__import__"])
    def test_built_in_functions_are_not_found(self, own, name):
        """Only what is registered is found, though the format calls every function built-in."""
        config = {"module": "builtins", "class_name": "function", "config": name}
        with pytest.raises(UnknownObjectError):
            own.deserialize(config)

    def test_text_is_never_read_as_code(self, own):
        """A long text that looks like a key is looked up once, and stays text."""
        text = "a>" * 100_000
        assert own.deserialize([text] * 1000) == [text] * 1000


@pytest.mark.parametrize("class_name", ["Popen", "function"])
def test_no_module_of_a_config_is_imported(own, imports, class_name):
    """A module that a config names is shown in the error, and never imported."""
    config = {"module": "antigravity", "class_name": class_name, "registered_name": "x>y"}
    config["config"] = "x>y" if class_name == "function" else {}
    with pytest.raises(UnknownObjectError, match="'antigravity', which is not imported"):
        own.deserialize(config)
    assert "antigravity" not in imports
    assert "antigravity" not in sys.modules
