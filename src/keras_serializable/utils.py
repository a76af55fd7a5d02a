"""Keras' names where ``keras.utils`` has them."""

from keras_serializable.saving import __all__, __dir__, __getattr__  # noqa: F401 -- looked up here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable.saving import *  # noqa: F403
