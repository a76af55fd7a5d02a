"""Model files: what a saved model says and needs, read with neither Keras nor a plugin.

`read_model` reads `.keras` archives, `.h5` files, JSON configs and the SavedModel directories of
Keras 2. It reads the config alone, within bounds of time and memory, and runs and imports nothing
that a file names.
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
