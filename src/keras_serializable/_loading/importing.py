"""Importing: a module by name, and what is known of one whose import has not ended.

No lock is held while a module is imported. Python's own import lock already makes concurrent
importers of one module wait for each other, and it alone can tell when waiting would never end.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, ModuleType


def import_module(name: str) -> "ModuleType":
    """Import a module, waiting for another thread that imports it."""
    try:
        __import__(name)  # importlib.import_module, without importing importlib
    except RuntimeError as error:
        # Two threads import modules that look each other up, and this one was told that waiting
        # would never end. It may look again at what the other has begun, but must not wait.
        if not is_deadlock(error) or name not in sys.modules:
            raise
    if name not in sys.modules:
        # Another thread's import of it failed while this one waited. Its own attempt tells why.
        __import__(name)
    return sys.modules[name]


def is_deadlock(error: BaseException) -> bool:
    """Return whether Python refused to wait for another thread's import."""
    return type(error).__name__ == "_DeadlockError"


def is_being_imported(module: "ModuleType") -> bool:
    """Return whether the code of a module has not ended.

    After `import_module` that is so in two cases: this thread runs that code, or waiting for
    another thread would never end.
    """
    return getattr(getattr(module, "__spec__", None), "_initializing", False)


def is_run_by_this_thread(module: "ModuleType") -> bool:
    """Return whether this thread runs the code of a module, somewhere up its stack."""
    namespace = getattr(module, "__dict__", None)
    # The only way to the stack without importing inspect.
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals is namespace:
            return True
        frame = frame.f_back
    return False
