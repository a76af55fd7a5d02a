"""Watches for the first import of a Keras.

Every Python process runs this module while it starts, because of the `.pth` file beside it. So the
module is short: it is itself the finder, which saves making a class, and the module
`_keras_serializable_autoload` does the rest when a Keras is imported.
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
    """Return the spec of a Keras, made to connect first; for all else leave it to others."""
    if name.partition(".")[0] not in ("keras", "tf_keras"):
        return None
    try:
        import _keras_serializable_autoload as connecting  # noqa: PLC0415 -- costs a start
    except ImportError:
        return None  # uninstalled since this process started
    return connecting.find_spec(name, path, target)


if environ.get("KERAS_SERIALIZABLE_AUTOLOAD") != "0":
    sys.meta_path.insert(0, sys.modules[__name__])

# Python's exit takes longer while a module refers to it: half of what this module costs at start.
del environ
