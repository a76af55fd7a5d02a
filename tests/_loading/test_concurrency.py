"""Threads: one import, one object, no deadlock, however lookups and imports meet.

``TEST_ROUNDS`` sets how often each meeting is arranged.
"""

import importlib
import os
import sys
import threading

import pytest
from conftest import forget_modules, make_under_test
from distributions import PREFACE, install, lay

from keras_serializable.errors import ProviderImportError

ROUNDS = int(os.environ.get("TEST_ROUNDS", "20"))
THREADS = 32


def classes(decorator):
    """Return the code of a module with a class for each thread."""
    names = (f"C{number}" for number in range(THREADS))
    body = "    def get_config(self): return {}\n"
    return PREFACE + "".join(f"{decorator}class {name}:\n{body}" for name in names)


DECORATED = classes("@register_keras_serializable('acme')\n")
BARE = classes("")
KEYS = [f"acme>C{number}" for number in range(THREADS)]


@pytest.fixture
def rounds(site, monkeypatch):
    """Return an iterator of new registries, each with the list of what plugins import meanwhile."""

    def rounds(count=ROUNDS):
        for _ in range(count):
            forget_modules(site)
            module = make_under_test(site)
            monkeypatch.setitem(sys.modules, "under_test", module)
            yield module.registry, module.imported

    return rounds


ATTRIBUTES = {key: f"acme_m:{key[5:]}" for key in KEYS}


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        pytest.param(ATTRIBUTES, DECORATED, id="attribute, decorated"),
        pytest.param(ATTRIBUTES, BARE, id="attribute, bare"),
        pytest.param(dict.fromkeys(KEYS, "acme_m"), DECORATED, id="module"),
        pytest.param({"acme": "acme_m"}, DECORATED, id="package"),
    ],
)
class TestOneModule:
    """Threads that want something of one module."""

    @pytest.fixture(autouse=True)
    def acme(self, site, keys, code):
        """Install the distribution."""
        install(site, "acme", "1.2", keys, {"acme_m.py": code})

    def test_one_key(self, rounds, together):
        """32 threads that ask for one key at once get one object from one import."""
        for registry, imported in rounds():
            found = together(*[lambda r=registry: r.get_registered_object("acme>C0")] * THREADS)
            assert set(found) == {sys.modules["acme_m"].C0}
            assert imported == ["acme_m"]
            is_decorated = "acme>C0" in registry.get_custom_objects()
            name = registry.get_registered_name(found[0])
            assert name == ("acme>C0" if is_decorated else "C0")

    def test_different_keys(self, rounds, together):
        """32 threads that ask for different keys of one module at once."""
        for registry, imported in rounds():
            lookups = [lambda key=key, r=registry: r.get_registered_object(key) for key in KEYS]
            found = together(*lookups)
            assert [each.__name__ for each in found] == [key[5:] for key in KEYS]
            assert imported == ["acme_m"]

    def test_lookups_race_imports(self, rounds, together):
        """Half of the threads import the module while the others look its keys up."""
        for registry, imported in rounds():

            def plain():
                import acme_m

                return acme_m.C0

            lookup = [lambda r=registry: r.get_registered_object("acme>C0")]
            found = together(*[*lookup, plain] * (THREADS // 2))
            assert set(found) == {sys.modules["acme_m"].C0}
            assert imported == ["acme_m"]


def test_different_modules(site, rounds, together):
    """32 threads, each with a distribution of its own."""
    for number in range(THREADS):
        code = PREFACE + "def f(): pass"
        install(site, f"d{number}", "1", {f"d{number}>f": f"m{number}:f"}, {f"m{number}.py": code})
    for registry, imported in rounds():
        keys = [f"d{number}>f" for number in range(THREADS)]
        found = together(
            *[lambda key=key, r=registry: r.get_registered_object(key) for key in keys]
        )
        assert [each.__module__ for each in found] == [f"m{number}" for number in range(THREADS)]
        assert sorted(imported) == sorted(f"m{number}" for number in range(THREADS))


def test_modules_that_look_each_other_up(site, rounds, together):
    """Two plugins look each other up while they are imported, from 32 threads."""
    for own, other in (("a", "b"), ("b", "a")):
        code = PREFACE + f"get_registered_object('{other}>f')\ndef f(): pass\n"
        install(site, own, "1", {f"{own}>f": f"m_{own}:f"}, {f"m_{own}.py": code})
    for registry, imported in rounds():
        lookups = [
            lambda key=key, r=registry: r.get_registered_object(key) for key in ("a>f", "b>f")
        ]
        together(*lookups * (THREADS // 2))
        # A thread that would wait for itself gets a miss; no thread gets a wrong object.
        assert registry.get_registered_object("a>f") is sys.modules["m_a"].f
        assert registry.get_registered_object("b>f") is sys.modules["m_b"].f
        assert sorted(imported) == ["m_a", "m_b"]


def test_a_chain(site, rounds, together):
    """Plugins look up keys of each other in a row; each key means one object for all threads."""
    for number in range(8):
        code = PREFACE + f"after = get_registered_object('d{number + 1}>f')\ndef f(): pass\n"
        install(site, f"d{number}", "1", {f"d{number}>f": f"m{number}:f"}, {f"m{number}.py": code})
    for registry, imported in rounds():
        keys = [f"d{number}>f" for number in range(8)]
        found = together(
            *[lambda key=key, r=registry: r.get_registered_object(key) for key in keys] * 4
        )
        assert [each.__module__ for each in found] == [f"m{number}" for number in range(8)] * 4
        assert sorted(imported) == [f"m{number}" for number in range(8)]
        for number in range(7):
            after = sys.modules[f"m{number + 1}"].f
            assert sys.modules[f"m{number}"].after is after


def test_lock_order(site, rounds, together):
    """One thread looks up a key whose module imports `b`; `b`, in another, looks up that key.

    With a lock around the import both threads would wait for ever: each for what the other holds.
    """
    wait = (
        "import threading\n"
        "from under_test import meeting\n"
        "meeting.wait(5)\n"  # both are in the middle of their imports
    )
    install(
        site,
        "a",
        "1",
        {"a>f": "m_a:f"},
        {"m_a.py": PREFACE + wait + "import m_b\ndef f(): pass\n"},
    )
    lay(site, {"m_b.py": PREFACE + wait + "found = get_registered_object('a>f')\n"})
    for registry, imported in rounds(max(5, ROUNDS // 10)):
        sys.modules["under_test"].meeting = threading.Barrier(2)
        found, _ = together(
            lambda r=registry: r.get_registered_object("a>f"),
            lambda: importlib.import_module("m_b"),
        )
        assert found is sys.modules["m_a"].f
        assert sys.modules["m_b"].found in (None, found)
        assert sorted(imported) == ["m_a", "m_b"]


def test_failures(site, rounds, together):
    """32 threads that ask for what cannot be imported all get the error."""
    install(site, "acme", "1", {"acme>f": "acme_m:f"}, {"acme_m.py": PREFACE + "1 / 0"})
    for registry, _ in rounds(max(5, ROUNDS // 10)):

        def ask(registry=registry):
            with pytest.raises(ProviderImportError) as caught:
                registry.get_registered_object("acme>f")
            return type(caught.value.__cause__)

        assert set(together(*[ask] * THREADS)) == {ZeroDivisionError}


def test_misses(site, rounds, together):
    """Threads that ask at once for a key that nobody has all get `None`."""
    for registry, _ in rounds():
        found = together(*[lambda r=registry: r.get_registered_object("no>such")] * THREADS)
        assert set(found) == {None}


def test_registering(together, registry):
    """Threads that register at once lose nothing."""

    def register(number):
        for count in range(20):
            name = f"f{number}_{count}"
            registry.register_keras_serializable("p", name)(lambda: None)

    together(*[lambda number=number: register(number) for number in range(8)])
    assert len(registry.get_custom_objects()) == 160


def test_an_install_meets_lookups(site, rounds, together):
    """A distribution that is installed while threads look for it is found for good."""
    for number, (registry, _) in enumerate(rounds()):
        name = f"late{number}"

        def ask(registry=registry, name=name):
            for _ in range(5):
                registry.get_registered_object(f"{name}>f")

        def put(name=name):
            files = {f"m_{name}.py": "def f(): pass\n"}
            install(site, name, "1", None, files)
            install(site, name, "1", {f"{name}>f": f"m_{name}:f"})

        together(*[ask] * 4, put)
        deadline = threading.Event()
        for _ in range(10):
            if registry.get_registered_object(f"{name}>f") is not None:
                break
            deadline.wait(0.02)
        assert registry.get_registered_object(f"{name}>f") is sys.modules[f"m_{name}"].f
