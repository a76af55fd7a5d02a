"""Built in: the keys and names that some Keras resolves by itself."""

from keras_serializable._keys import SEPARATOR
from keras_serializable.model_files._names import names_of


def is_built_in(key: str) -> bool:
    """Return whether any release of Keras has an object of its own under a key.

    Example:
        >>> is_built_in("Dense"), is_built_in("Custom>Adam"), is_built_in("acme>Scale")
        (True, True, False)
    """
    names = names_of(None)
    return names.has_key(key) if SEPARATOR in key else names.has_name(key, None)
