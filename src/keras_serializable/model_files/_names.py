"""The names of Keras' own classes and functions, by generation of Keras and by kind.

`tests/matrix/keras_names.py` makes `keras_names.json` and checks it against an installed Keras.
"""

import json
from functools import cache
from importlib.resources import files

# A saved function is a name alone. Keras looks for it in all of these kinds.
_FUNCTION_KINDS = (
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "regularizers",
)


class KerasNames:
    """The names that Keras itself knows, for one generation of Keras or for both."""

    def __init__(self, generation: "str | None") -> None:
        self._kinds: dict[str, frozenset[str]] = {}
        for each in (generation,) if generation else ("2", "3"):
            for kind, lines in _table()[each].items():
                known = self._kinds.get(kind, frozenset[str]())
                self._kinds[kind] = known.union(*map(str.split, lines))
        self._keys = self._kinds.pop("keys", frozenset[str]())

    def has_key(self, key: str) -> bool:
        """Return whether Keras itself registers a class under a key with a package."""
        return key in self._keys

    def has_name(self, name: str, kind: "str | None") -> bool:
        """Return whether Keras itself has a class or function of a name, in fields of a kind."""
        if kind == "functions":
            return any(self.has_name(name, each) for each in _FUNCTION_KINDS)
        if kind not in self._kinds:
            return any(self.has_name(name, each) for each in self._kinds)
        # Keras ignores upper and lower case in the name of an optimizer.
        return (name.lower() if kind == "optimizers" else name) in self._kinds[kind]


@cache
def names_of(generation: "str | None") -> KerasNames:
    """Return the names of a generation of Keras: ``"2"``, ``"3"``, or `None` for both."""
    return KerasNames(generation)


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    """Return the content of the data file: generation -> kind -> lines of names."""
    text = files("keras_serializable.model_files").joinpath("keras_names.json").read_text("utf-8")
    table: dict[str, dict[str, list[str]]] = json.loads(text)
    return table
