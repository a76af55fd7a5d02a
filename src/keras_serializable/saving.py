"""Keras' names in the place of ``keras.saving``.

Example:
    >>> from keras_serializable.saving import get_registered_object
    >>> get_registered_object is keras_serializable.get_registered_object
    True

Source: ``keras.saving`` of Keras 3.
"""

import keras_serializable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable import (
        CustomObjectScope,
        custom_object_scope,
        deserialize_keras_object,
        get_custom_objects,
        get_registered_name,
        get_registered_object,
        register_keras_serializable,
        serialize_keras_object,
    )

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
    "serialize_keras_object",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(keras_serializable, name)


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})
