"""Classes that are never registered: Keras saves them under their bare names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan.classes import find_in, is_closed, keras_bases, mro
from keras_serializable_build._scan.keras_paths import keras_of
from keras_serializable_build._scan.values import Class, External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_serializable_build._scan.machine import Machine

# Classes of Keras that occur in no saved model.
NOT_SAVED_MODULES = frozenset({"callbacks", "datasets", "preprocessing", "wrappers_scikit"})
NOT_SAVED = frozenset({"Callback", "KerasTensor", "PyDataset", "Sequence", "ImageDataGenerator"})


def classes(machine: Machine) -> Iterator[tuple[Class, str]]:
    """Yield the classes that are never registered, each with the Keras of its bases."""
    # The Keras is empty for a class that has `get_config()` and inherits from no Keras.
    registered = {id(registration.obj) for registration in machine.record.registrations}
    registered |= machine.record.unclear
    seen: set[int] = set()
    for module in machine.modules.values():
        if module.source is None or module.source.is_test:
            continue
        for cls in _classes_of(list(module.scope.names.values()), module.name):
            if id(cls) in seen or id(cls) in registered:
                continue
            seen.add(id(cls))
            keras = keras_of_class(cls)
            if keras is not None:
                yield cls, keras


def _classes_of(values: list[object], module: str) -> Iterator[Class]:
    for value in values:
        for option in getattr(value, "options", (value,)):
            if isinstance(option, Class) and option.module.name == module:
                yield option
                yield from _classes_of(list(option.names.values()), module)


def keras_of_class(cls: Class) -> str | None:
    """Return the Keras of a class, empty for none, `None` if Keras never saves the class."""
    bases = [base for base in keras_bases(cls) if _is_saved(base.path)]
    if bases:
        return keras_of(bases[0].path)
    if keras_bases(cls):
        return None
    outside = [base for base in mro(cls) if isinstance(base, External)]
    if any(base.path.startswith("keras") for base in outside):
        return ""
    config, found = find_in(cls, "get_config")
    return "" if found and config is not None and is_closed(cls) else None


def _is_saved(path: str) -> bool:
    parts = path.split(".")
    return NOT_SAVED_MODULES.isdisjoint(parts) and parts[-1] not in NOT_SAVED
