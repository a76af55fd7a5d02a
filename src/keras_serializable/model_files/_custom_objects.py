"""The custom objects of one file, collected by key."""

from keras_serializable.model_files.errors import ModelLimitError
from keras_serializable.model_files.values import CustomObject, Kind

MAX_NAME = 1000
"""Characters of a key, a module or a class name."""
_MAX_PLACES = 8 << 20  # characters of all places together

_Stated = tuple[Kind, "str | None", "str | None"]  # kind, module and class name


class CustomObjects:
    """Collects the custom objects of one file and their places."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._left = _MAX_PLACES
        # key -> what the file states for the key -> places
        self._found: dict[str, dict[_Stated, list[str]]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def add(
        self,
        key: str,
        kind: Kind,
        module: "str | None",
        class_name: "str | None",
        place: str,
    ) -> None:
        """Add one place of a custom object."""
        if max(map(len, (key, module or "", class_name or ""))) > MAX_NAME:
            reason = f"a name is longer than {MAX_NAME} characters"
            raise ModelLimitError(self._path, reason, place)
        self.spend(place)
        stated = (kind, module, class_name)
        self._found.setdefault(key, {}).setdefault(stated, []).append(place)

    def spend(self, place: str) -> None:
        """Count the characters of a place: deep configs with long names have huge places."""
        self._left -= len(place) + 50
        if self._left < 0:
            raise ModelLimitError(self._path, "it has too many objects", place)

    def objects(self) -> tuple[CustomObject, ...]:
        """Return the custom objects in the order of their first place."""
        return tuple(
            CustomObject(key, *stated, tuple(places))
            for key, found in self._found.items()
            for stated, places in _merged(found).items()
        )


def _merged(found: dict[_Stated, list[str]]) -> dict[_Stated, list[str]]:
    """Merge the statements of a file about one key, unless they contradict each other."""
    # One statement may be complete and another one not: an `.h5` file states the module of a class
    # only inside other layers, and Keras writes a function as a name in some places.
    kinds: set[Kind] = {kind for kind, _, _ in found if kind != "name"}
    modules = {(module, name) for _, module, name in found if module is not None}
    if len(found) == 1 or len(kinds) > 1 or len(modules) > 1:
        return found
    kind: Kind = next(iter(kinds)) if kinds else "name"
    names = [name for _, _, name in found if name is not None]
    module, class_name = next(iter(modules), (None, names[0] if names else None))
    places = [place for each in found.values() for place in each]
    return {(kind, module, class_name): places}
