"""How module bodies are run: imports, branches, loops, calls, and their limits."""

import time

import pytest

DECORATED = """
import keras
@keras.saving.register_keras_serializable("acme")
class Scale(keras.layers.Layer):
    pass
"""
SCALE = {"acme>Scale": "acme:Scale"}


def test_nothing_is_imported(scan, tmp_path):
    """Scanning runs no line of the library."""
    witness = tmp_path / "ran"
    code = f"open({str(witness)!r}, 'w')\nimport os\nos.mkdir({str(witness)!r} + '_')\n"
    assert scan({"acme.py": code + DECORATED}).entry_points == SCALE
    assert not list(tmp_path.glob("ran*"))


def test_import_alternatives(scan):
    """A decorator that comes from one of two imports registers in either case."""
    result = scan(
        {
            "acme.py": """
            try:
                from keras.saving import register_keras_serializable
                from keras.layers import Layer
            except ImportError:
                from tensorflow.keras.utils import register_keras_serializable
                from tensorflow.keras.layers import Layer

            @register_keras_serializable("acme")
            class Scale(Layer):
                pass
            """
        }
    )
    assert result.entry_points == SCALE
    assert result.entries["acme>Scale"].sure
    assert result.entries["acme>Scale"].kerases == ("keras", "tensorflow.keras")


def test_import_fallback_that_does_nothing(scan):
    """Where the decorator may be a stand-in, the key is offered and marked as not sure."""
    result = scan(
        {
            "acme.py": """
            try:
                from keras.saving import register_keras_serializable
            except ImportError:
                def register_keras_serializable(*args, **kwargs):
                    return lambda obj: obj

            @register_keras_serializable("acme")
            def squish(x):
                return x
            """
        }
    )
    assert result.entry_points == {"acme>squish": "acme:squish"}
    assert not result.entries["acme>squish"].sure


@pytest.mark.parametrize(
    ("test", "sure"),
    [
        ("if os.environ.get('X'):", False),
        ("if True:", True),
        ("if __name__ != '__main__':", True),
        ("if not TYPE_CHECKING:", True),
        ("for _ in os.listdir():", False),
        ("while os.environ:", False),
        ("with open('x') as file:", True),
        ("with contextlib.suppress(ImportError):", False),
    ],
)
def test_condition(scan, test, sure):
    """What a test guards that only the running program can decide is offered as not sure."""
    code = (
        "import os, contextlib, keras\nfrom typing import TYPE_CHECKING\n"
        "class Scale(keras.layers.Layer): pass\n"
        f"{test}\n    keras.saving.register_keras_serializable('acme')(Scale)\n"
    )
    result = scan({"acme.py": code})
    assert result.entry_points == SCALE
    assert result.entries["acme>Scale"].sure is sure


@pytest.mark.parametrize(
    "test", ["if False:", "if __name__ == '__main__':", "if TYPE_CHECKING:", "for _ in []:"]
)
def test_condition_that_never_holds(scan, test):
    """What surely never runs registers nothing."""
    code = (
        "import keras\nfrom typing import TYPE_CHECKING\nclass Scale(keras.layers.Layer): pass\n"
        f"{test}\n    keras.saving.register_keras_serializable('acme')(Scale)\n"
    )
    result = scan({"acme.py": code})
    assert result.entry_points == {}
    assert result.bare == {"Scale": "acme:Scale"}


def test_both_arms(scan):
    """A class that is defined differently in both arms of a test is registered for sure."""
    result = scan(
        {
            "acme.py": """
            import keras, os
            register = keras.saving.register_keras_serializable("acme")
            if os.environ.get("FAST"):
                @register
                class Scale(keras.layers.Layer): pass
            else:
                @register
                class Scale(keras.layers.Layer): pass
            """
        }
    )
    assert result.entry_points == SCALE
    assert result.unresolved == []


def test_early_return(scan):
    """What follows a return that may happen is not sure; a check that raises changes nothing."""
    result = scan(
        {
            "acme.py": """
            import keras, os

            def checked(cls):
                if os.environ.get("X"):
                    raise ValueError("no")
                return keras.saving.register_keras_serializable("sure")(cls)

            def sometimes(cls):
                if os.environ.get("X"):
                    return cls
                return keras.saving.register_keras_serializable("may")(cls)

            @checked
            @sometimes
            class Scale(keras.layers.Layer): pass
            """
        }
    )
    assert result.entry_points == {"may>Scale": "acme:Scale", "sure>Scale": "acme:Scale"}
    assert {key: entry.sure for key, entry in result.entries.items()} == {
        "sure>Scale": True,
        "may>Scale": False,
    }


def test_class_defined_twice(scan):
    """Of two classes with one name and one key, the last one is what the name stands for."""
    result = scan({"acme.py": DECORATED + DECORATED})
    assert result.entry_points == SCALE
    assert str(result.entries["acme>Scale"].defined) == "acme.py:9"
    assert result.unresolved == []


def test_relative_imports(scan):
    """Relative imports of every level are followed, in packages and in modules."""
    result = scan(
        {
            "acme/__init__.py": "from ._register import register as deco\n",
            "acme/_register.py": "import keras\n"
            "register = keras.saving.register_keras_serializable('acme')\n",
            "acme/sub/__init__.py": "from .. import deco\nfrom . import deep\n",
            "acme/sub/deep.py": "import keras\nfrom ..sub import deco as one\n"
            "from .._register import register as two\n"
            "@one\nclass Scale(keras.Layer): pass\n@two\nclass Shift(keras.Layer): pass\n",
        }
    )
    assert result.entry_points == {
        "acme>Scale": "acme.sub.deep:Scale",
        "acme>Shift": "acme.sub.deep:Shift",
    }


def test_import_cycle(scan):
    """Two modules that import each other see what each has defined by then."""
    result = scan(
        {
            "acme/__init__.py": "from . import b\n",
            "acme/a.py": "import keras\nfrom . import b\n"
            "deco = keras.saving.register_keras_serializable\n"
            "def register(cls):\n    return deco(b.NAME)(cls)\n",
            "acme/b.py": "import keras\nNAME = 'acme'\nfrom .a import register\n"
            "@register\nclass Scale(keras.Layer): pass\n",
        }
    )
    assert result.entry_points == {"acme>Scale": "acme.b:Scale"}


def test_star_import(scan):
    """A star import binds what `__all__` lists, or else all names without an underscore."""
    result = scan(
        {
            "acme/a.py": "import keras\n__all__ = ['_register']\n"
            "_register = keras.saving.register_keras_serializable('acme')\n"
            "other = keras.saving.register_keras_serializable('never')\n",
            "acme/b.py": "from keras.layers import *\nPACKAGE = 'acme'\n",
            "acme/c.py": "from .a import *\nfrom .b import *\n"
            "@_register\nclass Scale(Layer): pass\n"
            "try:\n    other(Scale)\nexcept NameError:\n    pass\n",
        }
    )
    assert result.entry_points == {"acme>Scale": "acme.c:Scale"}


def test_generator_and_comprehension(scan):
    """Names may come from a generator function or a comprehension."""
    result = scan(
        {
            "acme.py": DECORATED
            + """
def names():
    yield "One"
    for letter in "ab":
        yield letter.upper()
for name in names():
    keras.saving.register_keras_serializable("acme", name)(Scale)
MAP = {f"{n}2": Scale for n in ("Two",)}
keras.saving.get_custom_objects().update(MAP)
"""
        }
    )
    assert sorted(result.entry_points) == ["Two2", "acme>A", "acme>B", "acme>One", "acme>Scale"]


def test_copy_is_the_object(scan):
    """`copy.copy` of a class or function is the object itself."""
    code = DECORATED.replace("@keras", "@(lambda obj: copy.copy(obj))\n@keras", 1)
    assert scan({"acme.py": "import copy\n" + code}).entry_points == SCALE


def test_wraps_gives_its_name(scan):
    """A function that wraps another is registered under the name of that one."""
    result = scan(
        {
            "acme.py": """
            import functools, keras

            def logged(function):
                @functools.wraps(function)
                def wrapper(*args):
                    return function(*args)
                return wrapper

            @keras.saving.register_keras_serializable("acme")
            @logged
            def squish(x):
                return x
            """
        }
    )
    assert result.entry_points == {"acme>squish": "acme:squish"}


def test_endless_loop(scan):
    """A loop without end stops, is reported where it matters, and does not stop the scan."""
    started = time.process_time()
    result = scan(
        {
            "acme.py": DECORATED
            + "def forever(cls):\n    while True:\n        pass\n"
            + "    keras.saving.register_keras_serializable('x')(cls)\n"
            + "@forever\nclass Shift(keras.Layer): pass\n"
            + "while True:\n    pass\n"
            + "class After(keras.Layer): pass\n"
        }
    )
    assert time.process_time() - started < 10
    assert result.entry_points == SCALE
    assert result.bare == {"After": "acme:After"}
    (told,) = result.unresolved
    assert "the decorator of Shift takes more steps than the scan allows" in told.reason


def test_endless_recursion(scan):
    """A function that calls itself without end is reported where it may register."""
    result = scan(
        {
            "acme.py": "import keras\n"
            "def again(cls):\n    again(cls)\n"
            "    return keras.saving.register_keras_serializable('acme')(cls)\n"
            "@again\nclass Scale(keras.Layer): pass\n"
        }
    )
    assert result.entry_points == SCALE
    (told,) = result.unresolved
    assert "calls nest deeper" in told.reason


def test_long_chain_of_imports(scan):
    """A chain of 400 modules, each importing the next first, is followed to its end."""
    files = {f"acme/m{i}.py": f"from .m{i + 1} import register\n" for i in range(400)}
    files["acme/m400.py"] = (
        "import keras\nregister = keras.saving.register_keras_serializable('acme')\n"
    )
    files["acme/a.py"] = (
        "import keras\nfrom .m0 import register\n@register\nclass Scale(keras.Layer): pass\n"
    )
    assert scan(files).entry_points == {"acme>Scale": "acme.a:Scale"}


def test_deep_expression(scan):
    """An expression that nests 3000 deep does not stop the scan."""
    code = "x = " + " + ".join(["1"] * 3000) + "\n"
    assert scan({"acme.py": code + DECORATED}).entry_points == SCALE


def test_large_tree(scan):
    """A tree of 2000 modules takes seconds."""
    method = "    def call(self, x):\n        return [keras.ops.abs(y) for y in x if y] + [1, 2]\n"
    files = {
        f"acme/m{i}.py": "import keras\nfrom . import utils\n"
        f"@utils.register\nclass Scale{i}(keras.layers.Layer):\n{method * 40}"
        for i in range(2000)
    }
    files["acme/utils.py"] = (
        "import keras\nregister = keras.saving.register_keras_serializable('acme')\n"
    )
    started = time.process_time()
    result = scan(files)
    assert time.process_time() - started < 20
    assert len(result.entry_points) == 2000
    assert result.entry_points["acme>Scale7"] == "acme.m7:Scale7"
