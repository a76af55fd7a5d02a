"""Serialization: Keras 3's config format, written and read without Keras.

The config of an object holds the object's key and the arguments that make the object again.
`serialize` asks the object for the arguments. `deserialize` asks the registry for the key, so it
discovers plugins. A config may come from anywhere. It is checked as a whole before an object is
made from it. No module is imported because a config names it, and no code from a config is run.
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
