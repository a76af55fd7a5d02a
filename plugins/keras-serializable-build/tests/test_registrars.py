"""The calls that register objects, and the keys."""

import pytest

LAYER = "import keras\n\n\nclass Scale(keras.layers.Layer):\n    pass\n"
SCALE = {"acme>Scale": "acme:Scale"}


def test_decorator(scan):
    """Keras' decorator with literal arguments registers its class under package and name."""
    result = scan(
        {
            "acme.py": """
            import keras

            @keras.saving.register_keras_serializable("acme")
            class Scale(keras.layers.Layer):
                pass

            @keras.saving.register_keras_serializable(package="acme", name="squash")
            def squish(x):
                return x
            """
        }
    )
    assert result.entry_points == {"acme>Scale": "acme:Scale", "acme>squash": "acme:squish"}
    assert result.sources == {"acme>Scale": ["static"], "acme>squash": ["static"]}
    assert result.bare == {}
    assert result.unresolved == []
    scale = result.entries["acme>Scale"]
    assert scale.sure
    assert scale.kerases == ("keras",)
    assert str(scale.place) == "acme.py:4"
    assert str(scale.defined) == "acme.py:5"


@pytest.mark.parametrize(
    ("statement", "decorator", "keras"),
    [
        ("import keras", "keras.utils.register_keras_serializable", "keras"),
        ("import tf_keras as k", "k.saving.register_keras_serializable", "tf_keras"),
        (
            "import tensorflow as tf",
            "tf.keras.utils.register_keras_serializable",
            "tensorflow.keras",
        ),
        ("from keras.saving import register_keras_serializable as reg", "reg", "keras"),
        (
            "import keras_serializable as ks",
            "ks.register_keras_serializable",
            "keras_serializable",
        ),
        ("from keras.saving import *", "register_keras_serializable", "keras"),
        (
            "import importlib\nsaving = importlib.import_module('keras.saving')",
            "saving.register_keras_serializable",
            "keras",
        ),
    ],
)
def test_alias(scan, statement, decorator, keras):
    """The decorator is found under any name, and the result says to which Keras it belongs."""
    code = f"import keras\n{statement}\n@{decorator}('acme')\nclass Scale(keras.Layer): pass\n"
    result = scan({"acme.py": code})
    assert result.entry_points == SCALE
    assert result.entries["acme>Scale"].kerases == (keras,)


def test_default_package(scan):
    """Without arguments the package is Custom, and an empty package is a package."""
    code = (
        LAYER
        + "register = keras.saving.register_keras_serializable\n"
        + "register()(Scale)\nregister(package='')(Scale)\n"
    )
    assert scan({"acme.py": code}).entry_points == {
        ">Scale": "acme:Scale",
        "Custom>Scale": "acme:Scale",
    }


def test_computed_arguments(scan):
    """Package and name may be computed from constants of the library."""
    result = scan(
        {
            "acme/__init__.py": "NAME = 'acme'\n",
            "acme/layers.py": """
            import keras
            from . import NAME

            PACKAGE = f"{NAME}.{__name__.split('.')[-1]}"

            @keras.saving.register_keras_serializable(PACKAGE, name="Sca" + "{}".format("le"))
            class Old(keras.layers.Layer):
                pass
            """,
        }
    )
    assert result.entry_points == {"acme.layers>Scale": "acme.layers:Old"}


def test_enumeration(scan):
    """The value of a member is a constant; the member itself is another text in each Python."""
    result = scan(
        {
            "acme.py": """
            import enum, keras

            class Package(str, enum.Enum):
                ACME = "acme"

            @keras.saving.register_keras_serializable(Package.ACME.value)
            class Scale(keras.layers.Layer):
                pass

            @keras.saving.register_keras_serializable(Package.ACME)
            class Shift(keras.layers.Layer):
                pass
            """
        }
    )
    assert result.entry_points == SCALE
    (told,) = result.unresolved
    assert "a package that cannot be followed: an instance of Package" in told.reason


def test_decorator_factory(scan):
    """A decorator of the library that registers in the end is followed, with its arguments."""
    result = scan(
        {
            "acme/utils.py": """
            import functools
            import keras
            from copy import copy

            def with_or_without_arguments(decorator):
                @functools.wraps(decorator)
                def wrapper(*args, **kwargs):
                    if len(args) == 1 and not kwargs and callable(args[0]):
                        return decorator(args[0])
                    return lambda obj: decorator(obj, *args, **kwargs)
                return wrapper

            @with_or_without_arguments
            def serializable(cls, package="acme", name=None):
                name = copy(cls.__name__) if name is None else name
                return keras.saving.register_keras_serializable(package, name)(cls)
            """,
            "acme/layers.py": """
            import keras
            from .utils import serializable

            @serializable("acme.layers")
            class Scale(keras.layers.Layer):
                pass

            @serializable
            class Shift(keras.layers.Layer):
                pass
            """,
        }
    )
    assert result.entry_points == {
        "acme.layers>Scale": "acme.layers:Scale",
        "acme>Shift": "acme.layers:Shift",
    }
    assert result.unresolved == []
    assert str(result.entries["acme>Shift"].place) == "acme/layers.py:9"


def test_export_wrapper(scan):
    """An export decorator that is a class, chosen by an optional import, registers two keys."""
    result = scan(
        {
            "acme/export.py": """
            import types
            import keras

            try:
                import namex
            except ImportError:
                namex = None

            def register(path, symbol):
                if isinstance(path, (list, tuple)):
                    for name in path:
                        name = name.split(".")[-1]
                        keras.saving.register_keras_serializable("acme", name=name)(symbol)
                if isinstance(symbol, types.FunctionType) or hasattr(symbol, "get_config"):
                    keras.saving.register_keras_serializable("acme_old")(symbol)
                    keras.saving.register_keras_serializable("acme")(symbol)

            if namex:
                class export(namex.export):
                    def __init__(self, path):
                        super().__init__(package="acme", path=path)

                    def __call__(self, symbol):
                        register(self.path, symbol)
                        return super().__call__(symbol)
            else:
                class export:
                    def __init__(self, path):
                        self.path = path

                    def __call__(self, symbol):
                        register(self.path, symbol)
                        return symbol
            """,
            "acme/layers.py": """
            import keras
            from acme.export import export

            @export(["acme.layers.Scale", "acme.layers.Rescale"])
            class Scale(keras.layers.Layer):
                pass

            @export("acme.squish")
            def squish(x):
                return x

            @export("acme.Helper")
            class Helper:
                pass

            @export("acme.Watch")
            class Watch(keras.callbacks.Callback):
                pass
            """,
        }
    )
    assert result.entry_points == {
        "acme>Rescale": "acme.layers:Scale",
        "acme>Scale": "acme.layers:Scale",
        "acme>squish": "acme.layers:squish",
        "acme_old>Scale": "acme.layers:Scale",
        "acme_old>squish": "acme.layers:squish",
    }
    assert all(entry.sure for entry in result.entries.values())
    assert result.unresolved == []


def test_attribute_that_is_set_twice(scan):
    """The last value of an attribute counts in each environment in which its class exists."""
    result = scan(
        {
            "acme.py": """
            import keras

            try:
                import namex
            except ImportError:
                namex = None

            class Base:
                def __init__(self, package):
                    self.package = package

                def __call__(self, symbol):
                    keras.saving.register_keras_serializable(self.package)(symbol)
                    return symbol

            if namex:
                class export(Base):
                    def __init__(self, package="acme"):
                        super().__init__("acme")
                        self.package = package
            else:
                class export(Base):
                    pass

            @export("acme.models")
            class Scale(keras.layers.Layer):
                pass

            later = Base("first")
            if namex:
                later.package = "second"
            later(Scale)
            """
        }
    )
    assert result.entry_points == dict.fromkeys(
        ["acme.models>Scale", "first>Scale", "second>Scale"], "acme:Scale"
    )
    assert result.entries["acme.models>Scale"].sure
    assert not result.entries["first>Scale"].sure


def test_metaclass(scan):
    """A metaclass that registers needs no decorator."""
    result = scan(
        {
            "acme.py": """
            import keras

            class Registering(type(keras.layers.Layer)):
                def __new__(mcs, name, bases, namespace, package="acme", **kwargs):
                    cls = super().__new__(mcs, name, bases, namespace, **kwargs)
                    return keras.saving.register_keras_serializable(package)(cls)

            class Base(keras.layers.Layer, metaclass=Registering):
                pass

            class Scale(Base, package="acme2"):
                pass
            """
        }
    )
    assert result.entry_points == {"acme2>Scale": "acme:Scale", "acme>Base": "acme:Base"}


def test_metaclass_by_six(scan):
    """The two spellings of `six` set a metaclass, too."""
    result = scan(
        {
            "acme.py": """
            import keras, six

            class Registering(type):
                def __init__(cls, name, bases, namespace):
                    keras.saving.register_keras_serializable("acme")(cls)

            @six.add_metaclass(Registering)
            class Scale(keras.layers.Layer):
                pass

            class Shift(six.with_metaclass(Registering, keras.layers.Layer)):
                pass
            """
        }
    )
    assert result.entry_points == {"acme>Scale": "acme:Scale", "acme>Shift": "acme:Shift"}


def test_init_subclass(scan):
    """`__init_subclass__` that registers needs no decorator, and sees the class' arguments."""
    result = scan(
        {
            "acme.py": """
            import keras

            class Registered:
                def __init_subclass__(cls, package="acme", **kwargs):
                    super().__init_subclass__(**kwargs)
                    keras.saving.register_keras_serializable(package=package)(cls)

            class Scale(Registered, keras.layers.Layer):
                pass

            class Shift(Registered, keras.layers.Layer, package="other"):
                pass
            """
        }
    )
    assert result.entry_points == {"acme>Scale": "acme:Scale", "other>Shift": "acme:Shift"}


@pytest.mark.parametrize(
    "write_it",
    [
        "keras.saving.get_custom_objects().update({'Scale': Scale})",
        "keras.saving.get_custom_objects().update(Scale=Scale)",
        "keras.saving.get_custom_objects()[Scale.__name__] = Scale",
        "objects = keras.saving.get_custom_objects()\nobjects.setdefault('Scale', Scale)",
        "objects = keras.utils.get_custom_objects()\nobjects |= {'Scale': Scale}",
        (
            "from keras.src.saving import object_registration as o\n"
            "o.GLOBAL_CUSTOM_OBJECTS['Scale'] = Scale"
        ),
        (
            "from tensorflow.keras.utils import get_custom_objects as g\n"
            "for cls in [Scale]:\n    g()[cls.__name__] = cls"
        ),
    ],
)
def test_dictionary(scan, write_it):
    """Writing into the dictionary of registered objects registers, under any alias of it."""
    result = scan({"acme.py": f"{LAYER}\n{write_it}\n"})
    assert result.entry_points == {"Scale": "acme:Scale"}
    assert result.bare == {}


def test_dictionary_alias_in_another_module(scan):
    """The dictionary may be bound in one module and written in another."""
    result = scan(
        {
            "acme/compat.py": "import keras\nOBJECTS = keras.saving.get_custom_objects()\n",
            "acme/layers.py": LAYER + "\nfrom .compat import OBJECTS\nOBJECTS['x>S'] = Scale\n",
        }
    )
    assert result.entry_points == {"x>S": "acme.layers:Scale"}


def test_function_called_at_import(scan):
    """What a function registers that is called at import counts, for objects that it gets."""
    result = scan(
        {
            "acme/__init__.py": """
            from . import layers

            def init():
                import keras
                keras.saving.get_custom_objects().update({"Scale": layers.Scale})

            init()
            """,
            "acme/layers.py": LAYER,
        }
    )
    assert result.entry_points == {"Scale": "acme.layers:Scale"}
    assert str(result.entries["Scale"].place) == "acme/__init__.py:8"


def test_loop_over_a_list(scan):
    """A loop over a list of classes or pairs registers each."""
    result = scan(
        {
            "acme.py": LAYER
            + """
class Shift(keras.layers.Layer): pass
ALL = [Scale]
ALL.append(Shift)
for cls in ALL:
    keras.saving.register_keras_serializable("acme")(cls)
for name, cls in {"One": Scale, **{"Two": Shift}}.items():
    keras.saving.register_keras_serializable("acme", name)(cls)
[keras.saving.register_keras_serializable(p)(Scale) for p in ("a", "b") if p != "b"]
"""
        }
    )
    assert result.entry_points == {
        "a>Scale": "acme:Scale",
        "acme>One": "acme:Scale",
        "acme>Scale": "acme:Scale",
        "acme>Shift": "acme:Shift",
        "acme>Two": "acme:Shift",
    }


def test_loop_over_globals(scan):
    """A loop over the module's own names registers what it keeps of them."""
    result = scan(
        {
            "acme.py": LAYER
            + """
import inspect
class Helper: pass
for name, value in list(globals().items()):
    if inspect.isclass(value) and issubclass(value, keras.layers.Layer):
        keras.saving.register_keras_serializable("acme")(value)
"""
        }
    )
    assert result.entry_points == SCALE


def test_classes_that_a_metaclass_collects(scan):
    """A metaclass that only collects classes counts where its collection is registered."""
    result = scan(
        {
            "acme.py": """
            import keras

            class Collecting(type):
                classes = {}

                def __new__(mcs, name, bases, namespace):
                    cls = super().__new__(mcs, name, bases, namespace)
                    mcs.classes[name] = cls
                    return cls

            class Scale(keras.layers.Layer, metaclass=Collecting):
                pass

            keras.saving.get_custom_objects().update(Collecting.classes)
            """
        }
    )
    assert result.entry_points == {"Scale": "acme:Scale"}


def test_subclasses(scan):
    """A loop over `__subclasses__()` of a class of the library sees those defined by then."""
    result = scan(
        {
            "acme.py": """
            import keras

            class Base(keras.layers.Layer):
                @classmethod
                def register(cls):
                    keras.saving.register_keras_serializable("acme")(cls)

            class Scale(Base):
                pass

            for cls in Base.__subclasses__():
                cls.register()

            class Late(Base):
                pass
            """
        }
    )
    assert result.entry_points == SCALE
    assert result.bare == {"Base": "acme:Base", "Late": "acme:Late"}


def test_context_manager(scan):
    """A name may come from a context manager of the library."""
    result = scan(
        {
            "acme.py": """
            import contextlib, keras

            @contextlib.contextmanager
            def package(name):
                yield name.lower()

            with package("ACME") as name:
                @keras.saving.register_keras_serializable(name)
                class Scale(keras.layers.Layer):
                    pass
            """
        }
    )
    assert result.entry_points == SCALE


def test_replaced_decorator(scan):
    """A library that replaces Keras' decorator is told so."""
    code = LAYER + "keras.saving.register_keras_serializable = print\n"
    (told,) = scan({"acme.py": code}).unresolved
    assert "keras.saving.register_keras_serializable is replaced" in told.reason
    moved = code.replace("print", "keras.utils.register_keras_serializable")
    assert scan({"acme.py": moved}).unresolved == []


def test_partial(scan):
    """`functools.partial` of the decorator keeps its arguments."""
    result = scan(
        {
            "acme.py": """
            import functools, keras
            register = functools.partial(keras.saving.register_keras_serializable, package="acme")

            @register()
            class Scale(keras.layers.Layer):
                pass

            @register(name="Move")
            class Shift(keras.layers.Layer):
                pass
            """
        }
    )
    assert result.entry_points == {"acme>Move": "acme:Shift", "acme>Scale": "acme:Scale"}


def test_without_get_config(scan):
    """A class that Keras would refuse is reported and not advertised."""
    result = scan(
        {
            "acme.py": "import keras\n"
            "@keras.saving.register_keras_serializable('acme')\nclass Helper:\n    pass\n"
        }
    )
    assert result.entry_points == {}
    (told,) = result.unresolved
    assert "Helper has no get_config()" in told.reason


def test_without_parentheses(scan):
    """The decorator without its parentheses registers nothing: that is told."""
    code = LAYER + "keras.saving.register_keras_serializable(Scale)\n"
    result = scan({"acme.py": code})
    assert result.entry_points == {}
    (told,) = result.unresolved
    assert "register_keras_serializable is used on Scale without its parentheses" in told.reason


def test_dictionary_of_another_library(scan):
    """A function `get_custom_objects` of another library returns a dictionary of its own."""
    code = LAYER + "import keras_bert\nkeras_bert.get_custom_objects()['Scale'] = Scale\n"
    result = scan({"acme.py": code})
    assert result.entry_points == {}
    assert result.bare == {"Scale": "acme:Scale"}


def test_foreign_export(scan):
    """A decorator of another library that may register is reported."""
    result = scan(
        {
            "acme.py": "import keras\nfrom keras_hub.src.api_export import keras_hub_export\n"
            "@keras_hub_export('x')\nclass Scale(keras.layers.Layer):\n    pass\n"
        }
    )
    (told,) = result.unresolved
    assert "keras_hub_export() is outside the library and may register Scale" in told.reason
    assert told.subject == "Scale"


def test_last_registration_wins(scan):
    """Of two objects with one key Keras keeps the last; the other is reported."""
    result = scan(
        {
            "acme.py": LAYER
            + """
class Shift(keras.layers.Layer): pass
register = keras.saving.register_keras_serializable("acme", name="X")
register(Scale)
register(Shift)
register(Scale)
"""
        }
    )
    assert result.entry_points == {"acme>X": "acme:Scale"}
    (told,) = result.unresolved
    assert "'acme>X' also names acme:Shift" in told.reason
    assert result.entries["acme>X"].others == ()


def test_one_key_for_each_keras(scan):
    """Where a key names one object in each Keras, the table names that of Keras 3."""
    code = "import {0}\n@{0}.saving.register_keras_serializable('acme')\nclass S({0}.Layer): pass\n"
    result = scan({"acme/k3.py": code.format("keras"), "acme/legacy.py": code.format("tf_keras")})
    assert result.entry_points == {"acme>S": "acme.k3:S"}
    (told,) = result.unresolved
    assert "acme.legacy:S, for tf_keras" in told.reason
    assert result.entries["acme>S"].others == ("acme.legacy:S",)
