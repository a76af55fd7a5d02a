"""Live models: the custom objects of a Keras model in memory, and what they are installed from."""

import json
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

from keras_serializable._keras.configs import reader_of
from keras_serializable._keras.packages import Keras
from keras_serializable._keras_releases import REGISTRATION, SERIALIZATION
from keras_serializable._keys import SCRIPT
from keras_serializable._loading.resolver import Resolver
from keras_serializable._needs.installed import core_lines
from keras_serializable._needs.module_owners import ModuleOwners
from keras_serializable._needs.verdicts import judge
from keras_serializable._texts import shown
from keras_serializable.model_files import CustomObject
from keras_serializable.model_files.reading import survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def requirements_of(model: object, resolver: Resolver, core: str) -> "tuple[list[str], list[str]]":
    """Return the requirement lines of a model, and the keys of which nothing is known."""
    root = reader_of(type(model))
    if root is None or not hasattr(model, "_flatten_layers"):
        raise TypeError(f"expected a Keras model or the path of a saved one, not {shown(model)}")
    owners = ModuleOwners()
    parts = _Parts(model, root)
    needed: list[str] = []
    unknown: list[str] = []
    is_discovered = False
    for found in parts.custom_objects():
        module = parts.module_of(found)
        if module == SCRIPT:  # a plugin's object of this name is another one
            unknown.append(found.key)
            continue
        lines = list(owners.lines_of(module))
        judged = judge(found, resolver, None, root)
        if judged.verdict == "provided":
            is_discovered = True
            lines += judged.requirements
        needed += lines
        if not lines:
            unknown.append(found.key)
    index = resolver.discovery.current()
    cores = core_lines(index, core) if is_discovered else ()
    kerases = [*owners.lines_of(root), *owners.lines_of(_backend_of(root))]
    return list(dict.fromkeys([*kerases, *cores, *needed])), unknown


def _backend_of(root: str) -> "str | None":
    """Return the module of the backend on which a Keras runs, and which it does not require."""
    ask = getattr(getattr(sys.modules[root], "backend", None), "backend", None)
    name = ask() if callable(ask) and root == "keras" else None
    return name if isinstance(name, str) else None


class _Parts:
    """A model of one Keras, and what it consists of."""

    def __init__(self, model: Any, root: str) -> None:
        self._model = model
        self._version = getattr(sys.modules[root], "__version__", None)
        self._serialize = sys.modules[f"{root}.{SERIALIZATION}"].serialize_keras_object
        self._keras = Keras(root, sys.modules[f"{root}.{REGISTRATION}"])

    def custom_objects(self) -> "list[CustomObject]":
        """Return what is not Keras' own, as a file of this model would name it."""
        try:
            return list(self._survey(self._model))
        except Exception:  # noqa: BLE001 -- a subclass of Model may have no config
            found: dict[str, CustomObject] = {}
            for part in self._all():
                found.update((each.key, each) for each in self._survey_alone(part))
            return list(found.values())

    def module_of(self, found: CustomObject) -> "str | None":
        """Return the module that defines a custom object."""
        held = self._keras.objects.get(found.key)
        if held is None and found.kind != "class":
            held = self._functions().get(found.bare_name)
        module = getattr(held, "__module__", None) or found.module
        return module if isinstance(module, str) else None

    def _survey(self, part: object) -> "Iterable[CustomObject]":
        # get_config() of a part may hold a value that JSON cannot store: its text is enough here.
        config = json.loads(json.dumps(self._serialize(part), default=str))
        return survey(config, self._version)

    def _survey_alone(self, part: object) -> "Iterable[CustomObject]":
        try:
            return self._survey(part)
        except Exception:  # noqa: BLE001 -- get_config() of anybody
            cls = type(part)
            if reader_of(cls) is None or cls.__module__.partition(".")[0] == self._keras.root:
                return ()
            key = self._keras.names.get(cls, cls.__name__)
            return (CustomObject(key, "class", cls.__module__, cls.__name__, ("(model)",)),)

    def _all(self) -> "Iterator[object]":
        yield from self._model._flatten_layers()  # noqa: SLF001 -- Keras has no public name for it
        for name in ("optimizer", "loss"):
            part = getattr(self._model, name, None)
            if part is not None and not isinstance(part, str):
                yield part

    def _functions(self) -> "dict[str, FunctionType]":
        """Return the functions that the parts hold, by name: a config states no module for them."""
        found: dict[str, FunctionType] = {}
        for part in (*self._all(), self._model):
            values = [part, *getattr(part, "__dict__", {}).values()]
            found.update((each.__name__, each) for each in values if isinstance(each, FunctionType))
        return found
