"""The connection to every Keras of the process: those imported already, and those to come.

Nothing is locked while a Keras is joined: Python asks finders while it holds the one lock of all
its imports. Instead, several threads may take each step at once, and again.
"""

import sys
import threading
import warnings
from types import ModuleType

from keras_serializable._keras.bridge import MODULES, REGISTRATION, Bridge
from keras_serializable._keras.code_swap import MisfitError
from keras_serializable._keras_releases import ROOTS
from keras_serializable.errors import UnknownKerasWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec

    from keras_serializable._registry.registry import Registry

_WATCHED = {f"{root}.{part}": root for root in ROOTS for part in MODULES}
"""The modules with functions to intercept, and the Keras of each."""


class Connection:
    """A bridge to each Keras, and the import hook that waits for the next one.

    The hook is a finder on `sys.meta_path`: it finds nothing itself, and watches for the few
    modules of Keras that hold the functions to intercept.

    Args:
        registry: The registry to join to Keras.
    """

    is_keras_serializable_connection = True
    """Tells every copy of this package what to close before it connects.

    Later releases have to keep this name and the method `close`.
    """

    def __init__(self, registry: "Registry") -> None:
        self._registry = registry
        # A Keras is known by its module `REGISTRATION`: where it was removed from `sys.modules`
        # and imported again, as `keras.config.set_backend()` does, it is another Keras.
        self._joints: dict[ModuleType, _Joint] = {}
        self._misfits: dict[ModuleType, str] = {}
        self._missed: set[str] = set()
        self._is_closed = False

    def open(self) -> "list[str]":
        """Intercept what is imported, and watch for what will be.

        Returns:
            A text about each Keras that is left alone.
        """
        for finder in tuple(sys.meta_path):
            if getattr(type(finder), "is_keras_serializable_connection", False):
                finder.close()  # type: ignore[attr-defined]
        sys.meta_path.insert(0, self)
        # Another thread may have found one of these modules before, and run it later. Where not
        # even the package of a module is imported, the module will be found here.
        self._missed.update(name for name in _WATCHED if name.rpartition(".")[0] in sys.modules)
        return [text for root in ROOTS if (text := self._join(root))]

    def close(self) -> None:
        """Leave every Keras as it was; doing so again changes nothing."""
        self._is_closed = True
        self._missed.clear()
        # Rebind instead of remove(): another thread may be iterating over the old list.
        sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
        for joint in self._joints.copy().values():
            joint.bridge.undo()

    def report(self, module: "ModuleType") -> None:
        """Intercept the functions of a module of Keras that has just been loaded."""
        if sys.modules.get(module.__name__) is module and not self._is_closed:
            _warn_safely(self._join(_WATCHED[module.__name__], module))

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Return the spec that the next finders have for a module of Keras, made to report."""
        for root in {_WATCHED[missed] for missed in self._missed.copy() if _loaded(missed)}:
            _warn_safely(self._join(root))
        finders = tuple(sys.meta_path)
        if name not in _WATCHED or self not in finders:
            return None
        for finder in finders[finders.index(self) + 1 :]:
            if hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        spec.loader = _ReportingLoader(spec.loader, self)  # type: ignore[arg-type,assignment]
                    else:  # a loader of the old kind, with load_module() alone
                        self._missed.add(name)
                    return spec
        return None

    def _join(self, root: str, reported: "ModuleType | None" = None) -> str:
        """Intercept the loaded modules of a Keras, or leave the whole of this Keras alone.

        Args:
            root: The import name of the Keras.
            reported: A module that has just been loaded, for the first time or again.

        Returns:
            What to tell if this Keras is left alone, the first time; else nothing.
        """
        registration = _loaded(f"{root}.{REGISTRATION}", reported)
        if registration is None or registration in self._misfits:
            return ""
        for other, former in self._joints.copy().items():
            if other is not registration and other.__name__ == registration.__name__:
                self._joints.pop(other, None)
                former.bridge.undo()
        joint = self._joints.setdefault(registration, _Joint(Bridge(root, self._registry)))
        misfit = joint.intercept(root, reported)
        self._missed.difference_update(joint.modules.copy())
        text = ""
        if misfit:
            self._missed.difference_update(name for name in _WATCHED if _WATCHED[name] == root)
            text = (
                f"keras_serializable leaves {root} alone, because {misfit}. Import plugins before "
                "you load their models, or install a keras-serializable that knows this release."
            )
            # setdefault() is atomic: of several threads exactly one tells.
            text = text if self._misfits.setdefault(registration, text) is text else ""
        # Another thread may have undone all of this before it was done.
        is_current = self._joints.get(registration) is joint and registration not in self._misfits
        if self._is_closed or not is_current:
            joint.bridge.undo()
        return text


class _Joint:
    """What joins one Keras to the registry: its bridge, and the modules intercepted by it."""

    __slots__ = ("bridge", "modules")

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.modules: dict[str, ModuleType] = {}

    def intercept(self, root: str, reported: "ModuleType | None") -> str:
        """Intercept the loaded modules of a Keras, and return what does not fit."""
        for name in (f"{root}.{part}" for part in MODULES):
            module = _loaded(name, reported)
            if module is None or (module is self.modules.get(name) and module is not reported):
                continue
            try:
                self.bridge.intercept(module)
            except MisfitError as error:
                return str(error)
            except Exception as error:  # noqa: BLE001 -- no failure of ours may keep Keras from loading
                return f"{name} raised {error!r}"
            self.modules[name] = module
        return ""


class _ReportingLoader:
    """Does what a module's own loader does, and has the module intercepted once it is loaded."""

    def __init__(self, loader: "Loader", connection: Connection) -> None:
        self._loader = loader
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(object.__getattribute__(self, "_loader"), name)

    def create_module(self, spec: "ModuleSpec") -> "ModuleType | None":
        """Do what the loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: "ModuleType") -> None:
        """Do what the loader does, and have the module intercepted."""
        # The module is to show its own loader, to itself and to everybody after.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._connection.report(module)


def _loaded(name: str, reported: "ModuleType | None" = None) -> "ModuleType | None":
    """Return a module whose code has run, `None` if it has not yet or not to the end."""
    module = sys.modules.get(name)
    if module is None or module is reported:
        return module
    if type(module).__getattribute__ is not ModuleType.__getattribute__:
        return None  # made by importlib.util.LazyLoader: to look into it would load it
    is_loading = getattr(getattr(module, "__spec__", None), "_initializing", False)
    return None if is_loading else module


def _warn_safely(text: str) -> None:
    """Warn, where an exception would keep Keras from being imported."""
    if not text:
        return
    try:
        warnings.warn(text, UnknownKerasWarning, stacklevel=4)
    except Exception:  # noqa: BLE001 -- a filter makes the warning an error
        try:  # noqa: SIM105 -- contextlib is one more import
            sys.stderr.write(f"{text}\n")
        except Exception:  # noqa: BLE001, S110 -- no standard error, or a closed one
            pass


_open: "list[Connection]" = []  # none or one
_changing = threading.Lock()  # nothing is imported while it is held


def connect(registry: "Registry") -> None:
    """Open the connection, unless it is open.

    Raises:
        UnknownKerasWarning: If a filter makes this warning an error. Then nothing is connected.
    """
    with _changing:
        if _open and _open[-1] in sys.meta_path:
            return
        _close()
        connection = Connection(registry)
        _open.append(connection)
        try:
            texts = connection.open()
        except BaseException:
            _close()
            raise
    try:
        for text in texts:
            warnings.warn(text, UnknownKerasWarning, stacklevel=3)
    except BaseException:
        disconnect()
        raise


def disconnect() -> None:
    """Close the connection, if it is open."""
    with _changing:
        _close()


def _close() -> None:
    while _open:
        _open.pop().close()
