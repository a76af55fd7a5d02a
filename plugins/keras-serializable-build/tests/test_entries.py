"""The values of keys, the keys without a value, and the reports about them."""

import pytest

HEAD = "import keras\nregister = keras.saving.register_keras_serializable\n"
SCALE = HEAD + "@register('acme')\nclass Scale(keras.layers.Layer): pass\n"


def test_public_path(scan):
    """The public package that exports the object is better than a private module."""
    result = scan(
        {
            "acme/__init__.py": "from acme import layers\n",
            "acme/layers/__init__.py": "from acme.src.scale import Scale as Scale\n",
            "acme/src/scale.py": SCALE,
        }
    )
    assert result.entry_points == {"acme>Scale": "acme.layers:Scale"}
    assert result.entries["acme>Scale"].definition == "acme.src.scale:Scale"


def test_package_around_the_definition_first(scan):
    """Of several public packages, the best one is a package of the definition."""
    result = scan(
        {
            "acme/a/__init__.py": "from acme.z._impl import Scale\n",
            "acme/z/__init__.py": "from acme.z._impl import Scale\n",
            "acme/z/_impl.py": SCALE,
        }
    )
    assert result.entry_points == {"acme>Scale": "acme.z:Scale"}


@pytest.mark.parametrize(
    "export",
    [
        "from ._impl import Scale as Rescale\n",
        "import os\nif os.environ.get('X'):\n    from ._impl import Scale\n",
        "try:\n    from ._impl import Scale\nexcept ImportError:\n    Scale = None\n",
        "from . import _impl\nScale = _impl.Scale\n",
        "from ._impl import Scale\nScale = object\n",
    ],
)
def test_no_public_path(scan, export):
    """An alias, a condition or an assignment is no public path: the definition is the value."""
    result = scan({"acme/__init__.py": export, "acme/_impl.py": SCALE})
    assert result.entry_points == {"acme>Scale": "acme._impl:Scale"}


def test_public_definition_stays(scan):
    """A public module that defines the object is the value, for importing it is enough."""
    files = {"acme/__init__.py": "from .layers import Scale\n", "acme/layers.py": SCALE}
    assert scan(files).entry_points == {"acme>Scale": "acme.layers:Scale"}


def test_object_bound_to_another_name(scan):
    """An object made in a function is named by the module-level name that it is bound to."""
    result = scan(
        {
            "acme.py": HEAD
            + "def make(name):\n    @register('acme', name)\n"
            + "    class Local(keras.layers.Layer): pass\n    return Local\n"
            + "Scale = make('S')\nsquish = register('acme', 'squish')(lambda x: x)\n"
        }
    )
    assert result.entry_points == {"acme>S": "acme:Scale", "acme>squish": "acme:squish"}


def test_nested_class(scan):
    """A class inside of a class has a dotted attribute."""
    code = HEAD + "class Outer:\n    @register('acme')\n    class Inner(keras.Layer): pass\n"
    assert scan({"acme.py": code}).entry_points == {"acme>Inner": "acme:Outer.Inner"}


def test_instance(scan):
    """An instance that is registered is named by the name that it is bound to."""
    code = HEAD + "class F:\n    pass\nf = F()\nkeras.saving.get_custom_objects()['f'] = f\n"
    assert scan({"acme.py": code}).entry_points == {"f": "acme:f"}


def test_local_class_under_a_package(scan):
    """If an object has no attribute in a module, the value is the module that registers it."""
    code = (
        HEAD + "def init():\n    @register('acme')\n    class Local(keras.Layer): pass\n"
        "init()\nregister('acme', 'f')(lambda x: x)\n"
    )
    result = scan({"acme/__init__.py": "", "acme/layers.py": code})
    assert result.entry_points == {"acme>Local": "acme.layers", "acme>f": "acme.layers"}


def test_last_object_has_no_name(scan):
    """If the last object of a key has no attribute, an earlier object is not the value."""
    code = HEAD + "@register('acme', 'X')\nclass A(keras.Layer): pass\n"
    code += "def init():\n    class B(keras.Layer): pass\n    register('acme', 'X')(B)\ninit()\n"
    assert scan({"acme.py": code}).entry_points == {"acme>X": "acme"}


def test_bare_local_class_or_lambda(scan):
    """A bare key whose object has no attribute gets no entry, and is reported."""
    code = (
        HEAD + "def init():\n    class Local(keras.Layer): pass\n"
        "    keras.saving.get_custom_objects().update({'Local': Local, 'f': lambda x: x})\n"
        "init()\n"
    )
    result = scan({"acme.py": code})
    assert result.entry_points == {}
    local, function = sorted(told.reason for told in result.unresolved)
    assert "'Local': init.<locals>.Local is local to a function; register it under a" in local
    assert "'f': it is a lambda" in function
    assert str(result.unresolved[0].place) == "acme.py:6"


def test_wrapped_function(scan):
    """Above the decorator, `tf.function` makes another object: the module is the value."""
    code = "import tensorflow as tf\n" + HEAD
    below = code + "@register('acme')\n@tf.function\ndef squish(x): return x\n"
    above = code + "@tf.function\n@register('acme')\ndef squish(x): return x\n"
    assert scan({"acme.py": below}).entry_points == {"acme>squish": "acme:squish"}
    assert scan({"acme.py": above}).entry_points == {"acme>squish": "acme"}


def test_object_from_outside(scan):
    """An object of another library is named by the name that the library has for it."""
    code = "import keras\nfrom tensorflow.nn import swish\n"
    named = code + "keras.saving.get_custom_objects()['swish'] = swish\n"
    assert scan({"acme.py": named}).entry_points == {"swish": "acme:swish"}
    nameless = "import keras, tensorflow as tf\n"
    nameless += "keras.saving.get_custom_objects()['swish'] = tf.nn.swish\n"
    result = scan({"acme.py": nameless})
    assert result.entry_points == {}
    assert "no module of the library has a name for tensorflow.nn.swish" in str(result.unresolved)


@pytest.mark.parametrize("name", ["a=b", "two\nlines", "end "])
def test_package_form(scan, name):
    """A key that cannot be the name of an entry point is offered as its package."""
    code = HEAD + f"@register('acme', name={name!r})\nclass Scale(keras.Layer): pass\n"
    result = scan({"acme/__init__.py": "", "acme/layers.py": code})
    assert result.entry_points == {"acme": "acme.layers"}


@pytest.mark.parametrize("package", ["a=b", "#a", ";a", "[a]"])
def test_package_that_cannot_be_a_name(scan, package):
    """A key whose package cannot be a name either gets no entry, and is reported."""
    code = HEAD + f"@register({package!r})\nclass Scale(keras.Layer): pass\n"
    result = scan({"acme.py": code})
    assert result.entry_points == {}
    assert f"an entry point cannot be called '{package}>Scale'" in result.unresolved[0].reason


def test_sorted(scan):
    """The table is sorted, for every order of the code."""
    code = HEAD + "".join(f"@register('acme')\ndef {n}(x): pass\n" for n in "cab")
    assert list(scan({"acme.py": code}).entry_points) == ["acme>a", "acme>b", "acme>c"]
