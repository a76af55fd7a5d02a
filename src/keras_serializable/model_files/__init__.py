"""Model files: the content of a saved model, read without Keras and without plugins.

`read_model` reads `.keras` archives, `.h5` files, JSON configs and the SavedModel directories of
Keras 2. It reads only the config, within limits of time and memory. It runs no code from a file,
and imports no module because a file names it.
"""

from keras_serializable.model_files.errors import (
    MalformedModelError,
    ModelFileError,
    ModelLimitError,
    NoConfigError,
    StampError,
    UnreadableModelError,
)
from keras_serializable.model_files.reading import read_model
from keras_serializable.model_files.stamps import Stamp, StampedObject
from keras_serializable.model_files.values import CustomObject, Format, Kind, ModelFile, Node

__all__ = [
    "CustomObject",
    "Format",
    "Kind",
    "MalformedModelError",
    "ModelFile",
    "ModelFileError",
    "ModelLimitError",
    "NoConfigError",
    "Node",
    "Stamp",
    "StampError",
    "StampedObject",
    "UnreadableModelError",
    "read_model",
]
