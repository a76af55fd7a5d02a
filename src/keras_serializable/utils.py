"""Keras' names in the place of ``keras.utils``.

Example:
    >>> import keras_serializable
    >>> from keras_serializable.utils import get_registered_object
    >>> get_registered_object is keras_serializable.get_registered_object
    True

Source: ``keras.utils`` of Keras 3.
"""

from keras_serializable.saving import __all__, __dir__, __getattr__  # noqa: F401 -- Python looks for them here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable.saving import *  # noqa: F403
