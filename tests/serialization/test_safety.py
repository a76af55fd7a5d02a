"""Serialization: configs that are wrong, hostile or absurd end in an error that says where."""

import builtins
import json
import pickle
import sys
import time

import pytest
from serialization_objects import part_config, shop

import keras_serializable.serialization as under_test
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization import (
    MAX_DEPTH,
    MAX_VALUES,
    ConfigError,
    ConfigLimitError,
    MalformedConfigError,
    NotSerializableError,
    RestorationError,
    RoundTripError,
    UnknownObjectError,
    UnsafeConfigError,
)

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")

LAMBDA = {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}}


@pytest.fixture
def own():
    """Return a registry of the test's own, with its functions and classes."""
    return shop()


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


class TestCode:
    @pytest.mark.parametrize("wrap", [lambda c: c, lambda c: [{"a": c}], part_config])
    def test_a_lambda_is_never_run(self, own, wrap):
        """A lambda is run neither as the whole config nor inside; the error says what to do."""
        with pytest.raises(UnsafeConfigError, match=r"arbitrary code execution.*Save again"):
            own.deserialize(wrap(LAMBDA))

    def test_nothing_is_made_before_a_lambda_is_refused(self, own):
        """The config is looked through as a whole first."""
        made = []

        class Loud:
            def __init__(self):
                made.append(self)

            def get_config(self):
                return {}

        loud = {"class_name": "Loud", "config": {}}
        with pytest.raises(UnsafeConfigError) as caught:
            own.deserialize({"layers": [loud, part_config(inner=LAMBDA)]}, {"Loud": Loud})
        assert made == []
        assert caught.value.path == "config.layers[1].config.inner"

    def test_safe_mode_changes_nothing(self):
        """The parameter is there for Keras' signature."""
        import keras_serializable

        with pytest.raises(UnsafeConfigError, match="even with safe_mode=False"):
            keras_serializable.deserialize_keras_object([LAMBDA], safe_mode=False)

    def test_a_class_that_hands_in_a_lambda(self, own):
        """A config that a class makes up while it is restored is looked through."""

        class Sly:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                return own.deserialize(dict(LAMBDA))

        with pytest.raises(UnsafeConfigError) as caught:
            own.deserialize([{"class_name": "Sly", "config": {}}], {"Sly": Sly})
        assert caught.value.path == "config[0].…"

    def test_a_class_that_changes_the_config(self, own):
        """What has been looked through and is changed since is still refused."""

        class Sly:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                config["inner"].update(LAMBDA)
                return own.deserialize(config["inner"])

        with pytest.raises(UnsafeConfigError) as caught:
            own.deserialize({"class_name": "Sly", "config": {"inner": {}}}, {"Sly": Sly})
        assert caught.value.path == "config.config.inner"

    @pytest.mark.parametrize("class_name", ["Popen", "function"])
    def test_no_module_of_a_config_is_imported(self, own, imports, class_name):
        """A module that a config names is a name in an error, no more."""
        config = {"module": "antigravity", "class_name": class_name, "registered_name": "x>y"}
        config["config"] = "x>y" if class_name == "function" else {}
        with pytest.raises(UnknownObjectError, match="'antigravity', which is not imported"):
            own.deserialize(config)
        assert "antigravity" not in imports
        assert "antigravity" not in sys.modules

    @pytest.mark.parametrize("name", ["eval", "builtins.eval", "os.system", "__import__"])
    def test_built_in_functions_are_not_found(self, own, name):
        """Only what is registered is found, though the format calls every function built-in."""
        config = {"module": "builtins", "class_name": "function", "config": name}
        with pytest.raises(UnknownObjectError):
            own.deserialize(config)

    def test_a_type_of_tensorflow_is_refused(self, own):
        """To read it, a module that the config names would have to be imported."""
        config = {"class_name": "__typespec__", "spec_name": "TensorSpec", "module": "tensorflow"}
        with pytest.raises(MalformedConfigError, match="cannot be read here"):
            own.deserialize({**config, "config": [[1], "float32"]})
        with pytest.raises(TypeError, match="Expected 'config' to be a list or a tuple"):
            own.deserialize({**config, "config": "float32"})


class TestWithoutKeras:
    """Keras is not installed; test_cross.py has the tests with Keras."""

    @pytest.fixture(autouse=True)
    def without_keras(self, monkeypatch):
        """Hide a Keras that may be installed."""
        monkeypatch.setitem(sys.modules, "keras", None)

    @pytest.mark.parametrize(
        ("config", "named"),
        [
            ({"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}}, "'Dense'"),
            ({"module": "keras", "class_name": "Sequential", "config": {}}, "'Sequential'"),
            ({"module": "builtins", "class_name": "function", "config": "relu"}, "'relu'"),
            ({"module": "keras.ops", "class_name": "function", "config": "abs"}, "'abs'"),
            ({"class_name": "__tensor__", "config": {"value": 1, "dtype": "int8"}}, "__tensor__"),
        ],
    )
    def test_what_only_keras_has(self, own, config, named):
        """Keras' own objects are refused, and the error says that Keras is missing."""
        with pytest.raises(
            UnknownObjectError, match=f"{named} belongs to Keras.*Install Keras"
        ) as caught:
            own.deserialize([config])
        assert caught.value.path == "config[0]"

    def test_a_registered_key_needs_no_keras(self, own):
        """A registered key is found where the config says that the module is one of Keras."""
        assert own.deserialize(part_config(module="keras.layers")) == own.Part()


class TestWrongTypes:
    @pytest.mark.parametrize(
        ("config", "path"),
        [
            ({"class_name": 7, "config": {}}, ".class_name"),
            ({"class_name": None, "config": {}}, ".class_name"),
            ({"class_name": ["Part"], "config": {}}, ".class_name"),
            ({"class_name": {}, "config": {}}, ".class_name"),
            (part_config(registered_name=7), ".registered_name"),
            (part_config(registered_name=["shop>Part"]), ".registered_name"),
            (part_config(module={}, registered_name="Part"), ".module"),
            ({"class_name": "Dense", "config": [1, 2, 3]}, ".config"),
            ({"class_name": "Dense", "config": "text"}, ".config"),
            ({"class_name": "__bytes__", "config": {}}, ".config.value"),
            ({"class_name": "__bytes__", "config": {"value": 7}}, ".config.value"),
            ({"class_name": "__bytes__", "config": {"value": "\ud800"}}, ".config.value"),
            ({"class_name": "__bytes__", "config": "text"}, ".config"),
            ({"class_name": "__slice__", "config": {"start": 1, "stop": 2}}, ".config.step"),
            ({"class_name": "__slice__", "config": [1, 2, 3]}, ".config"),
            ({"class_name": "__tensor__", "config": [1]}, ".config"),
        ],
    )
    def test_in_the_fields_of_a_config(self, own, config, path):
        """The error names the field, and is both a TypeError and a ValueError."""
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize({"layers": [1, {"kernel": config}]})
        assert caught.value.path == f"config.layers[1].kernel{path}"
        assert isinstance(caught.value, TypeError)
        assert isinstance(caught.value, ValueError)

    def test_expected_a_dict(self, own):
        """The message is Keras' own."""
        with pytest.raises(TypeError, match="Expected 'config' to be a dict"):
            own.deserialize({"class_name": "Dense", "config": [1, 2, 3]})

    @pytest.mark.parametrize("value", [{1}, 1j, object(), b"raw", ...])
    def test_what_is_no_config(self, own, value):
        """A value that no config can hold is refused where it stands."""
        with pytest.raises(MalformedConfigError, match="Could not parse config") as caught:
            own.deserialize({"a": [0, value]})
        assert caught.value.path == "config.a[1]"

    def test_a_registered_thing_that_is_neither_class_nor_function(self, own):
        """What cannot be made from a config is told."""
        own.registry.get_custom_objects()["shop>thing"] = 7
        with pytest.raises(RestorationError, match="int"):
            own.deserialize({"class_name": "shop>thing", "config": {}})

    def test_odd_keys_in_a_path(self, own):
        """A key that is no name stands in brackets, and a giant one is cut."""
        with pytest.raises(ConfigError) as caught:
            own.deserialize({"odd key": {3: {"k" * 10_000: [{1}]}}})
        assert caught.value.path.startswith("config['odd key'][3]")
        with pytest.raises(ConfigError) as caught:
            own.deserialize({"odd key " * 1000: [{1}]})
        assert len(caught.value.path) < 300

    @pytest.mark.parametrize("field", ["class_name", "registered_name", "module"])
    def test_giant_names(self, own, field):
        """A name of megabytes is neither shown nor compared with what is known."""
        config = {"class_name": "Part", "config": {}, field: "acme>" * 1_000_000}
        start = time.process_time()
        with pytest.raises(UnknownObjectError) as caught:
            own.deserialize({"a": config})
        assert time.process_time() - start < 1
        assert len(str(caught.value)) < 2000
        with pytest.raises(UnknownObjectError) as caught:
            own.deserialize({**config, "class_name": "function", "config": "acme>" * 1_000_000})
        assert len(str(caught.value)) < 2000


class TestArgumentsThatDoNotFit:
    def test_a_class_that_does_not_accept_its_config(self, own):
        """The path leads to the object, and the class' own error is the cause."""
        config = own.serialize({"layers": [own.Box([own.Part()])]})
        config["layers"][0]["config"]["parts"][0]["config"]["colour"] = "red"
        with pytest.raises(RestorationError, match=r"Part failed with TypeError.*colour") as caught:
            own.deserialize(config)
        assert caught.value.path == "config.layers[0].config.parts[0]"
        assert isinstance(caught.value.__cause__, TypeError)

    @pytest.mark.parametrize("error", [TypeError, ValueError, KeyError, AttributeError, OSError])
    def test_whatever_it_raises(self, own, error):
        """Callers of Keras catch TypeError or ValueError: this is both."""

        class Picky:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                raise error("no")

        with pytest.raises(RestorationError, match=f"Picky failed with {error.__name__}") as caught:
            own.deserialize([{"class_name": "Picky", "config": {}}], {"Picky": Picky})
        assert caught.value.path == "config[0]"
        assert isinstance(caught.value, TypeError)
        assert isinstance(caught.value, ValueError)

    def test_interruptions_pass(self, own):
        """Control-C is no error of the class."""

        class Slow:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            own.deserialize({"class_name": "Slow", "config": {}}, {"Slow": Slow})

    def test_a_class_may_try_something_else(self, own):
        """An error of a part that a class catches is gone, and the path of the next is right."""

        class Lenient:
            def __init__(self, parts):
                self.parts = parts

            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                try:
                    return cls(own.deserialize(config["parts"]))
                except ConfigError as error:
                    return cls(own.deserialize([config["other"], error.path]))

        known = {"Lenient": Lenient}
        config = {"class_name": "Lenient", "config": {"parts": [{1}], "other": part_config()}}
        assert own.deserialize([config], known)[0].parts == [
            own.Part(),
            "config[0].config.parts[0]",
        ]
        config["config"]["other"] = {"class_name": 7, "config": {}}
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize([config], known)
        assert caught.value.path == "config[0].config.other.class_name"

    def test_a_part_that_is_handed_in_as_a_copy(self, own):
        """Where exactly it was is not known any more, only in which object."""

        class Copying:
            def get_config(self):
                return {}

            @classmethod
            def from_config(cls, config):
                return own.deserialize(json.loads(json.dumps(config)))

        config = {"class_name": "Copying", "config": {"a": [{"class_name": 1, "config": {}}]}}
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize({"x": config}, {"Copying": Copying})
        assert caught.value.path == "config.x.….a[0].class_name"


def nested(depth, innermost=1):
    """Return lists and dictionaries inside each other."""
    for level in range(depth):
        innermost = [innermost] if level % 2 else {"a": innermost}
    return innermost


def below(frames, function, *arguments):
    """Call a function from some frames further down the stack."""
    return below(frames - 1, function, *arguments) if frames else function(*arguments)


class TestDepth:
    @pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
    def test_of_plain_values(self, own, depth):
        """Too deep a config ends in an error with the path, reading and writing."""
        for function in (own.deserialize, own.serialize):
            with pytest.raises(ConfigLimitError, match=r"\.a\[0\]\.a.* nested") as caught:
                function(nested(depth))
            assert caught.value.path.count(".a") > 50
            assert len(str(caught.value)) < 1000

    def test_of_configs_of_objects(self, own):
        """Objects inside objects, which their classes read, count toward the depth."""
        config = part_config()
        for _ in range(50_000):
            config = {"class_name": "shop>Box", "config": {"parts": [config]}}
        with pytest.raises(ConfigLimitError, match=r"config\.config\.parts\[0\]\.config"):
            own.deserialize(config)

    def test_of_objects_that_reach_pythons_limit(self, own):
        """Python's limit for calls may come first; the error says where that was."""
        config = part_config()
        for _ in range((MAX_DEPTH - 3) // 3):
            config = {"class_name": "shop>Box", "config": {"parts": [config]}}
        for frames in range(12):  # wherever in the work the limit is reached
            with pytest.raises(ConfigLimitError, match="setrecursionlimit") as caught:
                below(frames, own.deserialize, config)
            assert caught.value.path.count("parts[0]") > 50
            assert " int" not in caught.value.path

    def test_of_objects(self, own):
        """Objects inside each other end in an error, too, when they are serialized."""
        obj = own.Part()
        for _ in range(50_000):
            obj = own.Part(inner=obj)
        with pytest.raises(ConfigLimitError, match=r"config\.config\.inner\.config"):
            own.serialize(obj)

    def test_what_python_allows_is_read(self, own):
        """Plain values may be nested almost as deep as Python calls functions."""
        depth = sys.getrecursionlimit() // 2
        assert own.deserialize(nested(depth)) == nested(depth)

    def test_the_limit_can_be_raised(self, own):
        """With more calls allowed, deeper objects are read."""
        depth = (MAX_DEPTH - 3) // 3
        config = part_config()
        for _ in range(depth):
            config = {"class_name": "shop>Box", "config": {"parts": [config]}}
        former = sys.getrecursionlimit()
        sys.setrecursionlimit(10 * former)
        try:
            made = own.deserialize(config)
        finally:
            sys.setrecursionlimit(former)
        for _ in range(depth):
            (made,) = made.parts
        assert made == own.Part()


class TestCycles:
    def test_in_a_config(self, own):
        """A config that contains itself is told from one that is just deep."""
        config = {"layers": [{"kernel": {}}]}
        config["layers"][0]["kernel"]["again"] = config["layers"]
        with pytest.raises(ConfigLimitError, match=r"it contains config\.layers, and") as caught:
            own.deserialize(config)
        assert caught.value.path == "config.layers[0].kernel"

    def test_in_an_array(self, own):
        """NumPy never sees a list that contains itself."""
        value = [1]
        value += [value, value]
        with pytest.raises(ConfigLimitError):
            own.deserialize(
                {"class_name": "__numpy__", "config": {"value": value, "dtype": "int8"}}
            )

    def test_in_objects(self, own):
        """An object that contains itself cannot be serialized."""
        part = own.Part()
        part.inner = [part]
        with pytest.raises(ConfigLimitError, match="containing itself"):
            own.serialize({"a": part})


class TestSize:
    def test_a_few_lists_that_stand_for_billions(self, own):
        """A few lists that stand for billions are measured, not walked through."""
        bomb = [1] * 10
        for _ in range(20):
            bomb = [bomb] * 10
        start = time.process_time()
        with pytest.raises(ConfigLimitError, match=f"more than {MAX_VALUES:,} values"):
            own.deserialize({"a": [bomb]})
        assert time.process_time() - start < 1

    def test_when_writing(self, own, monkeypatch):
        """The limit of a config holds when it is written too."""
        monkeypatch.setattr("keras_serializable.serialization.writing.MAX_VALUES", 1000)
        bomb = [1]
        for _ in range(60):
            bomb = [bomb, bomb]
        with pytest.raises(ConfigLimitError, match="more than 1,000 values"):
            own.serialize({"a": bomb})

    def test_one_list(self, own, monkeypatch):
        """A large list counts as well."""
        monkeypatch.setattr("keras_serializable.serialization.config_tree.MAX_VALUES", 1000)
        assert len(own.deserialize([1] * 1000)) == 1000
        with pytest.raises(ConfigLimitError, match="more than"):
            own.deserialize({"a": [[1] * 999, 2]})

    def test_a_value_in_two_places(self, own):
        """One list in two places is nothing bad, and is read twice."""
        shared = [part_config()]
        made = own.deserialize({"a": shared, "b": [shared, shared]})
        assert made == {"a": [own.Part()], "b": [[own.Part()]] * 2}
        assert made["a"][0] is not made["b"][0][0]

    @pytest.mark.parametrize("wrong", [{1}, [{1}], part_config(registered_name=7)])
    def test_the_path_of_a_value_in_two_places(self, own, wrong):
        """The path of a value in two places is the first one, also where the second is deeper."""
        below = {"a": {"b": [wrong]}}
        for config in ([wrong, wrong], {"x": [wrong, below]}, {"x": [wrong], "y": [below, below]}):
            with pytest.raises(MalformedConfigError) as caught:
                own.deserialize(config)
            start = "config[0]" if isinstance(config, list) else "config.x[0]"
            end = {list: "[0]", dict: ".registered_name"}.get(type(wrong), "")
            assert caught.value.path == start + end

    def test_text_is_never_read_as_code(self, own):
        """A long text that looks like a key is looked up once, and stays text."""
        text = "a>" * 100_000
        assert own.deserialize([text] * 1000) == [text] * 1000


ERRORS = (
    ConfigError("reason", "remedy", "config.a"),
    MalformedConfigError("reason", path="config.a"),
    UnknownObjectError("reason", "remedy", "config.a", "acme>Scale"),
    UnsafeConfigError("reason"),
    ConfigLimitError("reason"),
    RestorationError("reason"),
    NotSerializableError("reason"),
    RoundTripError("Scale", [("config.factor", "1", "2")]),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
class TestTheErrors:
    def test_survive_pickling(self, error):
        """Worker processes send their errors home, with all that they know."""
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert type(copy) is type(error)
        assert str(copy) == str(error)
        assert vars(copy) == vars(error)

    def test_are_ours_and_a_built_in(self, error):
        """All errors share one base, and each is a class that callers of Keras catch."""
        assert isinstance(error, KerasSerializableError)
        if type(error) is not ConfigError:
            assert isinstance(error, (TypeError, ValueError, AssertionError))

    def test_are_public(self, error):
        """Each can be caught by its name."""
        assert type(error).__name__ in under_test.__all__
