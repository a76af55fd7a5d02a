"""Built in: the keys and names that some Keras resolves by itself."""

from typing import TYPE_CHECKING

from keras_serializable._keys import SEPARATOR
from keras_serializable.model_files._names import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def is_built_in(key: str, kerases: "Iterable[str]" = ()) -> bool:
    """Return whether a Keras, of the installed ones or else of all, has its own object for a key.

    Example:
        >>> is_built_in("Dense"), is_built_in("Custom>Adam"), is_built_in("acme>Scale")
        (True, True, False)
        >>> is_built_in("STFT", ["keras 3.15.1"]), is_built_in("STFT", ["keras 2.15.0"])
        (True, False)
    """
    generations = {each.rpartition(" ")[2].partition(".")[0] for each in kerases}
    names = names_of(generations.pop() if generations in ({"2"}, {"3"}) else None)
    return names.has_key(key) if SEPARATOR in key else names.has_name(key, None)
