"""Notes on Keras' errors: what discovery knows of the key that Keras did not find."""

import re
import sys
from contextvars import ContextVar

from keras_serializable import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable.registry import Registry

_missed: "ContextVar[str | None]" = ContextVar("keras_serializable.missed", default=None)
_LONGEST_PATTERN = 1000  # characters; the key comes from a file, and may be anything
_MARK = "__keras_serializable_note__"


def remember_miss(name: str) -> None:
    """Remember the newest name that neither Keras nor the registry knew."""
    _missed.set(name)


def add_note(error: Exception, registry: "Registry") -> None:
    """Add what is known of the missed key to the error that names it, once.

    Keras wraps errors of nested objects into new ones; each passes here on its way out, so the
    one that the user sees carries the note too.

    Args:
        error: An error that Keras raises.
        registry: The registry to ask.
    """
    key = _missed.get()
    if key is None or hasattr(error, _MARK) or not _is_about(error, key):
        return
    note = registry.explain(key)
    setattr(error, _MARK, note)
    if sys.version_info >= (3, 11):
        error.add_note(note)
    elif error.args and isinstance(error.args[0], str):
        error.args = (f"{error.args[0]}\n{note}", *error.args[1:])


def _is_about(error: Exception, key: str) -> bool:
    message = str(error)
    if keys.SEPARATOR in key or len(key) > _LONGEST_PATTERN:
        return key in message
    # A bare name may occur in any config that a message quotes.
    return bool(re.search(rf"(locate|Unknown|interpret)[\w\s]*:? '?{re.escape(key)}\b", message))
