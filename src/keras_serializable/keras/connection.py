"""The connection to every Keras of the process: those imported already, and those to come."""

import sys
import threading
import warnings

from keras_serializable import kerases
from keras_serializable.keras.bridge import MODULES, Bridge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from keras_serializable.registry import Registry


class UnknownKerasWarning(UserWarning):
    """A Keras differs from every release known here, and was left alone."""


class Connection:
    """A bridge to each Keras, and the import hook that waits for the next one.

    The hook is a finder on `sys.meta_path`: it finds nothing itself, and watches for the few
    modules of Keras that hold the functions to intercept.

    Args:
        registry: The registry to join to Keras.
    """

    def __init__(self, registry: "Registry") -> None:
        self._bridges = {root: Bridge(root, registry) for root in kerases.ROOTS}
        self._modules = {f"{root}.{part}" for root in kerases.ROOTS for part in MODULES}
        self._half_imported: list[str] = []

    def open(self) -> None:
        """Intercept what is imported, and watch for what will be."""
        sys.meta_path.insert(0, self)
        self._intercept_imported(sorted(self._modules & sys.modules.keys()))

    def close(self) -> None:
        """Leave every Keras as it was."""
        # A new list: removed from the old one, it would make another thread's import that is
        # walking along it miss a finder.
        sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
        for bridge in self._bridges.values():
            bridge.undo()

    def intercept(self, module: "ModuleType") -> None:
        """Intercept the functions of a module of Keras."""
        try:
            self._bridges[module.__name__.partition(".")[0]].intercept(module)
        except (AttributeError, KeyError, TypeError) as error:
            warnings.warn(
                f"keras_serializable does not know this release of Keras and leaves {module!r} "
                f"alone: {error}. Plugins have to be imported before their models are loaded.",
                UnknownKerasWarning,
                stacklevel=2,
            )

    def _intercept_imported(self, names: "Iterable[str]") -> None:
        self._half_imported = []
        for name in names:
            module = sys.modules[name]
            # Whoever connects may do so while Keras is being imported, by itself or by another
            # thread. Such a module's turn comes with one of the imports that follow.
            if getattr(module.__spec__, "_initializing", False):
                self._half_imported.append(name)
            else:
                self.intercept(module)

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Return the spec that the next finders have for a module of Keras, made to report."""
        if self._half_imported:
            self._intercept_imported(self._half_imported)
        if name not in self._modules or self not in sys.meta_path:
            return None
        following = sys.meta_path[sys.meta_path.index(self) + 1 :]
        for finder in following:
            if hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if spec.loader is not None:
                        spec.loader = _ReportingLoader(spec.loader, self)  # type: ignore[assignment]
                    return spec
        return None


class _ReportingLoader:
    """Does what a module's own loader does, and has the module intercepted once it is loaded."""

    def __init__(self, loader: "Loader", connection: Connection) -> None:
        self._loader = loader
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)

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
        self._connection.intercept(module)


_open: "list[Connection]" = []  # none or one
_changing = threading.Lock()  # nothing is imported while it is held


def connect(registry: "Registry") -> None:
    """Open the connection, unless it is open."""
    with _changing:
        if not _open:
            connection = Connection(registry)
            connection.open()
            _open.append(connection)


def disconnect() -> None:
    """Close the connection, if it is open."""
    with _changing:
        if _open:
            _open.pop().close()
