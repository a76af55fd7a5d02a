"""Lazy modules: the modules of this package that are imported at their first use, and kept."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

kept: "dict[str, Any]" = {}
"""The modules that `lazy_module` has imported, by their names inside this package."""


def lazy_module(name: str) -> "Any":
    """Return a module of this package, imported at the first call.

    It is kept because keras.config.set_backend() removes every module whose name begins with
    "keras" from sys.modules: importing it again would give a second copy, whose error classes no
    `except` of the program names.
    """
    if name not in kept:
        # `fromlist` makes __import__ return the module itself. importlib would take 1 ms more.
        kept[name] = __import__(f"keras_serializable.{name}", fromlist=["*"])
    return kept[name]
