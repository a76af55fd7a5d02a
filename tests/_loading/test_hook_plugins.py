"""Loading hook plugins: each is installed as a distribution. test_hooks.py tests what they do."""

import pickle
import sys
import threading

import pytest
from distributions import HOOK_GROUP, HOOKS_PREFACE, install, install_example, install_hooks, lay

from keras_serializable.errors import HookError, ProviderImportError, ProviderRefusedError
from keras_serializable.hooks import HookWarning

REFUSE = "@hookimpl\ndef keras_serializable_refuse(key):\n    return 'not on the list'\n"
COUNT = "@hookimpl\ndef keras_serializable_loaded(key):\n    seen.append(key)\n"


def change(site):
    """Change the directory as an import does that writes byte code: the next lookup scans again."""
    lay(site, {f"__pycache__/{len(list(site.rglob('*.pyc')))}.pyc": b""})
    site.joinpath("marker").touch()
    site.joinpath("marker").unlink()


@pytest.mark.usefixtures("acme")
def test_pluggy_is_imported_only_where_a_hook_plugin_is_installed(site, fresh):
    """Without a hook plugin a lookup leaves pluggy alone; with one it does not."""
    code = (
        "import sys, keras_serializable as ks; ks.get_registered_object('acme>Scale'); "
        "print('pluggy' in sys.modules)"
    )
    assert fresh(code, site) == "False\n"
    install_example(site, "watcher")
    assert fresh(code, site) == "True\n"


@pytest.mark.usefixtures("acme")
def test_a_hook_plugin_may_look_keys_up_while_it_is_loaded(site, registry):
    """The lookup works without hooks, instead of loading the plugin again."""
    install_hooks(
        site,
        "import under_test\nseen.append(under_test.get_registered_object('acme>Scale').__name__)\n",
    )
    assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
    assert sys.modules["watcher_hooks"].seen == ["Scale"]


def test_a_hook_plugin_may_be_an_object(site, registry):
    """The entry point of a hook plugin names a module, or an object in one."""
    body = (
        "class Supplier:\n"
        "    @hookimpl\n"
        "    def keras_serializable_missing(self, key):\n"
        "        return len if key == 'length' else None\n"
        "supplier = Supplier()\n"
    )
    plugins = {HOOK_GROUP: {"supplier": "supplier_hooks:supplier"}}
    install(site, "supplier", "3.0", plugins, {"supplier_hooks.py": HOOKS_PREFACE + body})
    assert registry.get_registered_object("length") is len


@pytest.mark.usefixtures("acme")
def test_a_hook_plugin_that_is_not_there_yet_is_not_asked(site, registry):
    """A lookup made while a hook plugin is imported does not look for its object."""
    body = (
        "import under_test\n"
        "seen.append(under_test.get_registered_object('acme>Scale').__name__)\n"
        "class Watcher: pass\n"
    )
    plugins = {HOOK_GROUP: {"watcher": "watcher_hooks:Watcher"}}
    install(site, "watcher", "3.0", plugins, {"watcher_hooks.py": HOOKS_PREFACE + body})
    assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
    assert sys.modules["watcher_hooks"].seen == ["Scale"]


def test_a_hook_plugin_that_is_installed_later(site, registry):
    """A new hook plugin is asked from the next scan on, beside those that were there."""
    supply = (
        "@hookimpl\ndef keras_serializable_missing(key):\n    return {} if key == {!r} else None\n"
    )
    install_hooks(site, supply.format("len", "length"), "early")
    assert registry.get_registered_object("length") is len
    assert registry.get_registered_object("least") is None
    install_hooks(site, supply.format("min", "least"), "late")
    assert registry.get_registered_object("least") is min


class TestPluginsThatCannotBeLoaded:
    """Hook plugins that cannot be loaded: nobody can tell whether one would have refused."""

    @pytest.mark.usefixtures("acme")
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("raise OSError('cannot start')", "OSError: cannot start"),
            ("raise SystemExit('no licence')", "SystemExit: no licence"),
            ("import no_such_module", "ModuleNotFoundError: .*no_such_module"),
            (
                "@hookimpl\ndef keras_serializable_typo(key):\n    pass\n",
                "PluginValidationError: .*keras_serializable_typo",
            ),
            (REFUSE.replace("@hookimpl\n", ""), "keras_serializable_refuse is not marked with"),
        ],
    )
    def test_nothing_passes_a_guard_that_cannot_be_loaded(self, site, registry, body, words):
        """The error names the distribution, and says how to repair it or to switch it off."""
        install_hooks(site, body, "guard")
        for _ in range(2):
            with pytest.raises(
                HookError, match=rf"(?s)of guard 3\.0 cannot be .*{words}"
            ) as caught:
                registry.get_registered_object("acme>Scale")
            assert str(caught.value).endswith(
                "Repair or uninstall guard, or switch the plugin off with "
                "KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS=guard."
            )
            assert caught.value.hook is None
            assert type(caught.value.__cause__).__name__ in str(caught.value)
            assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301
        assert "acme_layers" not in sys.modules

    @pytest.mark.usefixtures("acme")
    def test_a_broken_guard_is_imported_once(self, site, registry, resolver, imported):
        """A broken guard is imported again when something was installed, or after a refresh."""
        install_hooks(site, "import under_test\nunder_test.imported.append(1)\n1 / 0\n", "guard")

        def fail():
            change(site)
            with pytest.raises(HookError, match="ZeroDivisionError"):
                registry.get_registered_object("acme>Scale")
            return len(imported)

        assert [fail(), fail(), fail()] == [1, 1, 1]
        resolver.refresh()
        assert [fail(), fail()] == [2, 2]
        install(site, "other", "1.0")
        assert [fail(), fail()] == [3, 3]

    @pytest.mark.usefixtures("acme")
    def test_a_key_that_nobody_advertises_stays_a_miss(self, site, registry, resolver):
        """A key that nobody advertises stays a miss; the explanation names the broken guard."""
        install_hooks(site, "raise OSError('cannot start')", "guard")
        install_hooks(
            site, "@hookimpl\ndef keras_serializable_missing(key):\n    return len\n", "supplier"
        )
        with pytest.warns(HookWarning, match=r"of guard 3\.0 cannot be loaded: OSError"):
            assert registry.get_registered_object("nobody>Knows") is None
        assert registry.get_registered_object("nobody>Knows") is None  # and warns of nothing
        assert "guard 3.0 cannot be loaded: OSError" in resolver.explain("nobody>Knows")

    @pytest.mark.usefixtures("acme")
    @pytest.mark.parametrize("body", ["raise OSError('cannot start')", "raise SystemExit(1)"])
    def test_a_broken_watcher_is_left_out(self, site, registry, body):
        """A broken watcher is reported once; it takes no key and no other hook plugin down."""
        install_hooks(site, body, entry_point="watch>log")
        install_hooks(site, COUNT, "counter", "watch>counter")
        with pytest.warns(
            HookWarning, match=r'"watch>log" = .* of watcher 3\.0 failed with'
        ) as told:
            registry.get_registered_object("acme>Scale")
        assert len(told) == 1
        change(site)
        registry._registered.discovered.clear()
        assert registry.get_registered_object("acme>Scale") is not None  # and warns of nothing
        assert sys.modules["counter_hooks"].seen == ["acme>Scale"]

    @pytest.mark.usefixtures("acme")
    @pytest.mark.parametrize("hook", ["refuse", "choose", "missing"])
    def test_a_watcher_that_decides(self, site, registry, hook):
        """A plugin that says that it only watches, and decides, is refused with an error."""
        body = f"@hookimpl\ndef keras_serializable_{hook}(key):\n    pass\n"
        install_hooks(site, body, "guard", "watch>guard")
        words = f"'watch>', but keras_serializable_{hook} does not only watch"
        with pytest.raises(HookError, match=words):
            registry.get_registered_object("acme>Scale")
        assert "acme_layers" not in sys.modules


@pytest.mark.usefixtures("acme")
class TestRescans:
    """What was loaded stays when a scan finds no other distributions."""

    def test_a_hook_plugin_is_loaded_once(self, site, registry):
        """A loaded hook plugin stays, though its module is imported again in the meantime."""
        install_hooks(site, COUNT, "counter")
        registry.get_registered_object("acme>Scale")
        seen = sys.modules["counter_hooks"].seen
        del sys.modules["counter_hooks"]
        install(site, "late", "1.0", {"late>f": "late_m:f"}, {"late_m.py": "def f(): pass"})
        change(site)
        registry.get_registered_object("late>f")
        assert seen == ["acme>Scale", "late>f"]
        assert "counter_hooks" not in sys.modules

    def test_a_delivery_is_told_once(self, site, registry):
        """A load is reported once, and again after the provider was upgraded."""
        install_hooks(site, COUNT, "counter")
        for _ in range(3):
            registry.get_registered_object("acme>Scale")
            registry._registered.discovered.clear()
            change(site)
        seen = sys.modules["counter_hooks"].seen
        assert seen == ["acme>Scale"]
        site.joinpath("acme_layers-1.2.dist-info").rename(site / "acme_layers-1.3.dist-info")
        registry.get_registered_object("acme>Scale")
        assert seen == ["acme>Scale"] * 2

    def test_an_import_that_changes_the_path_and_fails(self, site, registry, imported):
        """A failure is remembered, though a lookup made during the import has scanned again."""
        code = (
            "import under_test, os\n"
            "under_test.imported.append(__name__)\n"
            "os.mkdir(os.path.join(os.path.dirname(__file__), f'new{len(under_test.imported)}'))\n"
            "under_test.get_registered_object('bad>Other')\n"
            "1 / 0\n"
        )
        install(site, "bad", "1.0", {"bad>f": "bad_m:f"}, {"bad_m.py": code})
        for _ in range(3):
            with pytest.raises(ProviderImportError, match="ZeroDivisionError"):
                registry.get_registered_object("bad>f")
        assert imported == ["bad_m"]


@pytest.mark.usefixtures("acme")
class TestGuardsThatAreNotThereYet:
    """No lookup goes on before every guard has been asked."""

    def test_another_thread_imports_the_guard(self, site, registry):
        """A lookup waits until the guard is imported, and asks it."""
        import under_test

        install_example(site, "meeting")
        body = (
            "import meeting, under_test\n"
            "under_test.begun.set()\n"
            "meeting.wait_until_waiting(under_test.waiting)\n"
        )
        install_hooks(site, body + REFUSE, "guard")
        outcomes = []

        def ask():
            under_test.begun.wait(10)
            try:
                outcomes.append(registry.get_registered_object("acme>Scale"))
            except ProviderRefusedError as error:
                outcomes.append(error.rule)

        under_test.begun = threading.Event()
        under_test.waiting = threading.Thread(target=ask)
        under_test.waiting.start()
        with pytest.raises(ProviderRefusedError):
            registry.get_registered_object("acme>Scale")
        under_test.waiting.join(20)
        assert outcomes == ["not on the list"]
        assert "acme_layers" not in sys.modules

    @pytest.mark.parametrize("is_in_memory", [True, False])
    def test_a_lookup_that_must_not_wait_for_the_guard(self, site, fresh, is_in_memory):
        """Where the guard waits for what this thread imports, the lookup fails.

        The main thread imports `plugin`, which looks a key up; the other thread imports the guard,
        which imports `plugin`: when its code runs, or before it is in `sys.modules`. To wait for
        the guard would never end.
        """
        wait = "from __main__ import begun\nbegun.set()\nimport plugin\n"
        install_hooks(site, (wait if is_in_memory else "") + REFUSE)
        importer = f"""
import importlib.machinery, importlib.util
class Importer(importlib.machinery.SourceFileLoader):
    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == self.name else None
    def create_module(self, spec):
        exec({wait!r})
sys.meta_path.insert(0, Importer("watcher_hooks", {str(site / "watcher_hooks.py")!r}))
"""
        plugin = (
            "import sys, keras_serializable as ks\n"
            "from __main__ import begun, first\n"
            "from meeting import wait_until_waiting\n"
            "first.start()\n"
            "begun.wait(10)\n"
            "wait_until_waiting(first)\n"
            "try:\n    ks.get_registered_object('acme>Scale')\n"
            "except ks.HookError as error:\n    print('another thread' in str(error))\n"
            "print('acme_layers' in sys.modules)\n"
        )
        install_example(site, "meeting")
        lay(site, {"plugin.py": plugin})
        code = """
import sys, threading
import keras_serializable as ks
begun = threading.Event()
def ask():
    try:
        ks.get_registered_object("acme>Scale")
    except ks.ProviderRefusedError as error:
        print(error.rule)
first = threading.Thread(target=ask)
"""
        code += "" if is_in_memory else importer
        code += """
import plugin
first.join(20)
ask()
print("acme_layers" in sys.modules)
"""
        refused = "not on the list\n"
        assert fresh(code, site) == f"True\nFalse\n{refused}{refused}False\n"

    def test_ctrl_c_while_the_guard_is_imported(self, site, registry, imported):
        """Control-C ends the lookup; the next lookup imports the guard again, and asks it."""
        body = (
            "import under_test\n"
            "under_test.imported.append(1)\n"
            "if len(under_test.imported) == 1: raise KeyboardInterrupt\n"
        )
        install_hooks(site, body + REFUSE, "guard")
        with pytest.raises(KeyboardInterrupt):
            registry.get_registered_object("acme>Scale")
        for _ in range(2):
            with pytest.raises(ProviderRefusedError, match="not on the list"):
                registry.get_registered_object("acme>Scale")
        assert len(imported) == 2
        assert "acme_layers" not in sys.modules

    def test_a_guard_that_the_program_imports_itself(self, site, registry):
        """A lookup made while the guard is imported does not remember that the guard is missing."""
        body = "import under_test\nseen.append(under_test.get_registered_object('other>f'))\n"
        install_hooks(site, body + REFUSE, "guard")
        install(site, "other", "1.0", {"other>f": "other_m:f"}, {"other_m.py": "def f(): pass"})
        __import__("guard_hooks")
        assert sys.modules["guard_hooks"].seen == [sys.modules["other_m"].f]
        with pytest.raises(ProviderRefusedError, match="not on the list"):
            registry.get_registered_object("acme>Scale")

    def test_a_guard_is_asked_while_another_hook_plugin_is_imported(self, site, registry):
        """A lookup made while one hook plugin is imported asks every other one."""
        body = (
            "import under_test\n"
            "try: under_test.get_registered_object('acme>Scale')\n"
            "except ImportError as error: seen.append(error.rule)\n"
        )
        install_hooks(site, body, "first")
        install_hooks(site, REFUSE, "second")
        with pytest.raises(ProviderRefusedError, match="not on the list"):
            registry.get_registered_object("acme>Scale")
        assert sys.modules["first_hooks"].seen == ["not on the list"]
        assert "acme_layers" not in sys.modules

    def test_many_threads_meet_a_guard_for_the_first_time(self, site, registry, together):
        """Of many threads that meet a guard for the first time each is refused."""
        install_hooks(site, "import time\ntime.sleep(0.2)\n" + REFUSE, "guard")

        def ask():
            with pytest.raises(ProviderRefusedError):
                registry.get_registered_object("acme>Scale")

        together(*[ask] * 8)
        assert "acme_layers" not in sys.modules
