"""Serialization: Keras 3's config format, written and read without Keras.

The config of an object says which key it is registered under and which arguments make it again.
Writing (`serialize`) asks the object, reading (`deserialize`) asks the registry, and so discovers
plugins. A config is data from elsewhere: it is checked as a whole before anything is made from it,
no module that it names is imported, and no code that it holds is run.
"""

from keras_serializable.serialization.errors import (
    ConfigError,
    ConfigLimitError,
    MalformedConfigError,
    NotSerializableError,
    RestorationError,
    RoundTripError,
    UnknownObjectError,
    UnsafeConfigError,
)
from keras_serializable.serialization.limits import MAX_DEPTH, MAX_VALUES
from keras_serializable.serialization.reading import deserialize
from keras_serializable.serialization.round_trip import check_round_trip
from keras_serializable.serialization.sharing import ObjectSharingScope
from keras_serializable.serialization.writing import serialize

__all__ = [
    "MAX_DEPTH",
    "MAX_VALUES",
    "ConfigError",
    "ConfigLimitError",
    "MalformedConfigError",
    "NotSerializableError",
    "ObjectSharingScope",
    "RestorationError",
    "RoundTripError",
    "UnknownObjectError",
    "UnsafeConfigError",
    "check_round_trip",
    "deserialize",
    "serialize",
]
