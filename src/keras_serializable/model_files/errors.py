"""The errors of reading model files: the file, the place in it, and the fault.

`ModelFileError` is the base of all. Messages show text from a file escaped and cut. Each class
method holds one message and makes an error from data.
"""

from keras_serializable._texts import escaped
from keras_serializable.errors import KerasSerializableError


class ModelFileError(KerasSerializableError):
    r"""A model file could not be read.

    Attributes:
        file: The path of the file.
        place: The place in the file, such as ``config.json``; empty for the file as a whole.
        reason: The fault, and of some faults what to do about it.

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
    """The file cannot be opened: it does not exist, may not be read, or is no regular file.

    Example:
        >>> print(UnreadableModelError("model.keras", "there is no such file"))
        model.keras: there is no such file
    """

    @classmethod
    def of_no_regular_file(cls, file: str) -> "UnreadableModelError":
        """Return the error of a FIFO, a device or a socket."""
        return cls(file, "it is no regular file: give the path of a model file")


class MalformedModelError(ModelFileError, ValueError):
    """The file is broken, or is no model file.

    Example:
        >>> print(MalformedModelError("model.keras", "it is cut off", "config.json"))
        model.keras: config.json: it is cut off
    """

    @classmethod
    def of_broken_file(cls, file: str, cause: str, place: str = "") -> "MalformedModelError":
        """Return the error of a file that violates its format."""
        return cls(file, f"it is broken ({cause}): copy it again from its origin", place)


class ModelLimitError(ModelFileError, ValueError):
    """The file is larger, deeper or longer than the config of any real model.

    Example:
        >>> print(ModelLimitError.too_long("model.keras", 33554432, "config.json"))
        model.keras: config.json: it is longer than 33554432 bytes
    """

    @classmethod
    def too_long(cls, file: str, most: int, place: str = "") -> "ModelLimitError":
        """Return the error of a text with more bytes than allowed."""
        return cls(file, f"it is longer than {most} bytes", place)

    @classmethod
    def too_deep(cls, file: str, most: "int | None" = None, place: str = "") -> "ModelLimitError":
        """Return the error of a config with more levels than allowed, or than Python can read."""
        levels = (
            "it is nested too deep"
            if most is None
            else f"it is nested more than {most} levels deep"
        )
        return cls(file, levels, place)


class NoConfigError(ModelFileError, ValueError):
    """The file holds no config of a model. It may hold only weights, for example.

    Example:
        >>> print(NoConfigError("model.weights.h5", "it holds weights and no config"))
        model.weights.h5: it holds weights and no config
    """

    @classmethod
    def of_no_object(cls, file: str, place: str = "") -> "NoConfigError":
        """Return the error of JSON that is no config of an object."""
        reason = "it is no config of a Keras model: it has no class_name and config"
        return cls(file, reason, place)


class StampError(ModelFileError, OSError):
    """The stamp cannot be written. The file is as it was.

    Example:
        >>> print(StampError("model.json", "a JSON config has no room for a stamp"))
        model.json: a JSON config has no room for a stamp
    """
