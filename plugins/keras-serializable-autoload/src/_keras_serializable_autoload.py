"""Connects keras-serializable just before the first Keras of a process runs."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

HOOK = "keras_serializable_autoload"


def find_spec(
    name: str, path: "Sequence[str] | None", target: "ModuleType | None"
) -> "ModuleSpec | None":
    """Return the spec of the finders after the hook, with a loader that connects first."""
    finders = sys.meta_path.copy()
    hooks = [finder for finder in finders if _is_hook(finder)]
    if not hooks:
        return None  # Another thread has connected in the meantime.
    for finder in finders[finders.index(hooks[0]) + 1 :]:
        if hasattr(finder, "find_spec") and finder not in hooks:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _connect_before(spec)
                return spec
    return None


def _is_hook(finder: object) -> bool:
    # Compare names: if `sys.modules` was cleared, the hook may exist twice.
    return getattr(finder, "__name__", None) == HOOK


def _connect_before(spec: "ModuleSpec") -> None:
    # Connect when Keras is loaded, and not now: Python calls finders while it holds its global
    # import lock. An import here could wait for ever for another thread.
    try:
        attributes = vars(spec.loader)
        execute = spec.loader.exec_module  # type: ignore[union-attr]

        def exec_module(module: "ModuleType") -> None:
            attributes.pop("exec_module", None)
            _connect()
            execute(module)

        attributes["exec_module"] = exec_module
    except (AttributeError, TypeError):
        return  # A namespace package, or a loader without attributes. It is no Keras.


def _connect() -> None:
    try:
        import keras_serializable  # noqa: PLC0415 -- most processes never import a Keras

        keras_serializable.connect()
    except Exception as failure:  # noqa: BLE001 -- a failure of ours must not stop the import of Keras
        absent = isinstance(failure, ModuleNotFoundError) and failure.name == "keras_serializable"
        if not absent:  # If keras-serializable is not installed, no connection is expected.
            _report(failure)
    finally:
        # Rebind instead of remove(): another thread may be iterating over the old list.
        sys.meta_path = [finder for finder in sys.meta_path if not _is_hook(finder)]


def _report(failure: Exception) -> None:
    # Do not warn: a filter could make the warning an error, and stop the import of Keras.
    try:  # noqa: SIM105 -- saves the import of contextlib
        sys.stderr.write(
            "keras-serializable-autoload: plugins are not found here, because connecting to Keras "
            f"failed: {failure!r}. Reinstall keras-serializable, or set "
            "KERAS_SERIALIZABLE_AUTOLOAD=0.\n"
        )
    except Exception:  # noqa: BLE001, S110 -- standard error may be missing or closed
        pass
