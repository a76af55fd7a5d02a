"""Requirements of a model in memory, of a stand-in for a Keras. `nox -s keras` asks real ones."""

import pytest
from distributions import install, lay

KERAS = {
    "keras/__init__.py": """
__version__ = "3.15.1"
from keras.src.saving import object_registration, serialization_lib
from keras.src.model import Layer, Model
""",
    "keras/src/__init__.py": "",
    "keras/src/saving/__init__.py": "",
    "keras/src/saving/object_registration.py": """
GLOBAL_CUSTOM_OBJECTS = {}
GLOBAL_CUSTOM_NAMES = {}

def get_registered_object(name, custom_objects=None, module_objects=None):
    return GLOBAL_CUSTOM_OBJECTS.get(name)

def register(key):
    def decorate(obj):
        GLOBAL_CUSTOM_OBJECTS[key] = obj
        GLOBAL_CUSTOM_NAMES[obj] = key
        return obj
    return decorate
""",
    "keras/src/saving/serialization_lib.py": """
from keras.src.saving.object_registration import GLOBAL_CUSTOM_NAMES

def serialize_keras_object(obj):
    cls = type(obj)
    if cls.__name__ == "function":
        name = GLOBAL_CUSTOM_NAMES.get(obj, obj.__name__)
        return {"module": "builtins", "class_name": "function", "config": name,
                "registered_name": "function"}
    key = GLOBAL_CUSTOM_NAMES.get(cls)
    if not cls.__module__.startswith("keras."):
        key = key or cls.__name__
    return {"module": cls.__module__, "class_name": cls.__name__, "config": obj.get_config(),
            "registered_name": key}
""",
    "keras/src/model.py": """
from keras.src.saving.serialization_lib import serialize_keras_object

class Layer:
    def __init__(self, activation=None):
        self.activation = activation
    def get_config(self):
        activation = self.activation
        return {"activation": activation and serialize_keras_object(activation)}

class Model(Layer):
    def __init__(self, *layers, loss=None):
        self.layers = layers
        self.loss = loss
    def _flatten_layers(self):
        yield self
        yield from self.layers
    def get_config(self):
        if type(self) is not Model:
            raise NotImplementedError
        made = {"layers": [serialize_keras_object(each) for each in self.layers]}
        return made if self.loss is None else {**made, "loss": serialize_keras_object(self.loss)}
""",
}
ACME = """
from keras.src.model import Layer
from keras.src.saving.object_registration import register

@register("acme>Scale")
class Scale(Layer): pass

@register("acme>squish")
def squish(x): return x

def plain(x): return x
"""


@pytest.fixture
def ask(site, fresh):
    """Return a function that gives the requirements of a model, and the warnings about it."""
    lay(site, KERAS)
    install(site, "keras", "3.15.1")
    lay(site / "keras-3.15.1.dist-info", {"RECORD": "keras/__init__.py,,\n"})
    install(
        site, "acme-layers", "1.2", {"acme>Scale": "acme_layers:Scale"}, {"acme_layers.py": ACME}
    )
    lay(site / "acme_layers-1.2.dist-info", {"RECORD": "acme_layers.py,,\n"})

    def ask(model, before=""):
        code = f"""
import warnings
import keras, keras_serializable
from keras import Layer, Model
{before}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(keras_serializable.requirements({model}))
print(*(each.message for each in caught))
"""
        lines, warned = fresh(code, site).splitlines()
        return eval(lines), warned  # noqa: S307 -- a list of our own

    return ask


def core():
    """Return the requirement line of this package."""
    import keras_serializable

    return f"keras-serializable=={keras_serializable.__version__}"


IMPORT = "import acme_layers"


def test_own_objects_alone(ask):
    """A model of Keras' own parts needs its Keras."""
    assert ask("Model(Layer())") == (["keras==3.15.1"], "")


def test_backend(site, ask):
    """Keras requires no backend, so the one on which it runs is told."""
    install(site, "jax", "0.5.3", files={"jax.py": ""})
    lay(site / "jax-0.5.3.dist-info", {"RECORD": "jax.py,,\n"})
    lay(site, {"keras/backend.py": "def backend(): return 'jax'\n"})
    assert ask("Model(Layer())", "import keras.backend") == (["keras==3.15.1", "jax==0.5.3"], "")


def test_advertised(ask):
    """What is advertised needs its distribution, and what finds it."""
    expected = ["keras==3.15.1", core(), "acme-layers==1.2"]
    assert ask("Model(acme_layers.Scale())", IMPORT) == (expected, "")


@pytest.mark.parametrize("function", ["squish", "plain"])
def test_functions(ask, function):
    """A function that is not advertised needs the distribution of its module, registered or not."""
    expected = ["keras==3.15.1", "acme-layers==1.2"]
    assert ask(f"Model(Layer(acme_layers.{function}))", IMPORT) == (expected, "")
    assert ask(f"Model(Layer(), loss=acme_layers.{function})", IMPORT) == (expected, "")


def test_unknown(ask):
    """What no distribution has is named in a warning."""
    lines, warned = ask("Model(Layer(f))", "def f(x): return x")
    assert lines == ["keras==3.15.1"]
    assert warned.startswith("it is not known which distribution has 'f': add the requirement")


def test_without_a_config(ask):
    """A subclass of a model that has no config is asked part by part."""
    before = f"{IMPORT}\nclass Own(Model): pass"
    lines, warned = ask("Own(acme_layers.Scale(acme_layers.squish), Layer())", before)
    assert lines == ["keras==3.15.1", core(), "acme-layers==1.2"]
    assert warned.startswith("it is not known which distribution has 'Own': add the requirement")


def test_of_the_program(ask):
    """An object that the program itself defines is not that of a plugin with its name."""
    before = f"""{IMPORT}
def squish(x): return x
class Scale(Layer): pass"""
    for model in ("Model(Layer(squish))", "Model(Scale())"):
        lines, warned = ask(model, before)
        assert lines == ["keras==3.15.1"]
        assert "it is not known which distribution has" in warned
