"""Tests for the connection: which Keras is connected, when, and what is left when something fails.

Each runs in a process of its own, beside a small Keras (see `small_keras`). Real ones are tested
with the plugins.
"""

import pytest
from distributions import install, lay
from small_keras import KINDS, small_keras

WATCHED = sorted(
    [
        "keras.src.saving.object_registration",
        "keras.src.saving.serialization_lib",
        "keras.src.legacy.saving.serialization",
        "keras.src.layers",
        *(f"keras.src.{kind}" for kind in KINDS),
    ]
)
"""The modules with functions to intercept."""

PRELUDE = f"""
import importlib, sys, threading
import keras_serializable

WATCHED = {WATCHED!r}

def runs_ours(function):
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    return any(name.startswith("__keras_serializable") for name in names)

def intercepted(root="keras"):
    "Return the modules of which a function runs code of ours."
    return sorted(
        name for name, module in list(sys.modules.items())
        if name.partition(".")[0] == root
        and any(runs_ours(each) and each.__module__ == name for each in vars(module).values())
    )

def connections():
    return sum(type(finder).__name__ == "Connection" for finder in sys.meta_path)

numbers = iter(range(100))

def finds():
    "Return whether the functions of Keras find advertised keys that nobody has asked for yet."
    from keras.src import losses
    from keras.src.legacy.saving import serialization
    from keras.src.saving import object_registration, serialization_lib

    keys = [f"acme>f{{next(numbers)}}" for _ in range(3)]
    found = [
        losses.deserialize(keys[0]),
        serialization.class_and_config_for_serialized_keras_object(
            {{"class_name": keys[1], "config": {{}}}}
        )[0],
        object_registration.get_registered_object(keys[2]),
    ]
    config = {{"class_name": "C", "registered_name": f"acme>C{{next(numbers)}}",
              "module": "acme_m", "config": {{}}}}
    made = serialization_lib.deserialize_keras_object(config)
    names = [f"acme>{{getattr(each, '__name__', each)}}" for each in found]
    return names == keys and type(made).__name__ == config["registered_name"][5:]
"""

PLUGIN = """
for number in range(100):
    exec(f"def f{number}(): pass")
    exec(f"class C{number}:\\n    def get_config(self): return {{}}")
"""


@pytest.fixture
def keras(site, fresh):
    """Return a function that runs code beside a small Keras; see `small_keras`."""
    keys = {f"acme>{kind}{n}": f"acme_m:{kind}{n}" for kind in "fC" for n in range(100)}
    install(site, "acme", "1", keys, {"acme_m.py": PLUGIN})

    def run(code, edits=(), *, options=()):
        lay(site, small_keras("keras", edits))
        return fresh(PRELUDE + code, site, options=options)

    return run


CONNECTED_FIRST = """
keras_serializable.connect()
import keras
"""
IMPORTED_FIRST = """
import keras
keras_serializable.connect()
"""
BOTH_ORDERS = pytest.mark.parametrize(
    "start", [CONNECTED_FIRST, IMPORTED_FIRST], ids=["connected first", "imported first"]
)


@BOTH_ORDERS
def test_the_whole_of_a_keras_is_connected(keras, start):
    """Each module is intercepted and advertised keys are found; afterwards all is as before."""
    keras(f"""
before = sys.meta_path.copy()
{start}
assert intercepted() == WATCHED
assert finds()
keras_serializable.disconnect()
assert intercepted() == []
assert sys.meta_path == before
assert keras.src.losses.deserialize("acme>f90") == "acme>f90"
""")


EARLY, LATE = "src/saving/object_registration.py", "src/layers.py"
NEWER = {
    EARLY: [("module_objects=None)", "module_objects=None, strict=False)")],
    "src/saving/serialization_lib.py": [
        ("safe_mode=True, **kwargs", "safe_mode=True, strict=False, **kwargs"),
        ("full_config, custom_objects=None", "full_config, custom_objects=None, *, strict=False"),
    ],
    LATE: [
        ("(config, custom_objects=None)", "(config, custom_objects=None, strict=False)"),
        (
            "    return serialization_lib",
            "    if strict: raise ValueError(config)\n    return serialization_lib",
        ),
    ],
    **{
        f"src/{kind}.py": [
            ("def get(identifier)", "def get(identifier, strict=False, **options)"),
            ("(config, custom_objects=None)", "(config, custom_objects=None, strict=False)"),
        ]
        for kind in KINDS
    },
}
"""A Keras of which each function has got a parameter with a default."""


@BOTH_ORDERS
def test_new_parameters_with_defaults(keras, start):
    """A Keras with new parameters that have defaults is connected, and they reach it."""
    keras(
        f"""
{start}
assert intercepted() == WATCHED
assert finds()
from keras.src.layers import deserialize
assert deserialize("acme>nothing") == "acme>nothing"
for arguments, options in (((None, True), {{}}), ((), {{"strict": True}})):
    try:
        deserialize("acme>nothing", *arguments, **options)
    except ValueError as error:
        assert "acme>nothing" in str(error)
    else:
        raise AssertionError
""",
        NEWER,
    )


MISFITS = {
    "early": (
        {EARLY: [("(name, custom_objects=None,", "(name, strict, custom_objects=None,")]},
        "keras.src.saving.object_registration.get_registered_object",
        "'strict'",
    ),
    "late": (
        {LATE: [("(config, custom_objects=None)", "(config, strict, custom_objects=None)")]},
        "keras.src.layers.deserialize",
        "'strict'",
    ),
    "missing": (
        {LATE: [("(config, custom_objects=None)", "(config)")]},
        "keras.src.layers.deserialize",
        "'custom_objects'",
    ),
    "required": (
        {LATE: [("(config, custom_objects=None)", "(config, custom_objects=None, *, strict)")]},
        "keras.src.layers.deserialize",
        "'strict'",
    ),
    "gone": (
        {"src/regularizers.py": [("def get(", "def take(")]},
        "keras.src.regularizers has no function",
        "get",
    ),
    "no objects": (
        {EARLY: [("GLOBAL_CUSTOM_NAMES", "ALL_NAMES")]},
        "keras.src.saving.object_registration",
        "GLOBAL_CUSTOM_NAMES",
    ),
}
"""Keras packages that are none of those known here, and what has to be told of each."""


@BOTH_ORDERS
@pytest.mark.parametrize("name", MISFITS)
def test_a_keras_that_does_not_fit_is_left_alone(keras, site, start, name):
    """One warning names the function, the parameter and what to do; other Kerases are connected."""
    edits, function, parameter = MISFITS[name]
    lay(site, small_keras("tf_keras"))
    keras(
        f"""
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    {start.strip().replace(chr(10), "; ")}
    import wave, tf_keras
(warning,) = caught
assert warning.category.__name__ == "UnknownKerasWarning"
for text in ({function!r}, {parameter!r}, "Import plugins before", "leaves keras alone"):
    assert text in str(warning.message), warning.message
assert intercepted() == []
assert intercepted("tf_keras") == [name.replace("keras", "tf_keras", 1) for name in WATCHED]
assert keras.src.losses.deserialize("acme>f0") == "acme>f0"
""",
        edits,
    )


def test_a_warning_that_is_an_error_does_not_break_the_import_of_keras(keras):
    """Keras is imported, and standard error tells what the warning would have told."""
    keras(
        """
import io
sys.stderr = io.StringIO()
keras_serializable.connect()
import keras
assert intercepted() == []
text = sys.stderr.getvalue()
sys.stderr = sys.__stderr__
assert text.count("keras_serializable leaves keras alone") == 1, text
""",
        MISFITS["late"][0],
        options=("-W", "error::UserWarning"),
    )


def test_without_a_standard_error(keras):
    """Where nothing can be reported, Keras is imported without a report."""
    keras(
        """
keras_serializable.connect()
sys.stderr = None
import keras
sys.stderr = sys.__stderr__
assert intercepted() == []
""",
        MISFITS["late"][0],
    )


def test_a_warning_that_is_an_error_leaves_nothing_of_connect_behind(keras, site):
    """The call raises the warning, no finder stays, and no other Keras is connected."""
    lay(site, small_keras("tf_keras"))
    keras(
        """
import keras, tf_keras
before = sys.meta_path.copy()
for _ in range(2):
    try:
        keras_serializable.connect()
    except UserWarning as warning:
        assert "keras.src.layers.deserialize" in str(warning)
    else:
        raise AssertionError
    assert sys.meta_path == before
    assert intercepted() == intercepted("tf_keras") == []
import wave
""",
        MISFITS["late"][0],
    )


def test_a_failure_leaves_nothing_of_connect_behind(keras):
    """Whatever fails, the next call starts afresh."""
    keras("""
import keras

class Other:
    is_keras_serializable_connection = True
    def detach(self): raise RuntimeError("other")
    def find_spec(self, name, path=None, target=None): pass

other = Other()
sys.meta_path.insert(0, other)
before = sys.meta_path.copy()
try:
    keras_serializable.connect()
except RuntimeError:
    pass
else:
    raise AssertionError
assert (sys.meta_path, intercepted()) == (before, [])
sys.meta_path.remove(other)
keras_serializable.connect()
assert intercepted() == WATCHED
""")


BLOCKING = """
class Blocking:
    "Holds one import up, after the module is found or before its code has run to the end."

    def __init__(self, name, method):
        self.name, self.method = name, method
        self.inside, self.go_on = threading.Event(), threading.Event()

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec(name, path)
        proceed = getattr(spec.loader, self.method)
        def hold(argument):
            done = proceed(argument)
            self.inside.set()
            assert self.go_on.wait(30)
            return done
        setattr(spec.loader, self.method, hold)
        return spec

def import_held_up(name, method, meanwhile):
    blocking = Blocking(name, method)
    sys.meta_path.insert(0, blocking)
    thread = threading.Thread(target=importlib.import_module, args=("keras",), daemon=True)
    thread.start()
    assert blocking.inside.wait(30)
    assert (name in sys.modules) == (method == "exec_module")
    meanwhile()
    blocking.go_on.set()
    thread.join(30)
    assert not thread.is_alive()
    sys.meta_path.remove(blocking)
"""


@pytest.mark.parametrize(
    ("name", "method"),
    [
        *((name, "create_module") for name in ("keras.src", "keras.src.saving", *WATCHED)),
        ("keras.src.losses", "exec_module"),
        ("keras.src.saving.object_registration", "exec_module"),
    ],
)
def test_connecting_while_another_thread_imports_keras(keras, name, method):
    """The module that the other thread has found, or is running, is connected like the others."""
    keras(f"""
{BLOCKING}
import_held_up({name!r}, {method!r}, keras_serializable.connect)
assert intercepted() == WATCHED
assert finds()
""")


@pytest.mark.parametrize("method", ["create_module", "exec_module"])
def test_connecting_while_the_last_module_is_imported(keras, method):
    """A module after which Keras imports nothing more is connected at the next import."""
    keras(
        f"""
{BLOCKING}
import_held_up("keras.src.regularizers", {method!r}, keras_serializable.connect)
import acme_m
assert intercepted() == WATCHED
""",
        {
            "src/__init__.py": [
                ("from keras.src import regularizers\n", ""),
                ("import version\n", "import regularizers\n"),
            ]
        },
    )


@pytest.mark.parametrize("method", ["create_module", "exec_module"])
@pytest.mark.parametrize("name", [WATCHED[0], "keras.src.saving.object_registration"])
def test_disconnecting_while_another_thread_imports_keras(keras, name, method):
    """Nothing is connected afterwards, and connecting again connects the whole."""
    keras(f"""
{BLOCKING}
keras_serializable.connect()
import_held_up({name!r}, {method!r}, keras_serializable.disconnect)
assert intercepted() == []
keras_serializable.connect()
assert intercepted() == WATCHED
keras_serializable.disconnect()

for name in [name for name in sys.modules if name.partition(".")[0] == "keras"]:
    del sys.modules[name]

def again():
    keras_serializable.disconnect()
    keras_serializable.connect()

keras_serializable.connect()
import_held_up({name!r}, {method!r}, again)
assert intercepted() == WATCHED
assert finds()
""")


def test_threads_that_connect_and_disconnect_while_keras_is_imported(keras):
    """Whatever the threads are in the middle of, the last call decides."""
    keras("""
sys.setswitchinterval(1e-5)
done = threading.Event()
failures = []

def change():
    try:
        while not done.is_set():
            keras_serializable.connect()
            keras_serializable.disconnect()
    except BaseException as error:
        failures.append(error)

threads = [threading.Thread(target=change, daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(30):
    import keras
    keras.src.losses.deserialize("acme>f0")
    for name in [name for name in sys.modules.copy() if name.partition(".")[0] == "keras"]:
        del sys.modules[name]
done.set()
for thread in threads:
    thread.join(30)
assert not failures, failures
keras_serializable.disconnect()
import keras
assert intercepted() == []
assert connections() == 0
keras_serializable.connect()
assert intercepted() == WATCHED
""")


FAILING = {"src/optimizers.py": [("\nALL", "\nimport asked\nasked.now()\nALL")]}
FAIL = "import keras_serializable\ndef now():\n    keras_serializable.connect()\n    1 / 0\n"


@pytest.mark.parametrize("start", ["", "keras_serializable.connect()"], ids=["during", "before"])
def test_an_import_of_keras_that_fails(keras, site, start):
    """Unrelated imports work afterwards, and a second attempt is connected as a whole."""
    lay(site, {"asked.py": FAIL})
    keras(
        f"""
{start}
try:
    import keras
except ZeroDivisionError:
    pass
import wave
assert "keras" not in sys.modules and "keras.src.optimizers" not in sys.modules
import asked
asked.now = int
import keras
assert intercepted() == WATCHED
assert finds()
""",
        FAILING,
    )


def test_a_failed_import_whose_parts_are_removed(keras, site):
    """After a failed import was cleared away, other imports work, and so does one of Keras."""
    lay(site, {"asked.py": FAIL})
    keras(
        """
try:
    import keras
except ZeroDivisionError:
    pass
for name in [name for name in sys.modules if name.partition(".")[0] == "keras"]:
    del sys.modules[name]
import wave, asked
asked.now = int
import keras
assert intercepted() == WATCHED
""",
        FAILING,
    )


def test_a_module_that_is_loaded_again(keras):
    """A reloaded module, and one that was removed and imported again, are intercepted again."""
    keras("""
keras_serializable.connect()
import keras
for name in WATCHED:
    importlib.reload(sys.modules[name])
    assert intercepted() == WATCHED
    assert finds()
for name in WATCHED:
    if name == "keras.src.saving.object_registration":
        continue  # without it nothing of the old Keras works
    del sys.modules[name]
    importlib.import_module(name)
    assert intercepted() == WATCHED
    assert finds()
keras_serializable.disconnect()
assert intercepted() == []
""")


def test_a_module_that_is_loaded_lazily(keras):
    """A module whose code has yet to run is not made to run, and is connected when it does."""
    keras("""
import keras
for name in ("keras.src.losses", "keras.src.metrics"):
    del sys.modules[name]

def lazily(name):
    spec = importlib.util.find_spec(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

import importlib.util
before = lazily("keras.src.losses")
keras_serializable.connect()
after = lazily("keras.src.metrics")
import wave
for module in (before, after):
    assert "deserialize" not in object.__getattribute__(module, "__dict__")
    module.deserialize
import acme_m
assert intercepted() == WATCHED
""")


def test_a_loader_of_the_old_kind(keras):
    """A loader that has only `load_module` works as without us, and its module is connected."""
    keras(
        """
import importlib.machinery, types, warnings

class Loader:
    def __init__(self, spec): self.spec = spec
    def load_module(self, name):
        module = sys.modules[name] = types.ModuleType(name)
        module.__file__ = self.spec.origin
        exec(self.spec.loader.get_code(name), vars(module))
        return module

class Finder:
    def find_spec(name, path=None, target=None):
        if name != "keras.src.losses":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        return importlib.machinery.ModuleSpec(name, Loader(spec), origin=spec.origin)

sys.meta_path.insert(0, Finder)
keras_serializable.connect()
import keras, acme_m
assert intercepted() == WATCHED
""",
        options=("-W", "default"),
    )


def test_a_loader_that_is_copied(keras):
    """Our stand-in for a loader can be copied like that loader."""
    keras("""
import copy, importlib.util
import keras
keras_serializable.connect()
del sys.modules["keras.src.losses"]
loader = importlib.util.find_spec("keras.src.losses").loader
assert copy.copy(loader).path == loader.path == keras.src.losses.__file__
""")


def test_a_module_that_is_no_part_of_keras(keras):
    """A module that is loaded from Keras' file under another name is left alone."""
    keras("""
import importlib.util
keras_serializable.connect()
import keras
former = sys.modules.pop("keras.src.losses")
spec = importlib.util.find_spec("keras.src.losses")
sys.modules["keras.src.losses"] = former
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
assert not any(runs_ours(each) for each in vars(module).values())
assert intercepted() == WATCHED
""")


def test_a_finder_that_was_removed(keras):
    """After `sys.meta_path` was put back, connecting again connects what is imported later."""
    keras("""
former = sys.meta_path.copy()
keras_serializable.connect()
sys.meta_path[:] = former
keras_serializable.connect()
assert connections() == 1
import keras
assert intercepted() == WATCHED
keras_serializable.disconnect()
assert (sys.meta_path, intercepted()) == (former, [])
""")


SECOND_COPY = """
def second_copy():
    for name in [name for name in sys.modules if name.startswith("keras_serializable")]:
        del sys.modules[name]
    import keras_serializable
    return keras_serializable

first = keras_serializable
"""


@BOTH_ORDERS
@pytest.mark.parametrize("last", ["first", "second"])
def test_two_copies(keras, start, last):
    """The copy of the package that connects later takes over; the other cannot undo that."""
    keras(f"""
{start}
{SECOND_COPY}
second = second_copy()
assert second is not first
second.connect()
assert connections() == 1
assert intercepted() == WATCHED and finds()
first.disconnect()
assert intercepted() == WATCHED and finds()
if {last!r} == "first":
    first.connect()
    assert connections() == 1
    second.disconnect()
    assert intercepted() == WATCHED and finds()
{last}.disconnect()
assert intercepted() == []
assert connections() == 0
assert keras.src.losses.deserialize("acme>f90") == "acme>f90"
""")


def test_two_copies_of_which_the_first_is_hidden(keras):
    """Where the finder of the first copy is gone, the second finds what the first intercepts."""
    keras(f"""
former = sys.meta_path.copy()
{IMPORTED_FIRST}
sys.meta_path[:] = former
{SECOND_COPY}
second = second_copy()
second.connect()
assert finds()
first.disconnect()
assert intercepted() == WATCHED and finds()
second.disconnect()
assert intercepted() == []
""")


NEW_BACKEND = """
def set_backend():
    "Do what `keras.config.set_backend()` does."
    for name in [name for name in sys.modules if name.startswith("keras")]:
        del sys.modules[name]
    import keras
    return keras
"""
LAYER = "import keras\nclass Scale(keras.src.layers.Layer): pass\n"


@pytest.mark.parametrize("connecting", ["first", "second", "both"])
def test_a_keras_that_is_replaced_is_another(keras, site, connecting):
    """A Keras that replaces another is connected in its place, by the copy that connected last."""
    keras(f"""
{IMPORTED_FIRST if connecting != "second" else "import keras"}
{NEW_BACKEND}
{SECOND_COPY}
old = {{name: sys.modules[name] for name in WATCHED}}
new = set_backend()
assert new is not keras
if {connecting!r} != "first":
    second = second_copy()
    second.connect()
assert intercepted() == WATCHED and finds()
sys.modules.update(old)
assert intercepted() == []
""")


def test_a_class_of_a_keras_that_is_replaced(keras, site):
    """A class of the old Keras is not handed to the new one until its plugin is imported anew."""
    install(site, "bolt", "1", {"bolt>Scale": "bolt_m:Scale"}, {"bolt_m.py": LAYER})
    keras(f"""
{IMPORTED_FIRST}
{NEW_BACKEND}
config = {{"class_name": "Scale", "registered_name": "bolt>Scale", "config": {{}}}}
config["module"] = "bolt_m"
old = keras.src.layers
assert isinstance(old.deserialize(config), old.Layer)
new = set_backend().src.layers
try:
    new.deserialize(config)
except TypeError as error:
    assert "Could not locate class 'Scale'" in str(error)
else:
    raise AssertionError
del sys.modules["bolt_m"]
assert isinstance(new.deserialize(config), new.Layer)
""")
