"""Loading: from a key to the object of its provider, and to nothing else."""

import os
import pickle
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
from distributions import (
    INSTALLED,
    PREFACE,
    Link,
    distribution_tree,
    install,
    install_example,
    keep_time,
    lay,
    module_text,
    pack,
    uninstall,
)

from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.policy import Policy
from keras_serializable._registry.registry import Registry, lookup_of
from keras_serializable.errors import (
    ProviderConflictError,
    ProviderContractError,
    ProviderImportError,
    ProviderRefusedError,
)

DECORATED = module_text("decorated")
BARE = module_text("bare")
SETTLED = 0.06
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 -- a file system in memory


def module(name):
    """Return an imported module."""
    return sys.modules[name]


def modules_in(times):
    """Return the modules that a process imported, from what `-X importtime` printed."""
    return [line.rpartition("|")[2].strip() for line in times.splitlines()]


class TestForms:
    """The three forms of declaration."""

    def test_decorated(self, fresh):
        """A key with an attribute finds the object that a decorator registers."""
        code = """
import sys
import keras_serializable as ks
found = ks.get_registered_object("acme>Scale")
assert found is sys.modules["acme_layers"].Scale
assert ks.get_registered_object("acme>Scale") is found
assert "acme>Scale" in ks.get_custom_objects()
assert ks.get_registered_name(found) == "acme>Scale"
"""
        fresh(code, INSTALLED / "decorated")

    def test_undecorated(self, site, registry):
        """A key with an attribute finds an object that no decorator registers."""
        install_example(site, "undecorated")
        found = registry.get_registered_object("acme>Scale")
        assert found is module("acme_layers").Scale
        assert registry.get_registered_object("acme>Scale") is found
        assert "acme>Scale" not in registry.get_custom_objects()
        assert registry.get_registered_name(found) == "Scale"

    def test_key_and_module(self, fresh):
        """A key without an attribute is registered by the module that is imported for it."""
        code = """
import sys
import keras_serializable as ks
assert ks.get_registered_object("acme>double") is sys.modules["acme_layers"].twice
"""
        fresh(code, INSTALLED / "decorated")

    def test_package(self, fresh):
        """A package advertises every key of its own; its module is imported once."""
        code = """
import sys
import keras_serializable as ks
assert ks.get_registered_object("acme>Scale") is sys.modules["acme.layers"].Scale
assert ks.get_registered_object("acme>double") is sys.modules["acme.losses"].twice
assert ks.get_registered_object("acme>Other") is None
assert ks.get_registered_object("acme") is None
"""
        times = fresh(code, INSTALLED / "package", options=("-X", "importtime"))
        assert modules_in(times).count("acme") == 1

    def test_bare_key(self, site, registry):
        """A bare key names an object whose library never registered it."""
        install_example(site, "undecorated")
        found = registry.get_registered_object("Scale")
        assert found is module("acme_layers").Scale
        assert registry.get_registered_name(found) == "Scale"

    def test_function(self, site, registry):
        """A function that no decorator registers is found."""
        install_example(site, "undecorated")
        assert registry.get_registered_object("acme>f")(3) == 6

    @pytest.mark.parametrize("value", ["m:Scale.Inner", "m : Scale.Inner", "m:Scale.Inner [extra]"])
    def test_nested_attribute(self, site, registry, value):
        """The attribute may be nested, and extras mean nothing."""
        install(site, "acme", "1.2", {"acme>Inner": f"acme_{value}"}, {"acme_m.py": BARE})
        assert registry.get_registered_object("acme>Inner") is module("acme_m").Scale.Inner

    def test_exact_key_before_package(self, site, registry, imported):
        """Where both are advertised, the exact key is asked and the package is not imported."""
        files = {"acme_one.py": BARE, "acme_all.py": DECORATED}
        install(site, "acme", "1", {"acme": "acme_all", "acme>Scale": "acme_one:Scale"}, files)
        assert registry.get_registered_object("acme>Scale") is module("acme_one").Scale
        assert imported == ["acme_one"]

    def test_aliases(self, fresh):
        """Several keys may name one object: old keys stay alive after a rename."""
        code = """
import sys
import keras_serializable as ks
keys = ("old>Scale", "acme>Scale", "Scale")
scale = ks.get_registered_object(keys[0])
assert {ks.get_registered_object(key) for key in keys} == {scale}
assert scale is sys.modules["acme_layers"].Scale
assert ks.get_registered_name(scale) == "acme>Scale"
"""
        times = fresh(code, INSTALLED / "aliases", options=("-X", "importtime"))
        assert modules_in(times).count("acme_layers") == 1

    def test_alias_of_an_undecorated_object(self, site, registry):
        """Without a decorator the object has its own name, whichever key was looked up."""
        install_example(site, "undecorated")
        found = registry.get_registered_object("acme>Scale")
        assert registry.get_registered_object("old>Scale") is found
        assert registry.get_registered_name(found) == "Scale"

    def test_objects_of_another_distribution(self, site, registry):
        """A distribution that holds nothing but metadata covers a library that knows nothing."""
        install_example(site, "metadata-only")
        found = registry.get_registered_object("library>Scale")
        assert found is module("library_layers").Scale


class TestLayouts:
    """Where a provider may live."""

    def test_zip_file(self, tmp_path, fresh):
        """Metadata and modules in a zip file."""
        archive = shutil.make_archive(tmp_path / "x", "zip", INSTALLED / "package")
        test = "from keras_serializable import *\nprint(get_registered_object('acme>double')(2))"
        assert fresh(test, archive) == "4\n"

    @pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
    def test_editable(self, tmp_path, site, monkeypatch, registry, kind):
        """Metadata in one place, modules in another."""
        lay(tmp_path / "src", {"acme_m.py": DECORATED})
        monkeypatch.syspath_prepend(tmp_path / "src")
        install(site, "acme", "1.2", {"acme": "acme_m"}, kind=kind)
        assert registry.get_registered_object("acme>double")(2) == 4

    def test_linked(self, tmp_path, site, registry):
        """Symbolic links to metadata and module, as some installers make them."""
        install(tmp_path / "store", "acme", "1.2", {"acme": "acme_m"}, {"acme_m.py": DECORATED})
        for name in ("acme-1.2.dist-info", "acme_m.py"):
            lay(site, {name: Link(tmp_path / "store" / name)})
        assert registry.get_registered_object("acme>double")(2) == 4


class TestPromise:
    """Looking a key up imports at most what advertises that key."""

    def test_only_the_provider(self, site, registry):
        """No other module of the distribution or of another one is imported."""
        package = {"__init__.py": PREFACE, "layers.py": DECORATED, "losses.py": "import nowhere"}
        install(
            site,
            "acme",
            "1.2",
            {"acme>Scale": "acme_p.layers:Scale", "acme>Loss": "acme_p.losses:Loss"},
            {"acme_p": package},
        )
        install(site, "bolt", "1.0", {"bolt": "bolt_m"}, {"bolt_m.py": "import nowhere"})
        before = set(sys.modules)
        assert registry.get_registered_object("acme>Scale") is not None
        assert set(sys.modules) - before - {"keras_serializable._loading.loader"} <= {
            "acme_p",
            "acme_p.layers",
            *(name for name in sys.modules if name.startswith("keras_serializable.")),
        }

    @pytest.mark.parametrize("key", ["bolt_m", "bolt_m>Scale", "bolt_m:Scale", "os>system", "os"])
    def test_a_name_is_never_a_module(self, site, registry, imported, key):
        """A key that looks like a module imports nothing."""
        install(site, "acme", "1.2", {"acme": "acme_m"}, {"bolt_m.py": PREFACE})
        assert registry.get_registered_object(key) is None
        assert imported == []

    def test_what_is_registered_is_not_looked_for(self, site, registry, imported):
        """A key that something else resolves imports nothing."""
        install(site, "acme", "1.2", {"acme": "acme_m"}, {"acme_m.py": DECORATED})
        assert registry.get_registered_object("acme>Scale", {"acme>Scale": 1}) == 1
        assert registry.get_registered_object("acme>Scale", None, {"acme>Scale": 2}) == 2
        registry.get_custom_objects()["acme>Scale"] = 3
        assert registry.get_registered_object("acme>Scale") == 3
        assert imported == []

    def test_listing_imports_nothing(self, site, resolver, imported):
        """The index can be read whole without an import."""
        install(site, "acme", "1.2", {"acme": "acme_m", "a>B": "acme_m:B"}, {"acme_m.py": PREFACE})
        assert [each.name for each in resolver.discovery.index] == ["a>B", "acme"]
        assert imported == []


class TestReverse:
    """The key of an object."""

    def test_advertised(self, site, registry):
        """An object that is advertised and not decorated is saved under its own name."""
        keys = {"first>Scale": "acme_m:Scale", "second>Scale": "acme_m:Scale", "f": "acme_m:twice"}
        install(site, "acme", "1.2", keys, {"acme_m.py": BARE})
        import acme_m

        for _ in range(2):
            assert registry.get_registered_name(acme_m.Scale) == "Scale"
            assert registry.get_registered_name(acme_m.twice) == "twice"
            for key in reversed(keys):
                assert registry.get_registered_object(key) is not None

    def test_decorator_wins(self, site, registry):
        """A decorated object is saved under the decorator's key, whichever key was looked up."""
        install(site, "acme", "1.2", {"old>Scale": "acme_m:Scale"}, {"acme_m.py": DECORATED})
        scale = registry.get_registered_object("old>Scale")
        assert registry.get_registered_name(scale) == "acme>Scale"

    def test_without_a_name(self, registry):
        """An object without a name is refused as Keras refuses it."""
        with pytest.raises(AttributeError, match="__name__"):
            registry.get_registered_name(3)


class TestImportErrors:
    """The provider's import fails."""

    def failing(self, site, body, value="acme_m:Scale", name="acme>Scale"):
        """Install a provider whose module does something bad."""
        install(site, "acme", "1.2", {name: value}, {"acme_m.py": PREFACE + body})

    @pytest.mark.parametrize(
        ("body", "kind", "text"),
        [
            ("import no_such_jax", ModuleNotFoundError, "No module named 'no_such_jax'"),
            ("1 / 0", ZeroDivisionError, "division by zero"),
            ("raise SystemExit(3)", SystemExit, "3"),
            ("raise ValueError('say why')", ValueError, "say why"),
            ("def f(:", SyntaxError, "invalid syntax"),
            ("import sys; del sys.modules[__name__]", KeyError, "'acme_m'"),
        ],
    )
    def test_error(self, site, registry, body, kind, text):
        """The error names key, distribution, version and entry point; the original is its cause."""
        self.failing(site, body)
        with pytest.raises(ProviderImportError) as caught:
            registry.get_registered_object("acme>Scale")
        error = caught.value
        assert type(error.__cause__) is kind
        assert error.key == "acme>Scale"
        assert (error.provider.name, error.provider.value) == ("acme>Scale", "acme_m:Scale")
        assert str(error.provider.distribution) == "acme 1.2"
        start, end = str(error).split(text)[0], str(error).split(text)[-1]
        assert start.startswith(
            "'acme>Scale' is advertised by acme 1.2 (entry point \"acme>Scale\" = "
            f'"acme_m:Scale"), but importing acme_m failed with {kind.__name__}: '
        )
        remedy = "Repair or uninstall acme, or call keras_serializable.refresh() to try again."
        if kind is ModuleNotFoundError:
            module = "the module 'no_such_jax'"
            remedy = f"Install the distribution that has {module}, or repair or uninstall acme."
        assert end.endswith(f". {remedy}")

    @pytest.mark.parametrize("value", ["acme_nowhere:Scale", "acme_nowhere", "acme m:x", ":x"])
    def test_no_such_module(self, site, registry, value):
        """A module that is not there, or cannot be one, is an error that names the distribution."""
        install(site, "acme", "1.2", {"acme>Scale": value})
        with pytest.raises(ProviderImportError, match=r"acme 1\.2"):
            registry.get_registered_object("acme>Scale")

    def test_the_traceback_leads_to_the_plugin(self, site, registry):
        """The cause's traceback shows the plugin's own line."""
        self.failing(site, "1 / 0")
        with pytest.raises(ProviderImportError) as caught:
            registry.get_registered_object("acme>Scale")
        traceback = caught.value.__cause__.__traceback__
        while traceback.tb_next:
            traceback = traceback.tb_next
        assert traceback.tb_frame.f_code.co_filename == str(site / "acme_m.py")

    def test_keyboard_interrupt(self, site, registry):
        """The user's interrupt is no fault of the plugin, and the next lookup tries again."""
        self.failing(site, "if len(imported) == 1: raise KeyboardInterrupt\ndef Scale(): pass")
        with pytest.raises(KeyboardInterrupt):
            registry.get_registered_object("acme>Scale")
        assert registry.get_registered_object("acme>Scale") is module("acme_m").Scale

    def test_not_imported_again(self, site, registry, imported):
        """A module that failed is not imported again, for no key of its entry point."""
        self.failing(site, "1 / 0", "acme_m", "acme")
        (site / "__pycache__").mkdir(exist_ok=True)
        for key in ("acme>Scale", "acme>Scale", "acme>Other"):
            with pytest.raises(ProviderImportError) as caught:
                registry.get_registered_object(key)
            assert caught.value.key == key
            assert type(caught.value.__cause__) is ZeroDivisionError
        assert len(imported) == 1

    def test_its_own_traces_are_no_reason_to_try_again(self, tmp_path, fresh):
        """A __pycache__ that a failed import leaves on the path is no reason to try again."""
        install(
            tmp_path / "site",
            "acme",
            "1.2",
            {"acme>Scale": "acme_m:Scale"},
            {"acme_m.py": "print('imported')\n1 / 0"},
        )
        code = f"""
import time
import keras_serializable
for _ in range(3):
    time.sleep({SETTLED})
    try:
        keras_serializable.get_registered_object("acme>Scale")
    except ImportError as error:
        print(type(error.__cause__).__name__)
"""
        expected = ["imported", *["ZeroDivisionError"] * 3]
        assert fresh(code, tmp_path / "site").split() == expected

    def test_a_failing_import_that_writes_to_the_path(self, site, registry, imported):
        """A provider that writes a new file each time it fails is imported twice at most."""
        self.failing(
            site,
            f"import pathlib, sys\npathlib.Path({str(site)!r}, str(len(imported))).touch()\n"
            "class AskedForEver(BaseException): pass\n"
            "if len(imported) > 20: raise AskedForEver\n1 / 0",
        )
        with pytest.raises(ProviderImportError):
            registry.get_registered_object("acme>Scale")
        assert len(imported) <= 2

    def test_refresh_tries_again(self, site, registry, resolver):
        """`refresh` forgets the failure of a provider."""
        self.failing(site, "if len(imported) == 1: 1 / 0\ndef Scale(): pass")
        (site / "__pycache__").mkdir(exist_ok=True)
        with pytest.raises(ProviderImportError):
            registry.get_registered_object("acme>Scale")
        resolver.refresh()
        assert registry.get_registered_object("acme>Scale") is module("acme_m").Scale

    def test_a_repaired_distribution_is_tried_again(self, site, registry):
        """An installation that repairs the provider is noticed without `refresh`."""
        self.failing(site, "import acme_dependency\ndef Scale(): pass")
        with pytest.raises(ProviderImportError, match="acme_dependency"):
            registry.get_registered_object("acme>Scale")
        install(site, "dependency", "1.0", None, {"acme_dependency.py": ""})
        assert registry.get_registered_object("acme>Scale") is module("acme_m").Scale

    def test_a_reinstalled_distribution_is_tried_again(self, site, registry):
        """A reinstallation that repairs the provider is noticed without another version number."""
        self.failing(site, "1 / 0")
        os.utime(site / "acme-1.2.dist-info", (0, 0))  # it was installed long ago
        with pytest.raises(ProviderImportError):
            registry.get_registered_object("acme>Scale")
        uninstall(site, "acme", "1.2", ["acme_m.py"])
        self.failing(site, "def Scale(): return 'repaired'")
        assert registry.get_registered_object("acme>Scale") is module("acme_m").Scale

    def test_another_path_is_tried(self, tmp_path, fresh):
        """A program that adds the directory of the missing module need not refresh."""
        install(tmp_path / "site", "acme", "1.2", {"acme>Scale": "acme_m:Scale"})
        lay(tmp_path / "elsewhere", {"acme_m.py": "def Scale(): pass"})
        code = f"""
import sys
import keras_serializable
try:
    keras_serializable.get_registered_object("acme>Scale")
except ImportError as error:
    print(type(error.__cause__).__name__)
sys.path.append({str(tmp_path / "elsewhere")!r})
print(keras_serializable.get_registered_object("acme>Scale").__name__)
"""
        assert fresh(code, tmp_path / "site").split() == ["ModuleNotFoundError", "Scale"]

    def test_an_uninstalled_distribution_is_a_miss(self, site, registry):
        """When the failing distribution is gone its keys are simply not there."""
        install_example(site, "broken-import")
        with pytest.raises(ProviderImportError):
            registry.get_registered_object("acme>Scale")
        uninstall(site, "acme-layers", "1.2")
        assert registry.get_registered_object("acme>Scale") is None

    def test_a_lazy_module_whose_part_fails(self, site, registry):
        """An attribute that its module imports when it is asked for fails with all details."""
        lazy = "def __getattr__(name):\n    import no_such_jax\n"
        self.failing(site, lazy)
        with pytest.raises(ProviderImportError, match=r"acme 1\.2") as caught:
            registry.get_registered_object("acme>Scale")
        assert type(caught.value.__cause__) is ModuleNotFoundError

    def test_other_keys_work(self, site, registry):
        """One failing provider costs nobody else anything."""
        install_example(site, "broken-import")
        install(site, "bolt", "1.0", {"bolt>f": "bolt_m:twice"}, {"bolt_m.py": BARE})
        with pytest.raises(ProviderImportError):
            registry.get_registered_object("acme>Scale")
        assert registry.get_registered_object("bolt>f")(1) == 2
        assert registry.get_registered_object("acme>Other") is None

    def test_callers_catch_it_as_an_import_error(self, site, registry):
        """The error is an ImportError, and survives pickling."""
        install_example(site, "broken-import")
        with pytest.raises(ImportError) as caught:
            registry.get_registered_object("acme>Scale")
        again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 -- our own
        assert again.provider == caught.value.provider


class TestContract:
    """The module was imported, but does not hold what its entry point promises."""

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("acme_m:Nothing", "acme_m has no Nothing"),
            ("acme_m:Scale.Nothing", "acme_m has no Scale.Nothing"),
            ("acme_m:NOTHING", "acme_m has no NOTHING"),
            ("acme_m:NoConfig", "the class NoConfig has no get_config() method"),
            ("acme_m", "importing acme_m did not register that key"),
        ],
    )
    def test_error(self, site, registry, value, reason):
        """The error says what is wrong, in which distribution, and whose fault it is."""
        install(site, "acme", "1.2", {"acme>X": value}, {"acme_m.py": BARE})
        for _ in range(2):
            with pytest.raises(ProviderContractError) as caught:
                registry.get_registered_object("acme>X")
            assert caught.value.reason == reason
            assert str(caught.value) == (
                "'acme>X' is advertised by acme 1.2 "
                f'(entry point "acme>X" = "{value}"), but {reason}. This is a fault of acme: '
                "report it to its authors, or install another version."
            )
        assert "acme>X" not in registry.get_custom_objects()

    def test_another_key_was_registered(self, site, registry):
        """A decorator that registers another key breaks the promise of a module's key."""
        install(site, "acme", "1.2", {"acme>scale": "acme_m"}, {"acme_m.py": DECORATED})
        with pytest.raises(ValueError, match="importing acme_m did not register that key"):
            registry.get_registered_object("acme>scale")
        assert registry.get_registered_object("acme>Scale") is module("acme_m").Scale

    def test_an_object_that_cannot_be_registered(self, site, registry):
        """An object without a hash is the plugin's fault, and the error says so."""
        install(site, "acme", "1.2", {"acme>X": "acme_m:LIST"}, {"acme_m.py": BARE})
        with pytest.raises(ProviderContractError, match=r"acme 1\.2"):
            registry.get_registered_object("acme>X")

    def test_a_repaired_distribution(self, site, registry):
        """An upgrade that keeps the promise is noticed."""
        install(site, "acme", "1.2", {"acme>X": "acme_m:Nothing"}, {"acme_m.py": BARE})
        with pytest.raises(ProviderContractError):
            registry.get_registered_object("acme>X")
        uninstall(site, "acme", "1.2")
        install(site, "acme", "1.3", {"acme>X": "acme_m:Scale"})
        assert registry.get_registered_object("acme>X") is module("acme_m").Scale


class TestConflicts:
    """Several distributions advertise one key or package."""

    def test_different_values(self, site, registry, imported):
        """An error for that key alone: both distributions, versions, values, how to choose."""
        install(site, "one", "1.0", {"a>B": "acme_one:f", "one>f": "acme_one:f"})
        install(site, "two", "2.0", {"a>B": "acme_two:f"})
        lay(site, {"acme_one.py": PREFACE + "def f(): pass", "acme_two.py": "1 / 0"})
        with pytest.raises(ProviderConflictError) as caught:
            registry.get_registered_object("a>B")
        text = str(caught.value)
        assert text.startswith("'a>B' is advertised with different values: ")
        assert '"acme_one:f" by one 1.0' in text
        assert '"acme_two:f" by two 2.0' in text
        assert "KERAS_SERIALIZABLE_PREFER='a>B=<distribution>'" in text
        assert {each.distribution.name for each in caught.value.providers} == {"one", "two"}
        assert imported == []
        assert registry.get_registered_object("one>f") is module("acme_one").f

    def test_it_is_a_lookup_error(self, site, registry):
        """Callers may catch a conflict as a LookupError."""
        install(site, "one", "1.0", {"a>B": "acme_one:f"})
        install(site, "two", "2.0", {"a>B": "acme_two:f"})
        with pytest.raises(LookupError):
            registry.get_registered_object("a>B")

    def test_same_value(self, site, registry):
        """Distributions that advertise one value for a key do not contradict each other."""
        install(site, "one", "1.0", {"a>B": "acme_one:f"}, {"acme_one.py": "def f(): pass"})
        install(site, "two", "2.0", {"a>B": "acme_one:f"})
        assert registry.get_registered_object("a>B") is module("acme_one").f

    def test_same_value_in_another_spelling(self, site, registry):
        """Blanks and extras in a reference make it no other reference."""
        install(site, "one", "1.0", {"a>B": "acme_one:f"}, {"acme_one.py": "def f(): pass"})
        install(site, "two", "2.0", {"a>B": "acme_one : f [extra]"})
        assert registry.get_registered_object("a>B") is module("acme_one").f

    def test_registered_objects_settle_it(self, site, registry):
        """A program that imports the one it wants has no conflict."""
        install(site, "one", "1.0", {"a>B": "acme_one:f"})
        install(site, "two", "2.0", {"a>B": "acme_two:f"})
        registry.get_custom_objects()["a>B"] = 3
        assert registry.get_registered_object("a>B") == 3

    def test_uninstalling_one_settles_it(self, site, registry):
        """After one of the two is uninstalled, the next lookup finds the other."""
        install(site, "one", "1.0", {"a>B": "acme_one:f"}, {"acme_one.py": "def f(): pass"})
        install(site, "two", "2.0", {"a>B": "acme_two:f"})
        with pytest.raises(ProviderConflictError):
            registry.get_registered_object("a>B")
        uninstall(site, "two", "2.0")
        assert registry.get_registered_object("a>B") is module("acme_one").f

    def test_packages_are_all_asked(self, site, registry, imported):
        """Each provider of the package is asked until one has the key."""
        one = PREFACE + "@register_keras_serializable('a')\ndef one(): pass\n"
        install(site, "one", "1.0", {"a": "acme_one"}, {"acme_one.py": one})
        install(
            site, "two", "2.0", {"a": "acme_two"}, {"acme_two.py": one.replace("one()", "two()")}
        )
        assert registry.get_registered_object("a>one") is module("acme_one").one
        assert registry.get_registered_object("a>two") is module("acme_two").two
        assert registry.get_registered_object("a>three") is None
        assert sorted(imported) == ["acme_one", "acme_two"]

    @pytest.mark.parametrize("first", ["one", "two"])
    def test_packages_are_asked_in_the_order_of_the_path(self, tmp_path, fresh, first):
        """The order is that of the path, in every process."""
        for name in ("one", "two"):
            code = f"print('{name}')\n"
            install(tmp_path / name, name, "1", {"a": f"acme_{name}"}, {f"acme_{name}.py": code})
        second = {"one": "two", "two": "one"}[first]
        code = "import keras_serializable; keras_serializable.get_registered_object('a>B')"
        assert fresh(code, tmp_path / first, tmp_path / second).split() == [first, second]

    def test_the_order_is_fixed_within_an_entry(self, tmp_path):
        """The order in an archive does not depend on how it is listed, nor on the hash seed."""
        orders = set()
        for number, names in enumerate(("abcdefgh", "hgfedcba", "defghabc")):
            trees = [distribution_tree(name, "1", {"p": f"m_{name}"}) for name in names]
            pack(tmp_path / f"{number}.zip", *trees)
            index = Discovery([str(tmp_path / f"{number}.zip")]).index
            orders.add(tuple(each.value for each in index.find("p>x")))
        assert len(orders) == 1

    @pytest.mark.skipif(not SHARED_MEMORY.is_dir(), reason="lists in the order of creation")
    def test_the_order_is_fixed_within_a_directory(self):
        """The order in a directory does not depend on the order in which its files were made."""
        orders = set()
        for names in ("abcdefgh", "hgfedcba", "defghabc"):
            with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as site:
                for name in names:
                    install(site, name, "1", {"p": f"m_{name}"})
                orders.add(tuple(each.value for each in Discovery([site]).index.find("p>x")))
        assert len(orders) == 1

    def test_one_provider_of_a_package_fails(self, site, registry):
        """The others are asked; the failure is raised only if none of them has the key."""
        good = PREFACE + "@register_keras_serializable('a')\ndef f(): pass\n"
        install(site, "bad", "1.0", {"a": "acme_bad"}, {"acme_bad.py": "1 / 0"})
        install(site, "good", "2.0", {"a": "acme_good"}, {"acme_good.py": good})
        assert registry.get_registered_object("a>f") is module("acme_good").f
        with pytest.raises(ProviderImportError, match=r"bad 1\.0"):
            registry.get_registered_object("a>g")


class TestReentrancy:
    """The provider looks keys up, registers, or imports others while it is being imported."""

    def looking_up(self, other, package="acme"):
        """Return the code of a module that looks up its own key and `other` as it is imported."""
        return PREFACE + (
            f"before = get_registered_object('{package}>Scale')\n"
            f"other = get_registered_object('{other}')\n"
            f"@register_keras_serializable('{package}')\n"
            "class Scale:\n    def get_config(self): return {}\n"
            f"after = get_registered_object('{package}>Scale')\n"
        )

    @pytest.mark.parametrize(
        "keys",
        [{"acme>Scale": "acme_m:Scale"}, {"acme>Scale": "acme_m"}, {"acme": "acme_m"}],
        ids=["attribute", "module", "package"],
    )
    def test_a_key_of_its_own(self, site, registry, imported, keys):
        """A key that its module looks up is a miss before it is registered, and found after."""
        install(site, "acme", "1.2", keys, {"acme_m.py": self.looking_up("acme>no")})
        found = registry.get_registered_object("acme>Scale")
        acme = module("acme_m")
        assert (acme.before, acme.other) == (None, None)
        assert acme.after is acme.Scale is found
        assert imported == ["acme_m"]

    def test_a_key_of_its_own_by_plain_import(self, site, registry):
        """A plugin that the program imports itself finds its key once it is registered."""
        keys = {"acme>Scale": "acme_m:Scale"}
        install(site, "acme", "1.2", keys, {"acme_m.py": self.looking_up("acme>no")})
        import acme_m

        assert acme_m.before is None
        assert acme_m.after is acme_m.Scale

    def test_a_key_of_another_plugin(self, site, registry, imported):
        """A key of another plugin is found by an import inside the import."""
        install(
            site,
            "acme",
            "1.2",
            {"acme": "acme_m"},
            {"acme_m.py": self.looking_up("bolt>f")},
        )
        install(site, "bolt", "1.0", {"bolt>f": "bolt_m:twice"}, {"bolt_m.py": BARE})
        assert registry.get_registered_object("acme>Scale") is module("acme_m").Scale
        assert module("acme_m").other is module("bolt_m").twice
        assert imported == ["acme_m", "bolt_m"]

    def test_keys_of_each_other(self, site, registry, imported):
        """If two plugins look each other up, the inner lookup is a miss; nothing recurs."""
        install(
            site,
            "acme",
            "1.2",
            {"acme": "acme_m"},
            {"acme_m.py": self.looking_up("bolt>Scale")},
        )
        bolt = self.looking_up("acme>Scale", "bolt")
        install(site, "bolt", "1.0", {"bolt>Scale": "bolt_m:Scale"}, {"bolt_m.py": bolt})
        assert registry.get_registered_object("acme>Scale") is module("acme_m").Scale
        assert module("acme_m").other is module("bolt_m").Scale
        assert module("bolt_m").other is None
        assert imported == ["acme_m", "bolt_m"]

    def test_a_package_looks_up_what_its_submodule_has(self, site, registry):
        """A key of a submodule is found while the package above it is being imported."""
        package = {
            "__init__.py": PREFACE + "f = get_registered_object('acme>f')\n",
            "layers.py": BARE,
        }
        install(site, "acme", "1.2", {"acme>f": "acme_p.layers:twice"}, {"acme_p": package})
        found = registry.get_registered_object("acme>f")
        assert found is module("acme_p").f is module("acme_p.layers").twice

    def test_refresh_during_an_import(self, site, registry, resolver):
        """A plugin may refresh while it is being imported."""
        code = PREFACE + "resolver.discovery.refresh()\ndef f(): pass\n"
        install(site, "acme", "1.2", {"acme>f": "acme_m:f"}, {"acme_m.py": code})
        assert registry.get_registered_object("acme>f") is module("acme_m").f

    def test_a_failure_inside_an_import(self, site, registry):
        """A plugin that looks up a failing key fails itself, and each error has its own details."""
        acme = PREFACE + "get_registered_object('bolt>f')\n"
        install(site, "acme", "1.2", {"acme>f": "acme_m:f"}, {"acme_m.py": acme})
        install(site, "bolt", "1.0", {"bolt>f": "bolt_m:f"}, {"bolt_m.py": "1 / 0"})
        with pytest.raises(ProviderImportError) as caught:
            registry.get_registered_object("acme>f")
        inner = caught.value.__cause__
        assert (caught.value.key, inner.key) == ("acme>f", "bolt>f")
        assert type(inner.__cause__) is ZeroDivisionError


class TestLiveChanges:
    """What is installed while the process runs is found by the next lookup."""

    @pytest.mark.parametrize("within_a_tick", [False, True])
    def test_install(self, site, registry, within_a_tick):
        """A key that was missed is found once its distribution is there, module and all."""
        assert registry.get_registered_object("acme>double") is None
        with pytest.raises(ImportError):
            import acme_late  # noqa: F401 -- the import system remembers that it is not there
        restore = keep_time(site)
        install(site, "acme", "1.2", {"acme": "acme_late"}, {"acme_late.py": DECORATED})
        if within_a_tick:
            restore()
            time.sleep(SETTLED)
        assert registry.get_registered_object("acme>double")(2) == 4

    def test_refresh(self, site, registry, resolver):
        """`refresh` is enough where nothing shows that something has changed."""
        time.sleep(SETTLED)
        assert registry.get_registered_object("acme>double") is None
        with pytest.raises(ImportError):
            import acme_late  # noqa: F401 -- the import system remembers that it is not there
        assert registry.get_registered_object("acme>double") is None
        restore = keep_time(site)
        install(site, "acme", "1.2", {"acme": "acme_late"}, {"acme_late.py": DECORATED})
        restore()
        resolver.refresh()
        assert registry.get_registered_object("acme>double")(2) == 4

    def test_upgrade_with_another_key(self, site, registry):
        """An upgrade brings new keys; objects that were found stay."""
        install(site, "acme", "1.0", {"acme>one": "acme_m:twice"}, {"acme_m.py": BARE})
        one = registry.get_registered_object("acme>one")
        assert registry.get_registered_object("acme>two") is None
        uninstall(site, "acme", "1.0")
        install(site, "acme", "2.0", {"acme>two": "acme_n:twice"}, {"acme_n.py": BARE})
        assert registry.get_registered_object("acme>two") is module("acme_n").twice
        assert registry.get_registered_object("acme>one") is one

    def test_upgrade_that_moves_a_key(self, site, registry):
        """A key that was not asked for before the upgrade is imported from where it is now."""
        keys = {"acme>one": "acme_m:twice", "acme>two": "acme_m:twice"}
        install(site, "acme", "1.0", keys, {"acme_m.py": BARE})
        assert callable(registry.get_registered_object("acme>one"))
        uninstall(site, "acme", "1.0")
        install(site, "acme", "2.0", {"acme>two": "acme_n:twice"}, {"acme_n.py": BARE})
        assert registry.get_registered_object("acme>two") is module("acme_n").twice

    def test_upgrade_that_withdraws_a_key(self, site, registry):
        """A key that was not asked for before the upgrade is gone, though its module has it."""
        keys = {"acme>one": "acme_m:twice", "acme>two": "acme_m:twice"}
        install(site, "acme", "1.0", keys, {"acme_m.py": BARE})
        assert callable(registry.get_registered_object("acme>one"))
        uninstall(site, "acme", "1.0")
        install(site, "acme", "2.0", {"acme>one": "acme_m:twice"})
        assert registry.get_registered_object("acme>two") is None

    def test_uninstall(self, site, registry):
        """A key that is advertised no longer is a miss."""
        install(site, "acme", "1.0", {"acme>one": "acme_m:twice"}, {"acme_m.py": BARE})
        assert registry.get_registered_object("acme>other") is None
        uninstall(site, "acme", "1.0", ["acme_m.py"])
        assert registry.get_registered_object("acme>other") is None
        assert registry.get_registered_object("acme>one") is None


class TestOptional:
    """A distribution knows libraries, of which some are installed."""

    KNOWN: ClassVar = {
        "acme>Scale": "acme_layers:Scale [acme]",
        "acme>double": "acme_layers:twice [acme]",
        "Inner": "acme_layers:Scale.Inner [acme]",
    }
    REQUIRES = ("acme-layers>=1; extra == 'acme'", "more; extra == 'more'")

    @pytest.fixture(autouse=True)
    def knowledge(self, site):
        """Install what knows the library."""
        install(site, "knowledge", "1.0", self.KNOWN, requires=self.REQUIRES)

    @staticmethod
    def install_library(site, entry_points=None):
        """Install the library itself."""
        install(site, "Acme.Layers", "1.2", entry_points, {"acme_layers.py": BARE})

    def test_an_installed_library(self, site, registry, imported):
        """Its objects are found, and nothing is imported before."""
        self.install_library(site)
        assert registry.get_registered_object("acme>Scales") is None
        assert imported == []
        assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
        assert registry.get_registered_object("Inner").__name__ == "Inner"

    def test_a_library_that_comes_and_goes(self, site, registry):
        """Its keys are misses, found after an install, and misses again after an uninstall."""
        assert registry.get_registered_object("acme>Scale") is None
        self.install_library(site)
        assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
        time.sleep(SETTLED)
        shutil.rmtree(site / "Acme.Layers-1.2.dist-info")
        assert registry.get_registered_object("acme>double") is None

    def test_the_modules_of_a_missing_library_are_not_imported(self, site, registry, imported):
        """Only metadata says that a library is installed."""
        lay(site, {"acme_layers.py": BARE})
        assert registry.get_registered_object("acme>Scale") is None
        assert imported == []

    @pytest.mark.parametrize("own", ["own:Scale", "own"])
    def test_the_own_entry_point_of_a_library_wins(self, site, registry, imported, own):
        """There is no conflict, whether it advertises the key or its package."""
        name = "acme>Scale" if ":" in own else "acme"
        self.install_library(site, {name: own})
        lay(site, {"own.py": DECORATED})
        assert registry.get_registered_object("acme>Scale").__module__ == "own"
        assert imported == ["own"]

    def test_a_package_that_lacks_the_key(self, site, registry, imported):
        """The library's own package is asked first, and then what is known of it."""
        self.install_library(site, {"acme": "own"})
        lay(site, {"own.py": PREFACE})
        assert registry.get_registered_object("acme>Scale").__module__ == "acme_layers"
        assert imported == ["own", "acme_layers"]

    def test_a_conflict(self, site, registry, resolver):
        """Two optional providers with different values contradict each other where both are here.

        The name of the library chooses, and it need not be the distribution that advertises.
        """
        self.install_library(site)
        other = {"acme>Scale": "other:Scale [more]"}
        install(site, "more-knowledge", "2.0", other, {"other.py": BARE}, requires=self.REQUIRES)
        assert registry.get_registered_object("acme>Scale").__module__ == "acme_layers"
        registry = Registry(lambda: resolver)
        install(site, "more", "1.0")
        with pytest.raises(ProviderConflictError) as caught:
            registry.get_registered_object("acme>Scale")
        assert str(caught.value) == (
            "'acme>Scale' is advertised with different values: \"acme_layers:Scale [acme]\" by "
            'knowledge 1.0, "other:Scale [more]" by more-knowledge 2.0. Choose one with '
            "KERAS_SERIALIZABLE_PREFER='acme>Scale=<distribution>' (one of acme-layers, more), or "
            "uninstall the others."
        )
        resolver.policy = Policy(prefer={"acme>*": "more"})
        assert registry.get_registered_object("acme>Scale").__module__ == "other"

    def test_one_distribution_with_one_key_for_two_libraries(self, site, registry):
        """The place that a file states decides, where both are installed."""
        known = {"a>S@@acme": "acme_layers:Scale [acme]", "a>S@@more": "other:Scale [more]"}
        install(site, "known", "1.0", known, requires=self.REQUIRES)
        self.install_library(site)
        install(site, "more", "1.0", files={"other.py": BARE})
        with pytest.raises(ProviderConflictError):
            registry.get_registered_object("a>S")
        lookup = lookup_of(registry)
        assert lookup._resolve("a>S", ("other", "Scale")).__module__ == "other"
        assert lookup._resolve("a>S", ("acme_layers", "Scale")).__module__ == "acme_layers"
        with pytest.raises(ProviderConflictError):
            lookup._resolve("a>S", ("elsewhere", "Scale"))

    @pytest.mark.parametrize(
        ("root", "module"), [("keras", "acme_layers"), ("tf_keras", "other"), (None, None)]
    )
    def test_one_key_for_two_kerases(self, site, registry, root, module):
        """An object whose extra requires a Keras is for that Keras, if several are installed."""
        known = {"a>S": "acme_layers:Scale [acme]", "a>S@@2": "other:Scale [acme,two]"}
        requires = (*self.REQUIRES, "tf-keras>=2; extra == 'two'")
        install(site, "known", "1.0", known, {"other.py": BARE}, requires=requires)
        self.install_library(site)
        install(site, "tf_keras", "2.15")

        class Neighbour:
            objects: ClassVar = {}
            names: ClassVar = {}

            @staticmethod
            def accepts(obj):
                return True

        neighbour = Neighbour()
        neighbour.root = root
        resolve = partial(lookup_of(registry)._resolve, "a>S", neighbour=neighbour)
        if module is not None:
            assert resolve().__module__ == module
            return
        with pytest.raises(ProviderConflictError):
            resolve()

    def test_a_place(self, site, registry):
        """An old file names the place alone; it is found where the library is installed."""
        lookup = lookup_of(registry)
        assert lookup._resolve("Scale", ("acme_layers", "Scale")) is None
        self.install_library(site)
        assert lookup._resolve("Scale", ("acme_layers", "Scale")).__name__ == "Scale"

    @pytest.mark.parametrize("name", ["knowledge", "acme_layers"])
    def test_a_denied_library(self, site, registry, resolver, name):
        """A rule that denies the library holds, whoever knows it."""
        self.install_library(site)
        resolver.policy = Policy(deny_distributions=[name])
        with pytest.raises(ProviderRefusedError, match=name):
            registry.get_registered_object("acme>Scale")
        assert "acme_layers" not in sys.modules

    def test_advertised_keys(self, site, resolver):
        """A name without its package is completed to keys that can be found."""
        assert resolver.advertised_keys("Scale") == []
        self.install_library(site)
        assert resolver.advertised_keys("Scale") == ["acme>Scale"]

    def test_the_list(self, site, fresh):
        """All are listed, with what is missing."""
        code = """
import keras_serializable as ks
for each in sorted(ks.providers(), key=str):
    print(each.name, each.is_optional, each.is_available, *each.missing)
"""
        before = "Inner True {0}\nacme>Scale True {0}\nacme>double True {0}\n"
        assert fresh(code, site) == before.format("False acme-layers>=1")
        self.install_library(site)
        assert fresh(code, site) == before.format("True")


def test_advertised_keys(site, resolver):
    """The keys of any package with a name part, sorted."""
    keys = {"b>Scale": "m:S", "a>Scale": "m:S", "Scale": "m:S", "a>MyScale": "m:S", "p": "m"}
    install(site, "acme", "1.2", keys)
    install(site, "bolt", "1.2", {"a>Scale": "m:S"})
    assert resolver.advertised_keys("Scale") == ["a>Scale", "b>Scale"]
    assert resolver.advertised_keys("Other") == []


def test_a_miss_is_cheap(tmp_path, fresh):
    """A key that nobody advertises imports neither rules nor hooks, policy or errors."""
    install(tmp_path / "site", "acme", "1.2", {"acme>f": "acme_m:f"})
    code = """
import sys
import keras_serializable
print(keras_serializable.get_registered_object("bolt>f"))
print([name for name in sys.modules if name.endswith(("rules", "hooks", "policy", "errors"))])
"""
    assert fresh(code, tmp_path / "site") == "None\n[]\n"


def test_audit_events(tmp_path, fresh):
    """Each import is announced before it happens, and a hook can forbid it."""
    install(tmp_path / "site", "acme", "1.2", {"a>f": "acme_m:f", "a>g": "acme_m:g"})
    lay(tmp_path / "site", {"acme_m.py": "print('imported')\ndef f(): pass\ndef g(): pass\n"})
    code = """
import sys
import keras_serializable
forbid = True
def hook(event, arguments):
    if event.startswith("keras_serializable"):
        print(event, *arguments)
        if forbid:
            raise PermissionError("no")
sys.addaudithook(hook)
try:
    keras_serializable.get_registered_object("a>f")
except PermissionError as error:
    print(repr(error))
forbid = False
print(callable(keras_serializable.get_registered_object("a>f")))
print(callable(keras_serializable.get_registered_object("a>f")))
"""
    assert fresh(code, tmp_path / "site").splitlines() == [
        "keras_serializable.load a>f acme_m:f acme 1.2",
        "PermissionError('no')",
        "keras_serializable.load a>f acme_m:f acme 1.2",
        "imported",
        "True",
        "True",
    ]


def test_a_malformed_file_that_stops_everybody_else(tmp_path, fresh):
    """Where `importlib.metadata.entry_points` raises for everybody, every key of ours works."""
    install(tmp_path / "site", "bad", "1.0", "[x]\nno equals\n")
    install(tmp_path / "site", "acme", "1.2", {"a>f": "acme_m:f"}, {"acme_m.py": "def f(): pass"})
    code = """
import importlib.metadata, importlib_metadata, keras_serializable
for module in (importlib.metadata, importlib_metadata):
    try:
        print(len(module.entry_points(group="keras_serializable")))
    except Exception as error:
        print(type(error).__name__)
print(callable(keras_serializable.get_registered_object("a>f")))
"""
    assert fresh(code, tmp_path / "site").split() == ["TypeError", "TypeError", "True"]


def test_foresee_agrees_with_resolve(site, resolver, registry):
    """What is foreseen is what a lookup then imports; a switched-off discovery foresees nothing."""
    install_example(site, "undecorated")
    assert resolver.foresee("acme>None") == []
    foreseen = {key: resolver.foresee(key) for key in ("acme>Scale", "Scale", "old>Scale")}
    assert "acme_layers" not in sys.modules
    for key, ((name, provider),) in foreseen.items():
        assert (name, provider.value) == (key, "acme_layers:Scale")
        assert registry.get_registered_object(key) is sys.modules["acme_layers"].Scale
    place = ("acme_layers", "Scale")
    assert resolver.foresee("other>Scale", place)[0][1].value == "acme_layers:Scale"
    assert not resolver.is_switched_off()
    resolver.policy = Policy(discovery=False)
    assert resolver.is_switched_off()
    assert resolver.policies() == (resolver.policy,)
    assert resolver.foresee("acme>Scale") == []


def test_one_resolver_for_the_public_functions(tmp_path, fresh):
    """The public functions share one resolver: it obeys the variables and the program's policy."""
    install(tmp_path / "site", "acme", "1.2", {"acme>f": "acme_m:f"})
    code = """
import keras_serializable as ks
print(ks.get_registered_object("acme>f"))
resolver = ks._resolver()
print([each.name for each in resolver.discovery.current() if each.name == "acme>f"])
ks.set_policy(policy := ks.Policy(strict=True))
print(resolver.policy is policy, ks._resolver() is resolver)
"""
    off = {"KERAS_SERIALIZABLE_DISCOVERY": "0"}
    lines = fresh(code, tmp_path / "site", **off).splitlines()
    assert lines == ["None", "['acme>f']", "True True"]
