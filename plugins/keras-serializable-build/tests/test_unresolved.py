"""Nothing is missed in silence: what cannot be followed is told with its reason and place."""

import pytest

import keras_serializable_build

HEAD = "import keras, os\nregister = keras.saving.register_keras_serializable\n"
CLASS = "class Scale(keras.layers.Layer): pass\n"
FOLLOWED = keras_serializable_build.Kind.NOT_FOLLOWED
NOT_RUN = keras_serializable_build.Kind.NOT_RUN


@pytest.mark.parametrize(
    ("decorator", "reason"),
    [
        ("register(os.environ['PACKAGE'])", "gets a package that cannot be followed: os.environ"),
        ("register('acme', name=os.getcwd())", "gets a name that cannot be followed: os.getcwd()"),
        ("register(*os.sys.argv)", "cannot be followed"),
        ("undefined", "the name 'undefined' is not defined"),
        ("os.register_keras_serializable.x(1)", None),
    ],
)
def test_decorator(scan, decorator, reason):
    """A decorator whose key depends on the running program is told at its place."""
    result = scan({"acme.py": f"{HEAD}@{decorator}\n{CLASS}"})
    if reason is None:
        assert result.unresolved == []
        return
    (told,) = result.unresolved
    assert reason in told.reason
    assert (str(told.place), told.kind, told.subject) == ("acme.py:3", FOLLOWED, "Scale")
    assert told.module == "acme"


def test_place_of_use(scan):
    """The place is where the library uses its wrapper, not the wrapper's own line."""
    result = scan(
        {
            "acme/utils.py": HEAD + "def wrap(cls):\n    return register(os.getcwd())(cls)\n",
            "acme/layers.py": "from .utils import wrap, keras\n\n@wrap\n" + CLASS,
        }
    )
    (told,) = result.unresolved
    assert str(told.place) == "acme/layers.py:3"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("keras.saving.get_custom_objects().update(os.load())", "os.load()"),
        ("keras.saving.get_custom_objects()[os.getcwd()] = Scale", "os.getcwd()"),
        ("keras.saving.get_custom_objects()['x'] = os.load()", None),
        ("exec('register_keras_serializable')", "runs text that is not followed"),
        ("exec(open('x').read())", "runs text that is not followed"),
        ("for c in os.classes(): register('acme')(c)", "os.classes()"),
        ("for c in keras.Layer.__subclasses__(): register('acme')(c)", "__subclasses__"),
    ],
)
def test_statement(scan, code, reason):
    """A statement that registers something unknown is told."""
    result = scan({"acme.py": HEAD + CLASS + code + "\n"})
    assert [told.place.line for told in result.unresolved] == [4]
    assert reason is None or reason in result.unresolved[0].reason


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("keras.saving.get_custom_objects().update({'Scale': Scale})", "get_custom_objects()."),
        ("objects = keras.saving.get_custom_objects()\n    objects['x'] = Scale", "assignment"),
        ("register('acme')(Scale)", "register_keras_serializable"),
        ("@register('acme')\n    class Local(keras.Layer): pass", "register_keras_serializable"),
        ("from keras.saving import get_custom_objects\n    get_custom_objects()['x'] = 1", "assig"),
        ("keras.src.saving.object_registration.GLOBAL_CUSTOM_OBJECTS['x'] = 1", "assignment"),
    ],
)
def test_function_that_nothing_calls(scan, body, what):
    """A registering call in a function that nothing calls at import is told with its place."""
    code = HEAD + CLASS + f"class Kit:\n  def setup(self):\n    {body}\n"
    result = scan({"acme.py": code})
    (told,) = result.unresolved
    assert what in told.reason
    assert "Kit.setup(), which nothing calls at import" in told.reason
    assert told.kind is NOT_RUN


def test_wrapper_in_a_function_that_nothing_calls(scan):
    """The library's own decorator is recognized there, too."""
    code = (
        HEAD + "def wrap(obj):\n    return register('acme')(obj)\n@wrap\ndef f(x): return x\n"
        "def later():\n    @wrap\n    def g(x): return x\n"
    )
    result = scan({"acme.py": code})
    assert result.entry_points == {"acme>f": "acme:f"}
    (told,) = result.unresolved
    assert "the decorator wrap is in later()" in told.reason


def test_reading_is_no_registering(scan):
    """Reading the registered objects in a function is not told."""
    code = HEAD + "def load(path):\n    return keras.saving.get_custom_objects().get(path)\n"
    assert scan({"acme.py": code}).unresolved == []


def test_body_that_raises(scan):
    """A module whose import surely raises an exception is told; what precedes it counts."""
    code = HEAD + "@register('acme')\n" + CLASS + "raise ImportError('gone')\n" + CLASS
    result = scan({"acme.py": code})
    assert result.entry_points == {"acme>Scale": "acme:Scale"}
    (told,) = result.unresolved
    assert told.kind is keras_serializable_build.Kind.NOT_READ
    assert told.place.line == 5


def test_unrelated_riddles_are_not_told(scan):
    """What cannot be followed and cannot register anything is no news."""
    code = HEAD + "x = os.a() + undefined_name(3)\nfor y in x: y.z(x)\n" + CLASS
    code += "def loop(c):\n    while True: c = c\n@os.deco\ndef f(): pass\nloop(Scale)\n"
    assert scan({"acme.py": code}).unresolved == []
