"""Waits for the first import of a Keras.

The `.pth` file makes every Python process run this module at its start. So the module is short. It
is the finder itself, which saves the time to make a class. When a Keras is imported, the module
`_keras_serializable_autoload` does the rest.
"""

import sys
from os import environ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def find_spec(
    name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
) -> "ModuleSpec | None":
    """Return the spec of a Keras with a loader that connects first, `None` for other modules."""
    if name.partition(".")[0] not in ("keras", "tf_keras"):
        return None
    try:
        import _keras_serializable_autoload as connecting  # noqa: PLC0415 -- saves time at each start
    except ImportError:
        return None  # uninstalled after the start of this process
    return connecting.find_spec(name, path, target)


if environ.get("KERAS_SERIALIZABLE_AUTOLOAD") != "0":
    sys.meta_path.insert(0, sys.modules[__name__])

# A reference to `environ` makes the exit of Python slower, by half of the time of this module.
del environ
