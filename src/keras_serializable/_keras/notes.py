"""Notes on Keras' errors: what discovery knows of the key that Keras did not find."""

import re
import sys
from contextvars import ContextVar

from keras_serializable._keras_releases import (
    FUNCTION,
    MISSED,
    MISSED_FUNCTION,
    NAME,
    QUOTED_FUNCTION,
)
from keras_serializable._keys import SEPARATOR
from keras_serializable._texts import failure, shown
from keras_serializable.errors import KerasSerializableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_serializable._registry.registered import RegistryLookup

    Miss = tuple[str, str | None]  # a name, and the module that the file names beside it

# Names. Keras may miss others after the one that its error is about.
_REMEMBERED = 8
_missed: "ContextVar[tuple[Miss, ...]]" = ContextVar("keras_serializable.missed", default=())

_LONGEST_PATTERN = 1000  # characters; the key comes from a file, and may be anything
_LONGEST_CHAIN = 1000  # errors; each level of a model may add one
_MARK = "__keras_serializable_note__"  # on an error: the name and the note


def remember_miss(name: str, module: "str | None" = None) -> None:
    """Remember a name that neither Keras nor the registry knew, and the module that a file says."""
    former = _missed.get()
    miss = (name, module)
    if former[:1] != (miss,):
        _missed.set((miss, *former[: _REMEMBERED - 1]))


def add_note(error: Exception, lookup: "RegistryLookup") -> None:
    """Add what is known of the missed key to the error of Keras that names it, once."""
    if isinstance(error, KerasSerializableError) or hasattr(error, _MARK):
        return
    # Keras wraps the error of a nested object into another error, and each passes here. They share
    # one note: to make it may take 0.1 s where much is installed.
    noted = _note_of_a_cause(error) or _new_note(str(error), lookup)
    if noted is None:
        return
    setattr(error, _MARK, noted)
    if sys.version_info >= (3, 11):
        error.add_note(noted[1])
    elif error.args and isinstance(error.args[0], str) and not error.args[0].endswith(noted[1]):
        error.args = (f"{error.args[0]}\n{noted[1]}", *error.args[1:])


def _note_of_a_cause(error: Exception) -> "tuple[str, str] | None":
    """Return the note of an error that this one wraps, if this one names the key too."""
    for each in _causes(error):
        noted: tuple[str, str] | None = getattr(each, _MARK, None)
        if noted is not None:
            return noted if _is_about(str(error), noted[0]) else None
    return None


def _causes(error: BaseException) -> "Iterator[BaseException]":
    for _ in range(_LONGEST_CHAIN):  # an error may be its own cause
        cause = error.__cause__ or error.__context__
        if cause is None:
            return
        yield cause
        error = cause


def _new_note(message: str, lookup: "RegistryLookup") -> "tuple[str, str] | None":
    """Return the newest missed name that a message is about, and what is known of it."""
    for name, module in _missed.get():
        if name == FUNCTION:
            function = re.search(QUOTED_FUNCTION, message)
            if function and re.search(MISSED_FUNCTION, message):
                return name, _about_function(function[1])
        elif _is_about(message, name):
            try:
                return name, lookup.explain(name, module)
            except Exception as error:  # noqa: BLE001 -- the user has to see Keras' error
                reason = failure(error)
                return name, f"keras_serializable: {shown(name)} is not registered ({reason})"
    return None


def _about_function(name: str) -> str:
    return (
        f"keras_serializable: the missing function is {shown(name)}. This Keras looks for a class "
        "'function' in its place: it cannot read a function inside a layer from an .h5 file or "
        "old JSON, registered or not. Save the model as .keras."
    )


def _is_about(message: str, name: str) -> bool:
    if SEPARATOR in name or len(name) > _LONGEST_PATTERN:
        return name in message
    return bool(re.search(MISSED.replace(NAME, re.escape(name)), message))
