"""Importing: a module by name, and what is known of one whose import has not ended."""

import sys
import threading

import pytest
from distributions import lay

from keras_serializable._loading.importing import (
    import_module,
    is_being_imported,
    is_deadlock,
    is_run_by_this_thread,
)

WAITING = """
import sys, threading
running, go_on = threading.Event(), threading.Event()
running.set()
assert go_on.wait(30)
"""


def test_a_module_by_name(site):
    """A module inside a package is returned itself, not its package."""
    lay(site, {"importing_p": {"__init__.py": "", "inner.py": "x = 1"}})
    module = import_module("importing_p.inner")
    assert module is sys.modules["importing_p.inner"]
    assert module.x == 1
    assert not is_being_imported(module)


def test_its_own_error(site):
    """An import that fails raises what the module raises, and leaves no module behind."""
    lay(site, {"importing_bad.py": "raise OSError('disk full')"})
    for _ in range(2):
        with pytest.raises(OSError, match="disk full"):
            import_module("importing_bad")
    assert "importing_bad" not in sys.modules


def test_a_module_that_removes_itself(site):
    """A module that removes itself is imported again, and the error says that it is gone."""
    lay(site, {"importing_gone.py": "import sys\ndel sys.modules[__name__]\n"})
    with pytest.raises(KeyError, match="importing_gone"):
        import_module("importing_gone")


def test_while_it_runs(site):
    """A module that asks about itself is being imported, by the thread that runs it."""
    code = """
import sys
from keras_serializable._loading.importing import is_being_imported, is_run_by_this_thread
def asked():
    return is_being_imported(sys.modules[__name__]), is_run_by_this_thread(sys.modules[__name__])
asked_by_lambda = lambda: asked()
inside = asked()
"""
    lay(site, {"importing_self.py": code})
    module = import_module("importing_self")
    assert module.inside == (True, True)
    assert module.asked() == module.asked_by_lambda() == (False, False)


def test_another_thread_runs_it(site):
    """A module that another thread runs is being imported, but not by this thread."""
    lay(site, {"importing_slow.py": WAITING})
    thread = threading.Thread(target=import_module, args=("importing_slow",))
    thread.start()
    while not hasattr(sys.modules.get("importing_slow"), "go_on"):
        thread.join(0.001)
    module = sys.modules["importing_slow"]
    assert is_being_imported(module)
    assert not is_run_by_this_thread(module)
    module.go_on.set()
    assert import_module("importing_slow") is module  # waits for the other thread
    assert not is_being_imported(module)
    thread.join(30)


def test_deadlock():
    """Only Python's own refusal to wait counts as a deadlock."""
    from importlib._bootstrap import _DeadlockError

    assert is_deadlock(_DeadlockError("x"))
    assert not is_deadlock(RuntimeError("deadlock"))


def test_what_has_no_namespace():
    """An object without spec and dictionary, which a module put in its own place, is imported."""
    assert not is_being_imported(3)
    assert not is_run_by_this_thread(3)
