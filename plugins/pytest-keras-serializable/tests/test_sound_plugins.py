"""Tests for the compliance suite on plugins that are right."""

import pytest
from distributions import install

SOUND = '''
import keras
import numpy as np
from keras import ops
from keras_serializable import register_keras_serializable

register = register_keras_serializable("sound")


@register
class Scale(keras.layers.Layer):
    def __init__(self, start="ones", **options):
        super().__init__(**options)
        self.start = keras.initializers.get(start)

    def build(self, shape):
        self.factor = self.add_weight(shape=(shape[-1],), initializer=self.start)

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), "start": keras.initializers.serialize(self.start)}


@register
class Filter(keras.layers.Layer):
    """Takes images only."""

    def __init__(self, filters, **options):
        super().__init__(**options)
        self.filters = filters
        self.convolution = keras.layers.Conv2D(filters, 2)

    def build(self, shape):
        self.convolution.build(shape)

    def call(self, inputs):
        return self.convolution(inputs)

    def compute_output_shape(self, shape):
        return self.convolution.compute_output_shape(shape)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


@register
class Pair(keras.layers.Layer):
    """Takes two inputs."""

    def call(self, inputs):
        one, other = inputs
        if one.shape != other.shape:
            raise ValueError("two inputs of one shape")
        return one - other

    def compute_output_shape(self, shapes):
        return shapes[0]


@register
class Seven(keras.layers.Layer):
    """Takes seven features, which no automatic attempt has."""

    def call(self, inputs):
        if inputs.shape[-1] != 7:
            raise ValueError("seven features")
        return inputs


@register
class Noise(keras.layers.Layer):
    """Is different at every call."""

    def __init__(self, **options):
        super().__init__(**options)
        self.seed = keras.random.SeedGenerator(1)

    def call(self, inputs):
        return keras.random.dropout(inputs, 0.5, seed=self.seed)


@register
class Perceptron(keras.Model):
    def __init__(self, units=3, **options):
        super().__init__(**options)
        self.units = units
        self.dense = keras.layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@register
def squish(x):
    return x / (1 + ops.abs(x))


@register
def distance(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred), axis=-1)


@register
def penalty(weights):
    return ops.sum(ops.abs(weights))


@register
def halves(shape, dtype=None):
    return ops.full(shape, 0.5, dtype)


@register
class Error(keras.losses.Loss):
    def __init__(self, power=2.0, name="error", **options):
        super().__init__(name=name, **options)
        self.power = power

    def call(self, y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred) ** self.power, axis=-1)

    def get_config(self):
        return {**super().get_config(), "power": self.power}


@register
class Share(keras.metrics.Mean):
    def __init__(self, within=0.5, **options):
        super().__init__(**options)
        self.within = within

    def update_state(self, y_true, y_pred, sample_weight=None):
        near = ops.cast(ops.abs(y_true - y_pred) < self.within, "float32")
        return super().update_state(near, sample_weight)

    def get_config(self):
        return {**super().get_config(), "within": self.within}


@register
class Descent(keras.optimizers.SGD):
    def __init__(self, learning_rate=0.1, twist=2.0, **options):
        super().__init__(learning_rate=learning_rate, **options)
        self.twist = twist

    def get_config(self):
        return {**super().get_config(), "twist": self.twist}


@register
class Steps(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate=0.1):
        self.rate = rate

    def __call__(self, step):
        return self.rate / (1.0 + ops.cast(step, "float32"))

    def get_config(self):
        return {"rate": self.rate}


@register
class Start(keras.initializers.Initializer):
    def __init__(self, value=0.5):
        self.value = value

    def __call__(self, shape, dtype=None):
        return ops.full(shape, self.value, dtype)

    def get_config(self):
        return {"value": self.value}


@register
class Sum(keras.regularizers.Regularizer):
    def __call__(self, x):
        return 0.1 * ops.sum(ops.abs(x))

    def get_config(self):
        return {}


@register
class Floor(keras.constraints.Constraint):
    def __call__(self, w):
        return ops.maximum(w, -0.5)


@register
class Plain:
    """Has nothing of Keras."""

    def __init__(self, value=1):
        self.value = value

    def get_config(self):
        return {"value": self.value}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class MDN(keras.layers.Layer):
    """Is never registered: Keras saves its bare name."""

    def call(self, inputs):
        return inputs
'''
KINDS = [
    "Descent",
    "Error",
    "Filter",
    "Floor",
    "Noise",
    "Pair",
    "Perceptron",
    "Plain",
    "Scale",
    "Seven",
    "Share",
    "Start",
    "Steps",
    "Sum",
    "distance",
    "halves",
    "penalty",
    "squish",
]
DYNAMIC = """
import keras
from keras_serializable import register_keras_serializable

class Layer(keras.layers.Layer):
    def call(self, inputs):
        return inputs

for size in [int(text) for text in "1 2".split()]:
    name = f"Layer{size}"
    globals()[name] = register_keras_serializable("dynamic")(
        type(name, (Layer,), {"__module__": __name__})
    )
"""
EXAMPLES = """
import numpy as np
from pytest_keras_serializable import Example

def examples():
    from sound import Seven

    return {"sound>Seven": lambda: Example(Seven(), inputs=np.ones((2, 7), "float32"))}
"""
CHECKS = {
    "loads_alone",
    "imports_no_more_than_it_needs",
    "is_saved_under_an_advertised_key",
    "comes_back_from_its_config",
    "comes_back_from_keras_file",
    "comes_back_from_h5_file",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Install plugins with an object of each kind and with each form of an entry point."""
    site = tmp_path_factory.mktemp("site")
    table = {f"sound>{name}": f"sound:{name}" for name in KINDS}
    # A key of old, a bare name, and a key whose module registers it.
    table |= {"sound>Old": "sound:Scale", "MDN": "sound:MDN", "sound>Plain": "sound"}
    install(site, "sound", table, {"sound.py": SOUND})
    optional = {"optional>Plain": "sound:Plain [more]"}
    requirement = 'Requires-Dist: nowhere-to-be-found; extra == "more"\n'
    install(site, "optional", optional, {}, f"Provides-Extra: more\n{requirement}")
    install(site, "dynamic", {"dynamic": "dynamic"}, {"dynamic.py": DYNAMIC})
    return site


OPTIONS = {
    "distribution": ["sound", "dynamic", "optional"],
    "arguments": ["sound>Filter(filters=2)"],
    "examples": "tests/examples.py",
}


@pytest.fixture(scope="module")
def run(run_suite, site):
    """Run the suite on the plugins."""
    plain = {"filterwarnings": ["error"]}
    return run_suite(site, OPTIONS, files={"tests/examples.py": EXAMPLES}, plain=plain)


@pytest.mark.parametrize("key", [*(f"sound>{name}" for name in KINDS), "sound>Old", "MDN"])
def test_every_kind(run, key):
    """An object of each kind passes every check; a plain object stands in no model."""
    outcomes = run.of(key)
    assert set(outcomes) == CHECKS
    skipped = {check for check, outcome in outcomes.items() if outcome == "skipped"}
    assert run.failures(key) == set(), run.output
    files = {"comes_back_from_keras_file", "comes_back_from_h5_file"}
    assert skipped == (files if key == "sound>Plain" else set())


def test_package(run):
    """A package passes; keys that only its import tells are checked, and reported."""
    assert run.failures("dynamic") == set(), run.output
    assert run.of("dynamic").keys() >= {"loads_alone", "every_other_key_of_the_package"}


def test_optional_key(run):
    """A key is skipped where what it requires is not installed."""
    assert set(run.of("optional>Plain").values()) == {"skipped"}
    text = run.texts["loads_alone[optional>Plain]"]
    assert "optional: nowhere-to-be-found is not installed" in text


def test_what_is_imported_is_reported(run):
    """The report of a lookup that passes says what it has imported, and how long it took."""
    assert "1 modules of sound: sound" in run.output


def test_status(run):
    """The run as a whole passes."""
    assert run.status == 0, run.output


def test_fresh_processes(run_suite, site):
    """Where no process can be forked, one is started for each task, and the outcome is as good."""
    options = {**OPTIONS, "distribution": "sound", "processes": "fresh"}
    arguments = ("-k", "Seven")
    run = run_suite(site, options, *arguments, files={"tests/examples.py": EXAMPLES})
    assert run.status == 0, run.output
    assert set(run.of("sound>Seven").values()) == {"passed"}


def test_workers(run_suite, site):
    """The suite runs with pytest-xdist."""
    options = {**OPTIONS, "distribution": "sound"}
    arguments = ("-n", "2", "-k", "Old")
    run = run_suite(site, options, *arguments, files={"tests/examples.py": EXAMPLES})
    assert run.status == 0, run.output
    assert set(run.of("sound>Old").values()) == {"passed"}
