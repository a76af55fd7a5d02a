"""The errors of reading model files: which file, where in it, what is wrong there, what to do.

Whoever catches `ModelFileError` catches all of them. Text from a file is shown escaped and cut.
"""

from keras_serializable.errors import KerasSerializableError

_SHOWN = 200  # characters of a name from a file, in a message


def escaped(text: str) -> str:
    r"""Return text that a terminal shows as it is: control characters escaped, long text cut.

    Example:
        >>> print(escaped("red\x1b[31m"))
        red\x1b[31m
    """
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    if shown.isprintable():
        return shown
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in shown
    )


class ModelFileError(KerasSerializableError):
    r"""A model file could not be read.

    Attributes:
        file: The file.
        place: Where in it, such as ``config.json``; empty for the file as a whole.
        reason: What is wrong there, and what to do about it.

    Example:
        >>> print(ModelFileError("my\n.keras", "it is nested too deep", "config.json"))
        my\n.keras: config.json: it is nested too deep
    """

    def __init__(self, file: str, reason: str, place: str = "") -> None:
        where = f"{escaped(file)}: {escaped(place)}: " if place else f"{escaped(file)}: "
        super().__init__(where + reason)
        self.file = file
        self.place = place
        self.reason = reason


class UnreadableModelError(ModelFileError, OSError):
    """The file cannot be opened: it is not there, not allowed, or no regular file.

    Example:
        >>> print(UnreadableModelError("model.keras", "no such file"))
        model.keras: no such file
    """


class MalformedModelError(ModelFileError, ValueError):
    """The file is not of the format that it seems to have, or is broken.

    Example:
        >>> print(MalformedModelError("model.keras", "it is cut off", "config.json"))
        model.keras: config.json: it is cut off
    """


class ModelLimitError(ModelFileError, ValueError):
    """The file is larger, deeper or longer than any model's config: reading it was given up.

    Example:
        >>> print(ModelLimitError("model.keras", "over 33554432 bytes", "config.json"))
        model.keras: config.json: over 33554432 bytes
    """


class NoConfigError(ModelFileError, ValueError):
    """The file holds no config of a model, but weights alone, for example.

    Example:
        >>> print(NoConfigError("model.weights.h5", "it holds weights and no config"))
        model.weights.h5: it holds weights and no config
    """


class StampError(ModelFileError, OSError):
    """The stamp cannot be written. The file is as it was.

    Example:
        >>> print(StampError("model.json", "a JSON config has no room for a stamp"))
        model.json: a JSON config has no room for a stamp
    """
