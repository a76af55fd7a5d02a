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
    """Return the spec that the finders after the hook have, made to connect before it loads."""
    finders = sys.meta_path.copy()
    hooks = [finder for finder in finders if _is_hook(finder)]
    if not hooks:
        return None  # another thread has connected meanwhile
    for finder in finders[finders.index(hooks[0]) + 1 :]:
        if hasattr(finder, "find_spec") and finder not in hooks:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _connect_before(spec)
                return spec
    return None


def _is_hook(finder: object) -> bool:
    # By name: a hook that was removed from `sys.modules` and imported again exists twice.
    return getattr(finder, "__name__", None) == HOOK


def _connect_before(spec: "ModuleSpec") -> None:
    # Connect when the module is loaded. Python searches under a lock of all imports: an import
    # of ours could wait for ever for a thread that is importing the module.
    try:
        attributes = vars(spec.loader)
        execute = spec.loader.exec_module  # type: ignore[union-attr]

        def exec_module(module: "ModuleType") -> None:
            attributes.pop("exec_module", None)
            _connect()
            execute(module)

        attributes["exec_module"] = exec_module
    except (AttributeError, TypeError):
        return  # A namespace package, or a loader without attributes. No Keras is one.


def _connect() -> None:
    try:
        import keras_serializable  # noqa: PLC0415 -- most processes never import a Keras

        keras_serializable.connect()
    except Exception as failure:  # noqa: BLE001 -- no failure of ours may keep Keras from loading
        absent = isinstance(failure, ModuleNotFoundError) and failure.name == "keras_serializable"
        if not absent:  # Without keras-serializable nobody expects a connection.
            _report(failure)
    finally:
        # Rebind instead of remove(): another thread may be iterating over the old list.
        sys.meta_path = [finder for finder in sys.meta_path if not _is_hook(finder)]


def _report(failure: Exception) -> None:
    # No warning: a filter could make it an error, and the import of Keras would fail.
    try:  # noqa: SIM105 -- contextlib would be one more import that can fail
        sys.stderr.write(
            "keras-serializable-autoload: plugins are not found by themselves, because connecting "
            f"to Keras failed: {failure!r}. Reinstall keras-serializable, or set "
            "KERAS_SERIALIZABLE_AUTOLOAD=0.\n"
        )
    except Exception:  # noqa: BLE001, S110 -- no standard error, or a closed one
        pass
