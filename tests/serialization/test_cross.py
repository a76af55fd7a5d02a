"""Serialization with a real Keras: what either side writes the other reads.

Runs where Keras 3 and the example plugin are installed.
"""

# ruff: noqa: E402 -- what is imported later is there only where the first imports succeed

import json
import math
import os
import sys

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="reads and writes what Keras does: needs Keras 3")
if keras.version().startswith("2."):
    pytest.skip("the format is that of Keras 3", allow_module_level=True)
pytest.importorskip("keras_serializable_example", reason="its objects are the corpus")

import numpy as np
from distributions import install
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras.src import api_export
from keras.src.backend.common import global_state
from keras.src.saving import serialization_lib

import keras_serializable as ours
from keras_serializable._keras_releases import BUILT_IN_FUNCTIONS
from keras_serializable.serialization import (
    NotSerializableError,
    ObjectSharingScope,
    RestorationError,
    RoundTripError,
    UnknownObjectError,
    UnsafeConfigError,
)
from keras_serializable_example import (
    activations,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
    schedules,
)

theirs = keras.saving
DIRECTIONS = pytest.mark.parametrize(
    ("writer", "reader"),
    [(ours, theirs), (theirs, ours), (ours, ours)],
    ids=["Keras reads", "Keras writes", "neither"],
)


@ours.register_keras_serializable("cross")
class Plain:
    """Derives from nothing of Keras, and holds anything."""

    side = ours

    def __init__(self, inner=None):
        self.inner = inner

    def get_config(self):
        return {"inner": self.inner}

    @classmethod
    def from_config(cls, config):
        return cls(cls.side.deserialize_keras_object(config["inner"]))


@ours.register_keras_serializable("cross")
class Wrapping(keras.layers.Layer):
    """Derives from Keras, and reads its parts with Keras."""

    def __init__(self, inner=None, **options):
        super().__init__(**options)
        self.inner = inner

    def get_config(self):
        return {**super().get_config(), "inner": self.inner}

    @classmethod
    def from_config(cls, config):
        inner = keras.saving.deserialize_keras_object(config.pop("inner"))
        return cls(inner, **config)


def built(layer):
    """Return a layer that has been built."""
    layer.build((None, 3))
    return layer


def scale():
    """Return the plugin's layer with all of its parts."""
    return layers.Scale(
        initializers.Stripes(0.5, 0.25),
        regularizers.Elastic(0.5),
        constraints.UnitRange(signed=True),
        name="scale",
    )


def sequential():
    """Return a model of Keras with a part of the plugin in each place, compiled."""
    model = keras.Sequential(
        [
            keras.Input((3,)),
            scale(),
            keras.layers.Dense(2, activation=activations.squish),
            keras.layers.Dense(2, "relu", kernel_regularizer=regularizers.Elastic()),
        ],
        name="sequential",
    )
    model.compile(
        optimizers.SignDescent(schedules.SawTooth(), momentum=0.5),
        loss=losses.TrimmedError(2.0),
        metrics=[metrics.largest_error],
    )
    return model


def functional():
    """Return a functional model, an input of which is indexed."""
    inputs = keras.Input((3,), name="inputs")
    return keras.Model(inputs, scale()(inputs)[:, 1:], name="functional")


CORPUS = {
    "squish": lambda: activations.squish,
    "smooth_error": lambda: losses.smooth_error,
    "largest_error": lambda: metrics.largest_error,
    "relu": lambda: keras.activations.relu,
    "UnitRange": lambda: constraints.UnitRange(signed=True),
    "Stripes": lambda: initializers.Stripes(2.0, 3.0),
    "Elastic": lambda: regularizers.Elastic(0.25, 0.75),
    "SawTooth": lambda: schedules.SawTooth(1.0, 0.5, 10),
    "TrimmedError": lambda: losses.TrimmedError(3.0),
    "WithinTolerance": lambda: metrics.WithinTolerance(0.5),
    "SignDescent": lambda: optimizers.SignDescent(schedules.SawTooth(), momentum=0.5),
    "Scale": lambda: built(scale()),
    "ResidualMLP": lambda: models.ResidualMLP(2, activation=activations.squish, name="mlp"),
    "Dense": lambda: built(keras.layers.Dense(2, activation=activations.squish, name="dense")),
    "Dense with Elastic": lambda: keras.layers.Dense(2, kernel_regularizer=regularizers.Elastic()),
    "TimeDistributed": lambda: keras.layers.TimeDistributed(scale()),
    "L2": lambda: keras.regularizers.L2(0.5),
    "Sequential": sequential,
    "Functional": functional,
    "Adam": lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 9, 1.0)),
    "plain": lambda: Plain([keras.layers.ReLU(name="relu"), {"a": regularizers.Elastic()}]),
    "wrapping": lambda: Wrapping(Plain(scale()), name="wrapping"),
    "values": lambda: Plain([b"text", ..., slice(1, None, 2), None, 1.5, "a>b", (1, (2,))]),
    "array": lambda: Plain(np.array([[1.5, 2.0]], "float32")),
    "scalars": lambda: Plain([np.float32(1.5), np.int8(3), np.bool_(True), np.array(2)]),  # noqa: FBT003
    "tensor": lambda: Plain(keras.ops.convert_to_tensor([[1.0, 2.0]])),
    "symbolic tensor": lambda: Plain(keras.KerasTensor((None, 2), "int32", name="symbol")),
}


def stored(config):
    """Return a config as it comes out of a file."""
    return json.loads(json.dumps(config))


@pytest.mark.parametrize("name", CORPUS)
def test_both_write_the_same(name):
    """Both write equal fields in one order, tuples too."""
    obj = CORPUS[name]()
    assert repr(ours.serialize_keras_object(obj)) == repr(theirs.serialize_keras_object(obj))


@DIRECTIONS
@pytest.mark.parametrize("name", CORPUS)
def test_what_one_writes_the_other_reads(name, writer, reader, monkeypatch):
    """The object that comes back is of the same class and has the config that was written."""
    monkeypatch.setattr(Plain, "side", reader)
    obj = CORPUS[name]()
    config = stored(writer.serialize_keras_object(obj))
    # Keras changes the configs that it reads.
    restored = reader.deserialize_keras_object(stored(config))
    assert type(restored) is type(obj)
    assert stored(theirs.serialize_keras_object(restored)) == config


texts = st.text().filter(lambda text: ">" not in text)
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
parts = st.sampled_from(["squish", "relu", "UnitRange", "Stripes", "Elastic", "SawTooth", "L2"])
leaves = values | parts.map(lambda name: CORPUS[name]()) | st.just(...)
leaves |= st.builds(slice, values, values, values)
structures = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(texts, inner, max_size=3)
        | st.builds(Plain, inner)
        | st.builds(Wrapping, st.builds(Plain, inner), name=st.just("wrapping"))
    ),
    max_leaves=15,
)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(obj=structures)
def test_any_structure_crosses_both_ways(obj):
    """Nested objects of the plugin, of Keras and of neither are written alike by both."""
    config = theirs.serialize_keras_object(obj)
    assert repr(ours.serialize_keras_object(obj)) == repr(config)
    for reader in (theirs, ours):
        Plain.side = reader
        restored = reader.deserialize_keras_object(stored(config))
        assert stored(theirs.serialize_keras_object(restored)) == stored(config)


@DIRECTIONS
def test_shared_objects_cross(writer, reader):
    """Two layers that share an object share one again, whoever writes and reads."""
    scopes = {ours: ObjectSharingScope, theirs: serialization_lib.ObjectSharingScope}
    shared = keras.layers.ReLU(name="shared")
    with scopes[writer]():
        config = stored(writer.serialize_keras_object([Wrapping(shared), Wrapping(shared)]))
    with scopes[reader]():
        one, other = reader.deserialize_keras_object(config)
    assert one.inner is other.inner


@pytest.mark.parametrize("wrap", [lambda part: part, Wrapping])
def test_the_callers_objects_reach_keras(wrap):
    """What the caller hands in is found by Keras inside a layer of Keras, and not afterwards."""

    def loose(x):
        return x

    config = stored(ours.serialize_keras_object(wrap(keras.layers.Dense(1, activation=loose))))
    made = ours.deserialize_keras_object(stored(config), {"loose": loose})
    assert getattr(made, "inner", made).activation is loose
    with pytest.raises(RestorationError, match="loose"):
        ours.deserialize_keras_object(config)


class TestSafety:
    @pytest.fixture(autouse=True)
    def unsafe(self):
        """Switch safe mode off, for all of Keras."""
        former = global_state.get_global_attribute("safe_mode_saving")
        keras.config.enable_unsafe_deserialization()
        yield
        global_state.set_global_attribute("safe_mode_saving", former)

    @pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
    def test_a_lambda_is_never_run(self):
        """Our functions run no lambda, even if the program has allowed Keras to run them."""
        layer = keras.layers.Lambda(lambda x: x * 2)
        config = stored(theirs.serialize_keras_object(layer))
        assert theirs.deserialize_keras_object(stored(config)) is not None
        for whole in (config, [config], {"class_name": "Plain", "config": {"inner": config}}):
            with pytest.raises(UnsafeConfigError, match="arbitrary code execution"):
                ours.deserialize_keras_object(whole, safe_mode=False)

    @pytest.mark.parametrize("name", ["antigravity", "this"])
    def test_no_module_that_is_named_inside_a_config_of_keras_is_imported(self, name):
        """No module inside a config of Keras is imported; older releases would import it."""
        inner = {"module": name, "class_name": "Anything", "config": {}, "registered_name": "A>b"}
        config = stored(ours.serialize_keras_object(keras.layers.TimeDistributed(scale())))
        config["config"]["layer"] = inner
        with pytest.raises(UnknownObjectError, match=f"'{name}' is not registered") as caught:
            ours.deserialize_keras_object({"layers": [config]})
        assert caught.value.path == "config.layers[0].config.layer"
        assert name not in sys.modules

    def test_keras_stays_in_safe_mode(self):
        """While Keras reads for us, what it allows in safe mode alone is refused."""

        @ours.register_keras_serializable("cross")
        class Asking(keras.layers.Layer):
            @classmethod
            def from_config(cls, config):
                assert serialization_lib.in_safe_mode()
                return cls(**config)

        config = stored(ours.serialize_keras_object(Asking()))
        assert isinstance(ours.deserialize_keras_object(config, safe_mode=False), Asking)
        assert not serialization_lib.in_safe_mode()


class TestErrors:
    def test_a_config_that_keras_refuses(self):
        """The error has the path, and Keras' own is its cause."""
        config = {"module": "keras.layers", "class_name": "Dense", "config": {"unit": 1}}
        with pytest.raises(RestorationError, match="Keras failed with TypeError") as caught:
            ours.deserialize_keras_object({"layers": [config]})
        assert caught.value.path == "config.layers[0]"
        assert isinstance(caught.value.__cause__, TypeError)

    def test_what_keras_cannot_write(self):
        """What Keras cannot write is refused as without Keras."""
        with pytest.raises(TypeError, match="Keras cannot write it either"):
            ours.serialize_keras_object([{1, 2}])


def test_the_functions_of_keras_are_known():
    """The list of Keras' functions is complete: a new release may have more."""
    found = set()
    for name, obj in api_export.REGISTERED_NAMES_TO_OBJS.items():
        _, _, rest = name.partition(".")
        module, _, function = rest.partition(".")
        if module in serialization_lib.BUILTIN_MODULES and not isinstance(obj, type):
            found.add(function)
    others = {"get", "serialize", "deserialize", "schedules.serialize", "schedules.deserialize"}
    assert found - others <= BUILT_IN_FUNCTIONS


@pytest.mark.parametrize("name", ["tanh", "relu", "mean_squared_error"])
def test_functions_of_keras_come_back(name):
    """Keras' own functions are written by their bare names, and come back as themselves."""
    modules = (keras.activations, keras.losses)
    function = next(getattr(module, name) for module in modules if hasattr(module, name))
    assert ours.check_round_trip(function) is function
    assert ours.check_round_trip(Plain({"f": function})).inner == {"f": function}


def test_functions_that_are_called_like_one_of_keras():
    """A function called like one of Keras' is refused: Keras would read its own in its place."""

    def relu(x):
        return x

    for function in (math.tanh, relu):
        with pytest.raises(NotSerializableError, match="come back as Keras' own function"):
            ours.serialize_keras_object(function)
        assert ours.check_round_trip(function, {function.__name__: function}) is function


def test_functions_of_keras_that_another_of_the_name_hides():
    """The check of a round trip tells that Keras reads its activation for its operation."""
    with pytest.raises(RoundTripError) as caught:
        ours.check_round_trip({"f": keras.ops.tanh})
    (difference,) = caught.value.differences
    assert difference[0] == "config.f"
    assert difference[2].endswith("activations.tanh")


def test_keys_inside_a_config_of_keras_are_discovered(fresh, tmp_path):
    """Keras finds the plugin's objects though nobody has imported, or connected, anything."""
    module = """
import keras
class Even(keras.regularizers.Regularizer):
    def __call__(self, x): return 0.0
    def get_config(self): return {}
def twice(x): return 2 * x
"""
    keys = {"acme>Even": "acme_parts:Even", "acme>twice": "acme_parts:twice"}
    install(tmp_path / "site", "acme", "1.0", keys, {"acme_parts.py": module})
    code = """
import sys
from keras_serializable import deserialize_keras_object
def key(name):
    return {"module": "acme_parts", "class_name": name, "config": {},
            "registered_name": f"acme>{name}"}
twice = {"module": "builtins", "class_name": "function", "config": "acme>twice",
         "registered_name": "function"}
config = {"units": 1, "kernel_regularizer": key("Even"), "activation": twice}
dense = {"module": "keras.layers", "class_name": "Dense", "config": config}
assert "keras" not in sys.modules
(layer,) = deserialize_keras_object([dense])
print(type(layer.kernel_regularizer).__name__, layer.activation.__name__)
"""
    environment = {"KERAS_BACKEND": os.environ["KERAS_BACKEND"], "JAX_PLATFORMS": "cpu"}
    path = [tmp_path / "site", *(each for each in sys.path if "site" in each)]
    assert fresh(code, *path, options=("-W", "ignore"), **environment) == "Even twice\n"


def test_the_note_names_the_module_of_a_file(fresh, tmp_path):
    """A bare name is missing, and the file's module is on the path without metadata."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "acme_parts.py").touch()
    code = """
import keras
import traceback
import keras_serializable
keras_serializable.connect()
config = {"module": "acme_parts.core", "class_name": "Even", "config": {},
          "registered_name": "Even"}
try:
    keras.layers.deserialize(config)
except Exception as error:
    print("The module 'acme_parts' is on the path" in "".join(traceback.format_exception(error)))
"""
    environment = {"KERAS_BACKEND": os.environ["KERAS_BACKEND"], "JAX_PLATFORMS": "cpu"}
    path = [tmp_path / "site", *(each for each in sys.path if "site" in each)]
    assert fresh(code, *path, options=("-W", "ignore"), **environment) == "True\n"
