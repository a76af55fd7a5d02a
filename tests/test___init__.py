"""The public face: the names, the default registry, and what importing it costs."""

import importlib
import os
import pathlib
import pickle
import pydoc
import re
import subprocess
import sys

import pytest
from distributions import INSTALLED, install
from virtual_environments import ROOT

import keras_serializable


def test_all():
    """Every public name is there, sorted and once."""
    names = keras_serializable.__all__
    assert names == sorted(set(names))
    for name in names:
        assert getattr(keras_serializable, name) is not None


def test_star(fresh):
    """A star import in a fresh process brings in every public name."""
    code = "from keras_serializable import *\nprint(sorted(set(dir()) & {'Provider', 'connect'}))"
    assert fresh(code) == "['Provider', 'connect']\n"


@pytest.mark.parametrize("place", ["", ".saving", ".utils", ".serialization"])
def test_dir(fresh, place):
    """In a fresh process every public name is in dir(), whether it is made already or not."""
    code = f"import keras_serializable{place} as m\nprint(set(m.__all__) - set(dir(m)))"
    assert fresh(code) == "set()\n"


def test_dir_of_what_is_there():
    """dir() also lists what the module has besides, and nothing twice."""
    names = dir(keras_serializable)
    assert set(vars(keras_serializable)) <= set(names)
    assert names == sorted(set(names))


@pytest.mark.parametrize("name", keras_serializable.__all__)
def test_each_name_alone(name):
    """A name that is made at its first use means one object each time."""
    assert getattr(keras_serializable, name) is getattr(keras_serializable, name)


@pytest.mark.parametrize("name", keras_serializable.__all__)
def test_public_addresses(name):
    """Each public class shows an address where users find it, and pickles by that address."""
    public = getattr(keras_serializable, name)
    if isinstance(public, type):
        assert not any(part.startswith("_") for part in public.__module__.split("."))
        assert getattr(importlib.import_module(public.__module__), public.__name__) is public
        assert pickle.loads(pickle.dumps(public)) is public  # noqa: S301 -- our own


def test_every_error_is_public():
    """Every error and warning that users meet is exported, and has its place in the reference."""
    reference = (
        pathlib.Path(__file__).parents[1].joinpath("docs", "reference.md").read_text("utf-8")
    )
    for place in ("errors", "serialization.errors"):
        module = importlib.import_module(f"keras_serializable.{place}")
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, Exception):
                assert name in keras_serializable.__all__
                assert f".. autoexception:: {name}\n" in reference


def test_pickles_load_in_a_fresh_process(fresh):
    """What a worker process sends home loads where nothing has been imported yet."""
    from keras_serializable import Distribution, Provider, ProviderImportError

    provider = Provider("a>B", "a:B", Distribution("acme", "1.2"))
    for value in (provider, ProviderImportError("a>B", provider, ImportError("no jax"))):
        code = f"import pickle\nprint(pickle.loads({pickle.dumps(value)!r}))"
        assert fresh(code) == f"{value}\n"


def test_the_registry_survives_a_removal_of_its_modules(fresh):
    """`keras.config.set_backend()` removes the modules of all packages named like Keras.

    What the program has imported goes on with the registry in which it has registered.
    """
    code = """
import sys
import keras_serializable as ks
@ks.register_keras_serializable("p")
class A:
    def get_config(self): return {}
for name in list(sys.modules):
    if name.startswith("keras"):
        del sys.modules[name]
import keras_serializable as other
assert other is not ks
config = ks.serialize_keras_object(A())
print(config["registered_name"], type(ks.deserialize_keras_object(config)) is A)
ks.connect()
ks.disconnect()
"""
    assert fresh(code) == "p>A True\n"


def test_help_shows_the_docstrings():
    """`help()` tells of the functions that are imported at their first use."""
    for name in ("serialize_keras_object", "deserialize_keras_object", "check_round_trip"):
        text = pydoc.render_doc(getattr(keras_serializable, name), renderer=pydoc.plaintext)
        assert "Raises:" in text
        assert "self" not in text.partition("(")[2].partition(")")[0]


@pytest.mark.parametrize("name", ["providers_", "nothing", "_rebuild", "Path", "os"])
def test_no_other_name(name):
    """What is not public is not there, and the error is the usual one."""
    message = f"^module 'keras_serializable' has no attribute '{name}'$"
    with pytest.raises(AttributeError, match=message):
        getattr(keras_serializable, name)


def test_keras_signatures():
    """Keras' functions have Keras' parameters and defaults."""
    import inspect

    def parameters(name):
        signature = inspect.signature(getattr(keras_serializable, name))
        return {each.name: each.default for each in signature.parameters.values()}

    empty = inspect.Parameter.empty
    assert parameters("register_keras_serializable") == {"package": "Custom", "name": None}
    assert parameters("get_registered_object") == {
        "name": empty,
        "custom_objects": None,
        "module_objects": None,
    }
    assert parameters("get_registered_name") == {"obj": empty}
    assert parameters("get_custom_objects") == {}


def test_version():
    """The version is the distribution's."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (version,) = re.findall(r'(?m)^version = "(.*)"$', project)
    assert keras_serializable.__version__ == version


UNWANTED = [
    "importlib_metadata",
    "importlib.metadata",
    "pluggy",
    "keras",
    "tf_keras",
    "tensorflow",
    "typing",
    "dataclasses",
    "inspect",
    "re",
    "json",
    "pathlib",
    "email",
    "zipfile",
    "difflib",
    "threading",
    "warnings",
    "keras_serializable._installed.discovery",
    "keras_serializable._keras",
]


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Return what ``python -X importtime`` reports, without what a site package adds."""
    from conftest import SOURCE

    command = [sys.executable, "-S", "-X", "importtime", "-c", "import keras_serializable"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path_factory.mktemp("empty"),
        env={"PYTHONPATH": SOURCE, "PATH": os.environ["PATH"]},
    )
    return re.findall(r"\|\s+([\w.]+)$", done.stderr, re.MULTILINE)


class TestStartUp:
    """What importing the package imports."""

    @pytest.mark.parametrize("name", UNWANTED)
    def test_unwanted(self, imported, name):
        """Nothing that costs more than it is worth at start-up."""
        assert "keras_serializable" in imported
        assert name not in imported

    def test_few_modules_of_our_own(self, imported):
        """Of our own modules only what registering needs."""
        own = {name for name in imported if name.startswith("keras_serializable")}
        assert own == {
            "keras_serializable",
            "keras_serializable._keys",
            "keras_serializable._lazy",
            "keras_serializable._registry",
            "keras_serializable._registry.registered",
            "keras_serializable._registry.registry",
            "keras_serializable._texts",
        }

    def test_registering_costs_nothing_more(self, fresh):
        """Registering, and looking up what is registered, imports nothing but what a scope is."""
        code = """
import sys
import keras_serializable
before = set(sys.modules)
from keras_serializable import custom_object_scope
@keras_serializable.register_keras_serializable("p")
def f(): pass
with keras_serializable.custom_object_scope({"a": 1}):
    keras_serializable.get_registered_object("a")
keras_serializable.get_registered_object("p>f")
keras_serializable.get_registered_name(f)
scopes = {"keras_serializable._registry.scope", "contextvars", "_contextvars"}
print(set(sys.modules) - before - scopes)
"""
        assert fresh(code) == "set()\n"

    def test_a_miss_costs_little(self, fresh):
        """A miss, and a key that is found, import neither importlib_metadata nor pluggy nor re."""
        code = """
import sys
import keras_serializable
assert keras_serializable.get_registered_object("no>such") is None
print({"importlib_metadata", "importlib.metadata", "pluggy", "re", "typing", "dataclasses",
       "keras", "json", "email"} & set(sys.modules))
"""
        assert fresh(code, options=["-S"]) == "set()\n"

    def test_a_hit_costs_little(self, tmp_path, fresh):
        """A key that is found imports nothing that is for rules, for errors or for explanations."""
        module = {"acme_m.py": "def f(): pass\n"}
        install(tmp_path / "site", "acme", "1.2", {"acme>f": "acme_m:f"}, module)
        code = """
import sys
import keras_serializable
assert callable(keras_serializable.get_registered_object("acme>f"))
print(*sorted(name for name in sys.modules if name.startswith("keras_serializable.")))
"""
        parts = [
            *("_installed", "_installed.changes", "_installed.directories"),
            *("_installed.discovery", "_installed.entry_points", "_installed.index"),
            *("_installed.metadata", "_keys", "_lazy", "_loading", "_loading.importing"),
            *("_loading.loader", "_loading.resolver", "_providers", "_registry"),
            *("_registry.registered", "_registry.registry", "_texts"),
        ]
        names = [f"keras_serializable.{part}" for part in parts]
        assert fresh(code, tmp_path / "site", options=["-S"]).split() == names


def test_the_default_registry(fresh):
    """The functions are those of one registry, which discovers what is installed."""
    code = """
import sys
import keras_serializable as ks
acme = [each for each in ks.providers() if each.distribution.name == "acme-layers"]
print(*(f"{each.name}={each.value}" for each in acme), acme[0].distribution)
print("acme_layers" in sys.modules)
scale = ks.get_registered_object("acme>Scale")
print(scale is sys.modules["acme_layers"].Scale, "acme_mdn" in sys.modules)
print(ks.get_registered_name(scale), ks.get_custom_objects() == {"acme>Scale": scale})
mdn = ks.get_registered_object("mdn")
print(mdn.__module__, ks.get_registered_name(mdn))
"""
    assert fresh(code, INSTALLED / "package-and-key").splitlines() == [
        "mdn=acme_mdn:MDN acme=acme_layers acme-layers 1.2",
        "False",
        "True False",
        "acme>Scale True",
        "acme_mdn MDN",
    ]


def test_lookups_of_the_default_registry(tmp_path, fresh):
    """The order of a lookup does not depend on whether the process has opened a scope."""
    module = {"acme_m.py": "def f(): pass\n"}
    install(tmp_path / "site", "acme", "1", {"p>discovered": "acme_m:f"}, module)
    code = """
from keras_serializable import get_custom_objects, get_registered_object

def lookups():
    get_custom_objects().clear()
    get_custom_objects()["registered"] = "registered"
    custom, module = {"registered": "c", "custom": "custom"}, {"custom": "m", "module": "module"}
    names = ("registered", "custom", "module", "p>discovered", "nothing", None)
    return [get_registered_object(name, custom, module_objects=module) for name in names]

before = lookups()
print(*before[:3], before[3].__name__, *before[4:])
from keras_serializable import custom_object_scope
with custom_object_scope({"registered": "scoped"}):
    print(*lookups()[:2])
print(lookups() == before)
"""
    assert fresh(code, tmp_path / "site").splitlines() == [
        "registered custom module f None None",
        "scoped custom",
        "True",
    ]


def test_providers_are_listed_alike(tmp_path, fresh):
    """`providers` gives a list of its own each time."""
    code = """
import keras_serializable as ks
ks.providers().append(1)
assert 1 not in ks.providers()
assert all(isinstance(each, ks.Provider) for each in ks.providers())
print([each.distribution.name for each in ks.providers() if each.name == "t_acme>B"])
"""
    install(tmp_path / "site", "acme", "1.2", {"t_acme>B": "m:B"})
    assert fresh(code, tmp_path / "site") == "['acme']\n"


def test_problems_and_refresh(tmp_path, fresh):
    """`problems` shows what is broken, `refresh` looks again."""
    site = tmp_path / "site"
    install(site, "bad", "1.0", "[keras_serializable]\nbad\n")
    code = f"""
import keras_serializable as ks
file = {str(site / "bad-1.0.dist-info" / "entry_points.txt")!r}
print([each.cause for each in ks.problems() if each.path == file])
open(file, "w").write("[keras_serializable]\\nb>B = m:B\\n")
ks.refresh()
print([each for each in ks.problems() if each.path == file])
print([each.value for each in ks.providers() if each.name == "b>B"])
"""
    assert fresh(code, site).splitlines() == [
        """["line 2 has no '=': 'bad'"]""",
        "[]",
        "['m:B']",
    ]


def test_set_policy(tmp_path, fresh):
    """A policy that the program sets holds for the default registry."""
    install(tmp_path / "site", "acme", "1.2", {"a>f": "acme_m:f"})
    (tmp_path / "site" / "acme_m.py").write_text("def f(): pass")
    code = """
import sys
import keras_serializable as ks
ks.set_policy(ks.Policy(deny_keys=["a>*"]))
try:
    ks.get_registered_object("a>f")
except ks.ProviderRefusedError as error:
    print(error.rule, "acme_m" in sys.modules)
ks.set_policy(ks.Policy())
print(callable(ks.get_registered_object("a>f")))
"""
    expected = "deny_keys of the program's set_policy() has 'a>*' False\nTrue\n"
    assert fresh(code, tmp_path / "site") == expected


@pytest.mark.parametrize(
    ("variables", "result"),
    [
        ({}, "function"),
        ({"KERAS_SERIALIZABLE_DISCOVERY": "0"}, "NoneType"),
        ({"KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS": "acme"}, "ProviderRefusedError"),
        ({"KERAS_SERIALIZABLE_ALLOW_KEYS": "b>*"}, "ProviderRefusedError"),
        ({"KERAS_SERIALIZABLE_ALLOW_KEYS": "a>*"}, "function"),
        ({"KERAS_SERIALIZABLE_STRICT": "1"}, "MetadataProblemError"),
    ],
)
def test_environment_variables(tmp_path, fresh, variables, result):
    """The operator's rules come from the environment."""
    install(tmp_path / "site", "bad", "1.0", "[keras_serializable]\nbad\n")
    install(tmp_path / "site", "acme", "1.2", {"a>f": "acme_m:f"})
    (tmp_path / "site" / "acme_m.py").write_text("def f(): pass")
    code = """
import keras_serializable as ks
try:
    print(type(ks.get_registered_object("a>f")).__name__)
except ks.KerasSerializableError as error:
    print(type(error).__name__)
"""
    assert fresh(code, tmp_path / "site", **variables) == f"{result}\n"
