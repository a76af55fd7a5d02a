"""Serialization: Keras 3's config format, both ways, without Keras."""

import collections
import enum
import functools
import json
import threading

import numpy as np
import pytest
from distributions import install
from serialization_objects import part_config, shop, squish

import keras_serializable
from keras_serializable._registry.scope import CustomObjectScope
from keras_serializable.errors import ProviderImportError
from keras_serializable.serialization import (
    MalformedConfigError,
    NotSerializableError,
    ObjectSharingScope,
    RestorationError,
    UnknownObjectError,
    UnsafeConfigError,
)

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")

SQUISH = {
    "module": "builtins",
    "class_name": "function",
    "config": "shop>squish",
    "registered_name": "function",
}


@pytest.fixture
def own():
    """Return a registry of the test's own, with its functions and classes."""
    return shop()


class Colour(str, enum.Enum):
    RED = "red"


Pair = collections.namedtuple("Pair", "left right")  # noqa: PYI024 -- a class is not needed


class TestPlainValues:
    @pytest.mark.parametrize(
        "value", [None, True, False, 0, -1, 2**80, 0.5, float("inf"), "", "text", "a>b", [], {}]
    )
    def test_stay_what_they_are(self, own, value):
        """A plain value is its own config, and comes back as it was."""
        assert own.serialize(value) == value
        assert type(own.serialize(value)) is type(value)
        assert own.deserialize(value) == value

    def test_tuples_stay_and_come_back_as_lists(self, own):
        """Keras keeps a tuple in the config, where JSON has none, and reads it as a list."""
        assert own.serialize((1, (2, [3]))) == (1, (2, [3]))
        assert own.deserialize((1, (2, [3]))) == [1, [2, [3]]]

    def test_subclasses_of_plain_types(self, own):
        """A named tuple becomes a tuple, a dictionary of any kind a dict, a string stays."""
        config = own.serialize([Pair(1, 2), collections.OrderedDict(a=1), Colour.RED])
        assert config == [(1, 2), {"a": 1}, "red"]
        assert [type(each) for each in config] == [tuple, dict, Colour]
        assert own.deserialize([Pair(1, 2), collections.OrderedDict(a=1), Colour.RED]) == [
            [1, 2],
            {"a": 1},
            "red",
        ]

    def test_keys_of_dictionaries_stay(self, own):
        """The key of a dictionary is no config; Keras leaves it alone."""
        assert own.serialize({1: {(2, 3): 4}}) == {1: {(2, 3): 4}}
        assert own.deserialize({1: {(2, 3): 4}}) == {1: {(2, 3): 4}}

    def test_bytes(self, own):
        """Bytes are stored as UTF-8 text."""
        config = {"class_name": "__bytes__", "config": {"value": "grün"}}
        assert own.serialize("grün".encode()) == config
        assert own.deserialize(config) == "grün".encode()

    def test_bytes_that_are_no_text(self, own):
        """Keras' format has no place for other bytes; the error tells what to do instead."""
        with pytest.raises(NotSerializableError, match=r"config\.key: .* base64") as caught:
            own.serialize({"key": b"\xff"})
        assert caught.value.path == "config.key"

    def test_slices(self, own):
        """The parts of a slice are configs themselves."""
        config = own.serialize(slice(None, 20, own.Part(3)))
        parts = {"start": None, "stop": 20, "step": own.serialize(own.Part(3))}
        assert config == {"class_name": "__slice__", "config": parts}
        assert own.deserialize(config) == slice(None, 20, own.Part(3))

    def test_ellipsis(self, own):
        """The ellipsis has a config of its own."""
        config = {"class_name": "__ellipsis__", "config": {}}
        assert own.serialize(...) == config
        assert own.deserialize(config) is ...
        assert own.deserialize({"class_name": "__ellipsis__", "config": None}) is ...


class TestNumPy:
    @pytest.mark.parametrize(
        "dtype", ["bool", "uint8", "int64", "float16", "float32", "float64", "complex64"]
    )
    def test_arrays(self, own, dtype):
        """An array is stored as lists and the name of its dtype."""
        array = np.array([[0, 1], [1, 0]], dtype=dtype)
        config = own.serialize(array)
        assert config == {
            "class_name": "__numpy__",
            "config": {"value": array.tolist(), "dtype": dtype},
        }
        restored = own.deserialize(config)
        assert restored.dtype == array.dtype
        assert (restored == array).all()

    def test_scalars_are_plain(self, own):
        """A scalar, and an array without axes, is stored as the number that it is."""
        values = [np.float32(0.5), np.int8(3), np.bool_(True), np.array(7)]  # noqa: FBT003
        assert own.serialize(values) == [0.5, 3, True, 7]
        assert [type(each) for each in own.serialize(values)] == [float, int, bool, int]

    @pytest.mark.parametrize(
        "value", ["array(['a'])", "datetime64('2020-01-01')", "add", "complex64(1)"]
    )
    def test_what_the_format_has_no_place_for(self, own, value):
        """Text, dates, functions and complex scalars of NumPy are refused, with a way out."""
        with pytest.raises(NotSerializableError, match="in get_config"):
            own.serialize(eval(value, vars(np).copy()))  # noqa: S307

    @pytest.mark.parametrize(
        ("config", "path"),
        [
            ({"value": [1], "dtype": "V1000000000"}, "dtype"),
            ({"value": [1], "dtype": "object"}, "dtype"),
            ({"value": [1], "dtype": "string"}, "dtype"),
            ({"value": [1], "dtype": ["int8"]}, "dtype"),
            ({"value": [1]}, "dtype"),
            ({"dtype": "int8"}, "value"),
            ({"value": 1, "dtype": "int8"}, "value"),
            ({"value": [[1], [2, 3]], "dtype": "int8"}, "value"),
            ({"value": [300], "dtype": "int8"}, "value"),
            ({"value": ["x"], "dtype": "float32"}, "value"),
            ({"value": [{}], "dtype": "float32"}, "value"),
        ],
    )
    def test_no_array(self, own, config, path):
        """What is no array of numbers is refused before NumPy asks for gigabytes."""
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize([{"class_name": "__numpy__", "config": config}])
        assert caught.value.path == f"config[0].config.{path}"

    def test_a_dtype_of_another_library(self, own):
        """The short floats come from ml_dtypes; without it the error says so."""
        config = {"class_name": "__numpy__", "config": {"value": [1.5], "dtype": "bfloat16"}}
        try:
            import ml_dtypes  # noqa: F401
        except ImportError:
            with pytest.raises(MalformedConfigError, match="Install ml_dtypes"):
                own.deserialize(config)
        else:
            assert own.deserialize(config).tolist() == [1.5]

    def test_is_not_imported_needlessly(self, fresh):
        """Who serializes no array does not pay for NumPy, nor for anything of Keras."""
        code = """
import sys, keras_serializable
config = keras_serializable.serialize_keras_object([1, slice(2), ...])
keras_serializable.deserialize_keras_object(config)
print({"numpy", "keras", "importlib_metadata"} & set(sys.modules))
"""
        assert fresh(code) == "set()\n"


class TestObjects:
    def test_the_config_is_that_of_keras(self, own):
        """A registered class is named by its key; ``get_config()`` tells the rest."""
        config = own.serialize(own.Part(3, own.Part()))
        assert config == part_config(3, part_config())
        assert list(config) == ["module", "class_name", "config", "registered_name"]

    def test_a_class_of_the_main_module(self, own):
        """Where a class is of ``__main__``, no module is named, as in Keras."""
        own.Part.__module__ = "__main__"
        assert own.serialize(own.Part())["module"] is None

    def test_objects_come_back(self, own):
        """Objects inside objects, lists and dictionaries come back equal, through JSON too."""
        obj = {"box": [own.Box([own.Part(2), {"a": own.Part(inner=own.Box())}], lid=own.Part(0.5))]}
        assert own.deserialize(own.serialize(obj)) == obj
        assert own.deserialize(json.loads(json.dumps(own.serialize(obj)))) == obj

    def test_a_class_without_from_config(self, own):
        """A class without `from_config` is called with its config, with the objects in it made."""
        made = own.deserialize(
            part_config(inner=[part_config(2), {"class_name": "__ellipsis__", "config": {}}])
        )
        assert made.inner == [own.Part(2), ...]

    def test_an_unregistered_class(self, own):
        """Its bare name stands for it, and the caller's objects give it back."""

        class Loose:
            def get_config(self):
                return {}

        config = own.serialize(Loose())
        assert (config["class_name"], config["registered_name"]) == ("Loose", "Loose")
        assert isinstance(own.deserialize(config, {"Loose": Loose}), Loose)
        with pytest.raises(UnknownObjectError, match="Could not locate class 'Loose'"):
            own.deserialize(config)

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

    def test_a_dictionary_with_one_of_the_two_fields_is_plain(self, own):
        """Only ``class_name`` and ``config`` together make a config of an object."""
        for plain in ({"class_name": "Part"}, {"config": {"size": 1}}):
            assert own.deserialize(plain) == plain

    def test_the_callers_config_is_not_changed(self, own):
        """A ``from_config`` that takes its config apart gets a copy."""
        config = own.serialize(own.Box([own.Part()]))
        before = json.dumps(config)
        own.deserialize(config)
        assert json.dumps(config) == before

    def test_a_key_is_discovered(self, registry, site):
        """A config is read though nobody has imported the plugin that its key belongs to."""
        module = (
            "class Scale:\n"
            "    def __init__(self, by): self.by = by\n"
            "    def get_config(self): return {'by': self.by}\n"
        )
        install(
            site, "acme", "1.2", {"acme>Scale": "acme_layers:Scale"}, {"acme_layers.py": module}
        )
        own = shop(registry)
        config = {"class_name": "Scale", "config": {"by": 2}, "registered_name": "acme>Scale"}
        scale = own.deserialize({"layers": [config]})["layers"][0]
        assert scale.by == 2
        written = {"module": "acme_layers", **config, "registered_name": "Scale"}
        assert own.serialize(scale) == written  # no decorator has given it the key

    def test_a_provider_that_fails(self, registry, site):
        """A failing provider spoils a config with its key, not a text that looks like the key."""
        install(site, "broken", "1.0", {"broken>Scale": "broken_layers:Scale"})
        own = shop(registry)
        assert own.deserialize(["broken>Scale"]) == ["broken>Scale"]
        with pytest.raises(ProviderImportError, match=r"broken 1\.0"):
            own.deserialize([{"class_name": "broken>Scale", "config": {}}])


class TestState:
    def test_building_and_compiling(self, own):
        """The configs of building and compiling are stored beside the arguments, and serialized."""
        obj = own.Stateful()
        obj.built = obj.compiled = True
        obj.shape, obj.loss = [2, 3], own.Part(5)
        config = own.serialize(obj)
        assert config["build_config"] == {"shape": [2, 3]}
        assert config["compile_config"] == {"loss": part_config(5)}
        assert own.deserialize(config) == obj

    def test_neither(self, own):
        """Without a state there is nothing to store."""
        config = own.serialize(own.Stateful())
        assert "build_config" not in config
        assert "compile_config" not in config
        assert own.deserialize(config) == own.Stateful()

    @pytest.mark.parametrize("field", ["build_config", "compile_config"])
    def test_a_state_that_nobody_takes(self, own, field):
        """A class that cannot take it is told from one that can."""
        with pytest.raises(MalformedConfigError, match=f"{field}.*_from_config") as caught:
            own.deserialize([part_config(**{field: {"shape": 1}})])
        assert caught.value.path == f"config[0].{field}"

    @pytest.mark.parametrize("state", [[1], "text", 7])
    def test_a_state_that_is_no_dictionary(self, own, state):
        """A state that is no dictionary is refused before the object sees it."""
        config = {**own.serialize(own.Stateful()), "build_config": state}
        with pytest.raises(MalformedConfigError, match="expected a dict"):
            own.deserialize(config)

    def test_a_state_that_does_not_fit(self, own):
        """The error of the object's own method is the cause."""
        config = {**own.serialize(own.Stateful()), "build_config": {"form": 1}}
        with pytest.raises(RestorationError, match="KeyError") as caught:
            own.deserialize(config)
        assert isinstance(caught.value.__cause__, KeyError)

    def test_a_getter_that_returns_no_dictionary(self, own):
        """The class is at fault, and named."""
        own.Stateful.get_build_config = lambda self: [1]
        with pytest.raises(NotSerializableError, match=r"get_build_config\(\) of .*Stateful"):
            own.serialize(own.Stateful())


class TestFunctions:
    def test_a_registered_function(self, own):
        """A registered function is named by its key, and comes back as itself."""
        assert own.serialize({"activation": squish}) == {"activation": SQUISH}
        assert own.deserialize({"activation": SQUISH})["activation"] is squish

    def test_an_unregistered_function(self, own):
        """Its bare name stands for it."""

        def loose(x):
            return x

        config = own.serialize(loose)
        assert config == {**SQUISH, "config": "loose"}
        assert own.deserialize(config, {"loose": loose}) is loose

    def test_a_callable_that_is_no_python_function(self, own):
        """A function in C that is registered is written as a function, and so comes back."""
        own.registry.register_keras_serializable("shop")(len)
        assert own.serialize(len) == {**SQUISH, "config": "shop>len"}
        assert own.deserialize(own.serialize(len)) is len

    def test_a_function_stored_by_its_key_alone(self, own):
        """Older files hold just the key, wherever a function may be."""
        assert own.deserialize(["shop>squish", "squish"]) == [squish, "squish"]

    def test_a_function_that_keras_stored_without_its_package(self, own):
        """Up to 3.6 Keras left the package out; the one registered function of that name it is."""
        config = {**SQUISH, "config": "squish"}
        assert own.deserialize(config) is squish
        own.registry.register_keras_serializable("other", "squish")(len)
        with pytest.raises(UnknownObjectError):
            own.deserialize(config)

    def test_a_function_stored_as_a_class(self, own):
        """Where a class is expected and the key is that of a function, it is returned."""
        config = {"class_name": "squish", "config": {}, "registered_name": "shop>squish"}
        assert own.deserialize(config) is squish

    @pytest.mark.parametrize("name", [None, 7, ["shop>squish"], {}])
    def test_a_name_that_is_no_string(self, own, name):
        """The message is Keras' own."""
        with pytest.raises(MalformedConfigError, match="Expected 'config' to be a non-null str"):
            own.deserialize({**SQUISH, "config": name})

    def test_a_lambda_is_refused(self, own):
        """A lambda could only be stored as bytecode; the ValueError shows the way out."""
        with pytest.raises(UnsafeConfigError, match="Write a function with a name") as caught:
            own.serialize(own.Box([lambda x: x]))
        assert caught.value.path == "config.config.parts[0]"
        assert isinstance(caught.value, ValueError)

    def test_a_lambda_with_a_key(self, own):
        """Registered under a name it is as good as any function."""
        double = own.registry.register_keras_serializable("shop", "double")(lambda x: 2 * x)
        assert own.deserialize(own.serialize(double)) is double


class TestWhatCannotBeSerialized:
    @pytest.mark.parametrize(
        "value",
        [{1, 2}, 1j, object(), bytearray(b"x"), functools.partial(print), json, NotImplemented],
    )
    def test_objects_without_a_config(self, own, value):
        """Objects without a config are refused with their path and what to do."""
        with pytest.raises(NotSerializableError, match="get_config") as caught:
            own.serialize({"layers": [own.Part(inner=value)]})
        assert caught.value.path == "config.layers[0].config.inner"
        assert isinstance(caught.value, TypeError)

    def test_classes(self, own):
        """Keras writes some classes so that nobody can read them, and fails at others."""
        with pytest.raises(NotSerializableError, match="Use an instance, or the key"):
            own.serialize([own.Part])

    def test_a_get_config_that_returns_no_dictionary(self, own):
        """The class is at fault, and named."""
        own.Part.get_config = lambda self: ["size"]
        with pytest.raises(NotSerializableError, match=r"Part returned a list"):
            own.serialize(own.Part())

    def test_the_error_of_a_get_config_passes(self, own):
        """The error of a `get_config` passes: its author has to explain it."""

        def get_config(self):
            raise NotImplementedError("say what to save")

        own.Part.get_config = get_config
        with pytest.raises(NotImplementedError, match="say what to save"):
            own.serialize([own.Part()])


class TestSharing:
    def test_shared_objects_stay_shared(self, own):
        """The two configs of a shared object carry one number, and one object comes back."""
        part = own.Part()
        with ObjectSharingScope():
            config = own.serialize([own.Box([part]), own.Box([part]), own.Part()])
        ids = [box["config"]["parts"][0]["shared_object_id"] for box in config[:2]]
        assert ids == [id(part), id(part)]
        assert "shared_object_id" not in config[2]
        with ObjectSharingScope():
            one, other, third = own.deserialize(json.loads(json.dumps(config)))
        assert one.parts[0] is other.parts[0]
        assert third is not one.parts[0]

    def test_without_a_scope(self, own):
        """Nothing is shared, on either side."""
        part = own.Part()
        assert own.serialize([part, part]) == [part_config(), part_config()]
        one, other = own.deserialize([part_config(shared_object_id=1)] * 2)
        assert one is not other

    def test_each_scope_starts_anew_and_ends(self, own):
        """A nested scope knows nothing of the outer one, which goes on after it."""
        config = part_config(shared_object_id=1)
        with ObjectSharingScope():
            outer = own.deserialize(config)
            with ObjectSharingScope():
                assert own.deserialize(config) is not outer
            assert own.deserialize(config) is outer

    def test_objects_that_last_only_while_they_are_written(self, own):
        """An id is used again when its object is gone; the scope keeps that from happening."""

        class Maker:
            def get_config(self):
                return {"part": own.Part()}

        with ObjectSharingScope():
            config = own.serialize([Maker() for _ in range(50)])
        assert "shared_object_id" not in json.dumps(config)

    def test_an_id_that_is_none(self, own):
        """A wrong type is told."""
        with ObjectSharingScope(), pytest.raises(MalformedConfigError) as caught:
            own.deserialize({"a": part_config(shared_object_id=[1])})
        assert caught.value.path == "config.a.shared_object_id"


class TestThePublicFunctions:
    def test_are_keras_names_in_keras_places(self):
        """`saving` and `utils` offer the functions of the package itself."""
        from keras_serializable import saving, utils

        for module in (saving, utils):
            for name in ("serialize_keras_object", "deserialize_keras_object"):
                assert getattr(module, name) is getattr(keras_serializable, name)
                assert name in module.__all__

    def test_belong_to_the_default_registry(self):
        """What the decorator of the package registers is found by them."""

        @keras_serializable.register_keras_serializable("test_serialization")
        class Mine:
            def get_config(self):
                return {}

        config = keras_serializable.serialize_keras_object([Mine()])
        assert config[0]["registered_name"] == "test_serialization>Mine"
        (mine,) = keras_serializable.deserialize_keras_object(config, safe_mode=False)
        assert isinstance(mine, Mine)
        assert isinstance(keras_serializable.check_round_trip(mine), Mine)

    def test_are_imported_when_they_are_called(self, fresh):
        """A program that serializes nothing does not import what does."""
        code = """
import sys, keras_serializable.saving, keras_serializable.utils
names = [name for name in sys.modules if "serialization" in name or name == "json"]
print(names)
keras_serializable.serialize_keras_object(1)
print("keras_serializable.serialization" in sys.modules)
"""
        assert fresh(code) == "[]\nTrue\n"

    def test_threads_do_not_mix(self, own, together):
        """Each thread reads its own config, with its own objects and paths."""
        barrier = threading.Barrier(4)

        def read(number):
            class Loose:
                def get_config(self):
                    return {}

                @classmethod
                def from_config(cls, config):
                    barrier.wait()
                    return cls()

            config = own.serialize(own.Box([own.Part(number), Loose()]))
            for _ in range(20):
                made = own.deserialize(config, {"Loose": Loose})
                assert made.parts[0].size == number
                assert type(made.parts[1]) is Loose
            return number

        assert together(*(functools.partial(read, each) for each in range(4))) == [0, 1, 2, 3]
