"""The loader: choosing a provider, asking whether it may, and taking the object from it."""

import sys
import threading

import pytest
from distributions import PREFACE, install, install_example, lay

from keras_serializable import Distribution, Policy, Provider
from keras_serializable._installed.index import Index
from keras_serializable._loading.loader import foresee
from keras_serializable.errors import (
    MetadataProblemError,
    ProviderConflictError,
    ProviderImportError,
    ProviderRefusedError,
)

ONE = Provider("a>B", "one:B", Distribution("one", "1.0"))
TWO = Provider("a>B", "two:B", Distribution("two", "2.0"))


def test_a_broken_distribution_costs_nobody_else_a_key(site, registry):
    """Metadata that could not be read is an error in strict mode alone."""
    install(site, "bad", "1.0", "[keras_serializable]\nno equals\n")
    install(site, "acme", "1.2", {"acme>f": "acme_m:f"}, {"acme_m.py": "def f(): pass"})
    assert registry.get_registered_object("acme>f") is sys.modules["acme_m"].f
    assert registry.get_registered_object("acme>g") is None


def test_of_failures_the_first_is_told(site, registry):
    """Where every provider of a package fails, the error is that of the first one asked."""
    install(site, "one", "1.0", {"a": "acme_one"}, {"acme_one.py": "1 / 0"})
    install(site, "two", "2.0", {"a": "acme_two"}, {"acme_two.py": "import no_such_jax"})
    with pytest.raises(ProviderImportError, match=r"one 1\.0 .* ZeroDivisionError"):
        registry.get_registered_object("a>f")
    assert "acme_two" not in sys.modules


def test_an_object_that_is_there_before_its_module_is_whole(site, registry):
    """A module that looks up an undecorated object of its own gets what it holds already."""
    code = PREFACE + (
        "before = get_registered_object('acme>f')\n"
        "def f(): pass\n"
        "after = get_registered_object('acme>f')\n"
    )
    install(site, "acme", "1.2", {"acme>f": "acme_m:f"}, {"acme_m.py": code})
    found = registry.get_registered_object("acme>f")
    acme = sys.modules["acme_m"]
    assert acme.before is None
    assert acme.after is acme.f is found


def test_a_runtime_error_of_a_plugin(site, registry, imported):
    """A plugin's RuntimeError is no deadlock: the import failed, and is not tried again."""
    code = PREFACE + "raise RuntimeError('no driver')"
    install(site, "acme", "1.2", {"acme>f": "acme_m:f"}, {"acme_m.py": code})
    with pytest.raises(ProviderImportError, match="RuntimeError: no driver"):
        registry.get_registered_object("acme>f")
    assert imported == ["acme_m"]


def test_a_package_that_fails_after_its_submodule(site, registry):
    """A module whose package cannot be imported is not delivered, though it is in memory."""
    package = {
        "__init__.py": "import acme_p.layers\nraise RuntimeError('no driver')",
        "layers.py": "def f(): pass",
    }
    install(site, "acme", "1.2", {"acme>f": "acme_p.layers:f"}, {"acme_p": package})
    with pytest.raises(ProviderImportError, match="RuntimeError: no driver"):
        registry.get_registered_object("acme>f")


def test_a_module_that_is_no_module(site, fresh):
    """An object that a plugin puts in the place of its module has to hold what is promised."""
    code = "import sys, types\nsys.modules[__name__] = types.SimpleNamespace(f=len)\n"
    install(site, "acme", "1.2", {"a>f": "acme_m:f", "a>g": "acme_m:g"}, {"acme_m.py": code})
    test = """
import keras_serializable as ks
print(ks.get_registered_object("a>f"))
try:
    ks.get_registered_object("a>g")
except ValueError as error:
    print(error.reason)
"""
    assert fresh(test, site) == "<built-in function len>\nacme_m has no g\n"


class TestMeetings:
    """Threads that meet in the middle of an import, arranged to the step."""

    @pytest.fixture(autouse=True)
    def meeting(self, site):
        """Put the module by which they meet into the site."""
        install_example(site, "meeting")

    def test_an_import_that_fails_while_another_thread_waits(self, site, registry):
        """A thread that waited for a failed import tries for itself, as Python does."""
        import under_test

        code = PREFACE + (
            "if len(imported) == 1:\n"
            "    import meeting\n"
            "    begun.set()\n"
            "    meeting.wait_until_waiting(waiting)\n"
            "    1 / 0\n"
            "def f(): pass\n"
        )
        install(site, "acme", "1", {"acme>f": "acme_m:f"}, {"acme_m.py": code})
        found = []

        def wait_and_ask():
            under_test.begun.wait(10)
            found.append(registry.get_registered_object("acme>f"))

        under_test.begun = threading.Event()
        under_test.waiting = threading.Thread(target=wait_and_ask)
        under_test.waiting.start()
        with pytest.raises(ProviderImportError):
            registry.get_registered_object("acme>f")
        under_test.waiting.join(20)
        assert found == [sys.modules["acme_m"].f]

    def test_a_deadlock_is_not_remembered(self, site, fresh):
        """An import that could not wait for another thread's is made by the next lookup.

        The second thread has begun to import `m_one`, which is not in `sys.modules` yet, and waits
        for `m_two`; the first one imports `m_two`, which looks up a key of `m_one`.
        """
        install(site, "one", "1", {"one>f": "m_one:f"})
        install(site, "two", "1", {"two>f": "m_two:f"})
        ask_for_one = """
import keras_serializable as ks
from __main__ import second
from meeting import wait_until_waiting
second.start()
wait_until_waiting(second)
try:
    ks.get_registered_object("one>f")
except ImportError as error:
    print(type(error.__cause__).__name__)
def f(): pass
"""
        lay(site, {"m_two.py": ask_for_one})
        code = """
import importlib.util, sys, threading
import keras_serializable as ks
class Importer:
    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == "m_one" else None
    def create_module(self, spec):
        import m_two
    def exec_module(self, module):
        module.f = len
sys.meta_path.insert(0, Importer())
second = threading.Thread(target=ks.get_registered_object, args=["one>f"])
ks.get_registered_object("two>f")
second.join(20)
ks.refresh()
print(ks.get_registered_object("one>f"))
"""
        assert fresh(code, site) == f"_DeadlockError\n{len!r}\n"

    def test_an_import_that_would_wait_for_ever(self, site, fresh):
        """Of two imports that wait for each other, one goes on with what is there."""
        ask = "import keras_serializable as ks\n{before}found = ks.get_registered_object('{key}')\n"
        install(site, "one", "1", {"one>f": "m_one:f"})
        install(site, "two", "1", {"two>f": "m_two:f"})
        begun = "from __main__ import one_begun\none_begun.set()\n"
        lay(
            site,
            {
                "m_one.py": ask.format(before=begun, key="two>f") + "def f(): pass\n",
                "m_two.py": ask.format(before="", key="one>f") + "def f(): pass\n",
            },
        )
        # The second thread has found that `m_one` is not imported. Before it waits for `m_one`, the
        # first thread begins to import `m_one`, and waits for `m_two`.
        code = """
import sys, threading
import keras_serializable as ks
from meeting import wait_until_waiting
one_begun, two_asks = threading.Event(), threading.Event()
def watch(event, arguments):
    if event == "import" and arguments[0] == "m_one" and threading.current_thread() is second:
        two_asks.set()
        one_begun.wait(10)
        wait_until_waiting(first, 2)
def ask_first():
    two_asks.wait(10)
    found.append(ks.get_registered_object("one>f"))
found = []
first = threading.Thread(target=ask_first)
second = threading.Thread(target=lambda: found.append(ks.get_registered_object("two>f")))
sys.addaudithook(watch)
first.start(), second.start(), first.join(20), second.join(20)
import m_one, m_two
print(set(found) == {m_one.f, m_two.f}, m_one.found is m_two.f, m_two.found)
"""
        assert fresh(code, site) == "True True None\n"


class TestForesee:
    """Which providers a lookup would import in turn, with nothing imported."""

    PACKAGE = Provider("a", "pack", Distribution("pack", "1.0"))

    @pytest.mark.parametrize(
        ("providers", "defined", "policy", "expected"),
        [
            ((), (), Policy(), []),
            ((ONE,), (), Policy(), [ONE]),
            ((PACKAGE,), (TWO,), Policy(), [PACKAGE, TWO]),
            ((), (TWO,), Policy(), [TWO]),
            ((PACKAGE,), (TWO,), Policy(deny_distributions=["pack"]), [TWO]),
            ((ONE, TWO), (), Policy(prefer={"a>B": "two"}), [TWO]),
            ((PACKAGE, ONE, TWO), (), Policy(), [PACKAGE]),  # then there is a conflict
        ],
    )
    def test_in_turn(self, providers, defined, policy, expected):
        """Those that the policies permit; what is defined at a place comes last."""
        foreseen = foresee(Index(), "a>B", providers, defined, (policy,), None)
        assert foreseen == [("a>B", provider) for provider in expected]

    def test_refused(self):
        """Where none is permitted, the first refusal is the error, as in a lookup."""
        with pytest.raises(ProviderRefusedError, match=r"deny_distributions .* 'one'") as caught:
            foresee(Index(), "a>B", (ONE,), (), (Policy(deny_distributions=["one"]),), None)
        assert caught.value.provider is ONE
        denied = (Policy(deny_keys=["a>*"]),)
        with pytest.raises(ProviderRefusedError):
            foresee(Index(), "a>B", (ONE,), (), denied, None)
        assert foresee(Index(), "a>B", (), (), denied, None) == []

    def test_conflict(self):
        """Providers that contradict each other are the error of a lookup."""
        with pytest.raises(ProviderConflictError):
            foresee(Index(), "a>B", (ONE, TWO), (), (), None)

    def test_strict(self):
        """Strict mode holds, too."""
        with pytest.raises(MetadataProblemError):
            foresee(Index((), [("file", "broken")]), "a>B", (), (), (Policy(strict=True),), None)
