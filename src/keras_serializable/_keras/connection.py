"""The connection to every Keras of the process, imported before or later.

No lock is held while a Keras is attached: Python calls finders while it holds its global import
lock, so a lock of ours could cause a deadlock. Instead, each step may run in several threads at
once, and may be repeated.
"""

import sys
import threading
import warnings
from types import ModuleType

from keras_serializable._keras.bridge import Bridge
from keras_serializable._keras.code_swap import MisfitError
from keras_serializable._keras.safe_warnings import warn_safely
from keras_serializable._keras_releases import INTERCEPTED, REGISTRATION, ROOTS
from keras_serializable.errors import UnknownKerasWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec

    from keras_serializable._registry.registry import Registry

_WATCHED = {f"{root}.{part}": root for root in ROOTS for part in INTERCEPTED}
"""module with functions to intercept -> its Keras."""


class Connection:
    """A bridge to each Keras, and a finder that waits for the import of another Keras."""

    # This finder on `sys.meta_path` finds no module itself. It waits for the modules of Keras that
    # hold the functions to intercept.

    # Each copy of this package detaches all objects with this mark before it connects. Later
    # releases have to keep the mark and the method `detach`.
    is_keras_serializable_connection = True

    def __init__(
        self, registry: "Registry", stamp: "Callable[[str], object] | None" = None
    ) -> None:
        self._registry = registry
        self.stamp = stamp
        # A Keras is identified by its module `REGISTRATION`. keras.config.set_backend() imports
        # this module again, and so makes another Keras.
        self._bridges: dict[ModuleType, Bridge] = {}
        self._misfits: dict[ModuleType, str] = {}
        # Modules that another finder may have found, so that this finder will not report them.
        self._unwatched: set[str] = set()
        self._is_detached = False

    def attach(self) -> "list[str]":
        """Attach imported modules, wait for others, and return a text for each misfit."""
        for finder in tuple(sys.meta_path):
            if getattr(type(finder), "is_keras_serializable_connection", False):
                finder.detach()  # type: ignore[attr-defined]
        sys.meta_path.insert(0, self)
        # Another thread may have found a module already, and may run it later. That is impossible
        # if the package of the module is not imported yet.
        self._unwatched.update(name for name in _WATCHED if name.rpartition(".")[0] in sys.modules)
        return [text for root in ROOTS if (text := self._attach(root))]

    def detach(self) -> None:
        """Undo every interception; a second call changes nothing."""
        self._is_detached = True
        self._unwatched.clear()
        # Rebind instead of remove(): another thread may be iterating over the old list.
        sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
        for bridge in self._bridges.copy().values():
            bridge.detach()

    def report(self, module: "ModuleType") -> None:
        """Attach a module of Keras after its code has run."""
        if sys.modules.get(module.__name__) is module and not self._is_detached:
            _warn_safely(self._attach(_WATCHED[module.__name__], module))

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Return the spec of another finder for a module of Keras, with a loader that reports."""
        for root in {_WATCHED[each] for each in self._unwatched.copy() if _loaded(each)}:
            _warn_safely(self._attach(root))
        finders = tuple(sys.meta_path)
        if name not in _WATCHED or self not in finders:
            return None
        # keras-serializable-autoload has this loop too. It cannot share the code, because an import
        # of this module would slow down every start of Python.
        for finder in finders[finders.index(self) + 1 :]:
            if hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        spec.loader = _ReportingLoader(spec.loader, self)  # type: ignore[arg-type,assignment]
                    else:  # an old loader, which has only load_module()
                        self._unwatched.add(name)
                    return spec
        return None

    def _attach(self, root: str, reported: "ModuleType | None" = None) -> str:
        """Attach the loaded modules of a Keras; return a text, once, if the Keras does not fit."""
        registration = _loaded(f"{root}.{REGISTRATION}", reported)
        if registration is None or registration in self._misfits:
            return ""
        for other, former in self._bridges.copy().items():
            if other is not registration and other.__name__ == registration.__name__:
                self._bridges.pop(other, None)
                former.detach()
        bridge = self._bridges.setdefault(registration, Bridge(root, self._registry, self.stamp))
        misfit = _attach_loaded(bridge, reported)
        self._unwatched.difference_update(bridge.modules.copy())
        text = ""
        if misfit:
            self._unwatched.difference_update(each for each in _WATCHED if _WATCHED[each] == root)
            text = str(UnknownKerasWarning.of_misfit(root, misfit))
            # setdefault() is atomic: of several threads exactly one warns.
            text = text if self._misfits.setdefault(registration, text) is text else ""
        # Another thread may have called detach() before the last interception was attached.
        is_current = self._bridges.get(registration) is bridge and registration not in self._misfits
        if self._is_detached or not is_current:
            bridge.detach()
        return text


class _ReportingLoader:
    """Loads a module with its own loader, and reports the module afterwards."""

    def __init__(self, loader: "Loader", connection: Connection) -> None:
        self._loader = loader
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(object.__getattribute__(self, "_loader"), name)

    def create_module(self, spec: "ModuleSpec") -> "ModuleType | None":
        """Create the module with its own loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: "ModuleType") -> None:
        """Run the module with its own loader, and report it."""
        # The module shows its own loader, while it runs and later.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._connection.report(module)


def _attach_loaded(bridge: Bridge, reported: "ModuleType | None") -> str:
    """Attach the loaded modules of a bridge's Keras; return the misfit, empty for none."""
    for name in (f"{bridge.root}.{part}" for part in INTERCEPTED):
        module = _loaded(name, reported)
        if module is None or (module is bridge.modules.get(name) and module is not reported):
            continue
        try:
            bridge.attach(module)
        except MisfitError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 -- a failure of ours must not stop the import of Keras
            return f"{name} raised {error!r}"
    return ""


def _loaded(name: str, reported: "ModuleType | None" = None) -> "ModuleType | None":
    """Return a module whose code has run to its end, `None` for another module."""
    module = sys.modules.get(name)
    if module is None or module is reported:
        return module
    if type(module).__getattribute__ is not ModuleType.__getattribute__:
        return None  # A module of importlib.util.LazyLoader: an attribute access would load it.
    is_loading = getattr(getattr(module, "__spec__", None), "_initializing", False)
    return None if is_loading else module


def _warn_safely(text: str) -> None:
    """Warn without an exception: it would stop the import of Keras."""
    if text:
        warn_safely(text, UnknownKerasWarning, stacklevel=4)


_connected: "list[Connection]" = []  # empty, or the connection in force
_changing = threading.Lock()  # No module is imported while a thread holds it.


def connect(registry: "Registry", stamp: "Callable[[str], object] | None" = None) -> None:
    """Connect the registry to every Keras; a second call can only add a `stamp`.

    `stamp` is called with the path of each file that Keras saves from now on.
    """
    with _changing:
        is_connected = _connected and _connected[-1] in sys.meta_path
        if is_connected and (stamp is None or _connected[-1].stamp is not None):
            return
        _detach()
        connection = Connection(registry, stamp)
        _connected.append(connection)
        try:
            texts = connection.attach()
        except BaseException:
            _detach()
            raise
    try:
        for text in texts:
            warnings.warn(text, UnknownKerasWarning, stacklevel=3)
    except BaseException:  # A filter has made the warning an error.
        disconnect()
        raise


def disconnect() -> None:
    """Undo `connect`; without a connection nothing happens."""
    with _changing:
        _detach()


def _detach() -> None:
    while _connected:
        _connected.pop().detach()
