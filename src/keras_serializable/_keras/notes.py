"""Notes on Keras' errors: each note tells what discovery knows about the missing key."""

import re
import sys
from contextvars import ContextVar

from keras_serializable._keras.stamps import claim_about
from keras_serializable._keras_releases import (
    CALLED,
    FUNCTION,
    MISSED,
    MISSED_CLASS,
    MISSED_FUNCTION,
    MISSED_LAYER,
    NAME,
    QUOTED_FUNCTION,
)
from keras_serializable._keys import SEPARATOR, name_of
from keras_serializable._texts import failure, shown
from keras_serializable.errors import KerasSerializableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_serializable._registry.registered import RegistryLookup

    Miss = tuple[str, str | None]  # a name, and the module that the file states for it

# Names. Keras may look up more missing names before it raises the error about the first one.
_REMEMBERED = 8
_missed: "ContextVar[tuple[Miss, ...]]" = ContextVar("keras_serializable.missed", default=())

_LONGEST_PATTERN = 1000  # characters of a key; the file may hold a key of any length
_LONGEST_CHAIN = 1000  # errors; each level of a model may add one
_MARK = "__keras_serializable_note__"  # on an error: the name and the note


def remember_miss(name: str, module: "str | None" = None) -> None:
    """Remember a name that neither Keras nor the registry found, and the module in the file."""
    former = _missed.get()
    miss = (name, module)
    if former[:1] != (miss,):
        _missed.set((miss, *former[: _REMEMBERED - 1]))


def add_note(error: Exception, lookup: "RegistryLookup") -> None:
    """Add one note about the missing key to an error of Keras that names the key."""
    if isinstance(error, KerasSerializableError) or hasattr(error, _MARK):
        return
    # Keras wraps the error of a nested object into another error, and both pass here. They share
    # one note, because it takes up to 0.1 s to make a note in a large environment.
    noted = _note_of_a_cause(error) or _new_note(_message_of(error), lookup)
    if noted is None:
        return
    setattr(error, _MARK, noted)
    if sys.version_info >= (3, 11):
        error.add_note(noted[1])
    elif error.args and isinstance(error.args[0], str) and not error.args[0].endswith(noted[1]):
        error.args = (f"{error.args[0]}\n{noted[1]}", *error.args[1:])


def _note_of_a_cause(error: Exception) -> "tuple[str, str] | None":
    """Return the note of a wrapped error, if the wrapping error names the key too."""
    for each in _causes(error):
        noted: tuple[str, str] | None = getattr(each, _MARK, None)
        if noted is not None:
            return noted if _is_about(str(error), noted[0]) else None
    return None


def _causes(error: BaseException) -> "Iterator[BaseException]":
    for _ in range(_LONGEST_CHAIN):  # An error may be its own cause.
        cause = error.__cause__ or error.__context__
        if cause is None:
            return
        yield cause
        error = cause


def _new_note(message: str, lookup: "RegistryLookup") -> "tuple[str, str] | None":
    """Return the newest missing name that a message is about, and a note about it."""
    for name, module in _missed.get():
        if name == FUNCTION:
            function = re.search(QUOTED_FUNCTION, message)
            if function and re.search(MISSED_FUNCTION, message):
                return name, _about_function(function[1])
        elif _is_about(message, name):
            try:
                lines = (lookup.explain(name, module), claim_about(name))
                return name, "\n".join(line for line in lines if line)
            except Exception as error:  # noqa: BLE001 -- the user needs to see the error of Keras
                reason = failure(error)
                return name, f"keras_serializable: {shown(name)} is not registered ({reason})"
    return None


def _message_of(error: Exception) -> str:
    """Return an error's text; if Keras 2 called a layer's name, a text with this name."""
    text, variable = CALLED
    if str(error) != text or error.__traceback__ is None:
        return str(error)
    innermost = error.__traceback__
    while innermost.tb_next is not None:
        innermost = innermost.tb_next
    name = innermost.tb_frame.f_locals.get(variable)
    return MISSED_LAYER.replace(NAME, name) if isinstance(name, str) else text


def _about_function(name: str) -> str:
    return (
        f"keras_serializable: the missing function is {shown(name)}. This Keras looked for a class "
        "'function' instead. It cannot read a function inside a layer from an .h5 file or old "
        "JSON, even if the function is registered. Save the model as .keras."
    )


def _is_about(message: str, name: str) -> bool:
    if len(name) > _LONGEST_PATTERN or (SEPARATOR in name and name in message):
        return name in message
    patterns = (MISSED_CLASS,) if SEPARATOR in name else (MISSED_CLASS, MISSED)
    escaped = re.escape(name_of(name))
    return any(re.search(pattern.replace(NAME, escaped), message) for pattern in patterns)
