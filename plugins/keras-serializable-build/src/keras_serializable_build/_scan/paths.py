"""Paths: the `module:attribute` of an object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keras_serializable_build._scan.values import (
    Class,
    External,
    Function,
    Instance,
    Module,
    Partial,
    Value,
    Wrapped,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEEPEST_NESTING = 4
"""Classes inside of classes are searched to this depth."""


@dataclass(frozen=True, slots=True)
class Name:
    """A module-level name, or an attribute of a module-level class."""

    module: Module
    attribute: str  # the name; dotted if it is nested in a class
    sure: bool  # whether the name means this object in every environment

    def __str__(self) -> str:
        return f"{self.module.name}:{self.attribute}"

    @property
    def is_private(self) -> bool:
        """Whether the module is private to its library."""
        return is_private(self.module.name)


def is_private(module: str) -> bool:
    """Return whether a module's path goes through `src` or through a name with an underscore."""
    return any(part == "src" or part.startswith("_") for part in module.split("."))


class Names:
    """All names of all modules, by object."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._of_object: dict[int, list[Name]] = {}
        self._of_path: dict[str, list[Name]] = {}  # of objects from outside the library
        self._packages: dict[str, list[Name]] = {}  # exported names of public packages
        self._kept: dict[int, Value] = {}  # keeps objects alive, because their id() is used
        self._definitions: dict[int, Name] = {}
        self._all: set[str] = set()
        for module in modules:
            self._add(module)

    def _add(self, module: Module) -> None:
        scope = module.scope
        self._all.add(module.name)
        self._all.update(f"{module.name}:{name}" for name in scope.names)
        for attribute, value, nested in _members(module):
            conditional = attribute.partition(".")[0] in scope.conditional
            found = options(value)
            for option in found:
                name = Name(module, attribute, not conditional and len(found) == 1)
                if isinstance(option, External):
                    self._of_path.setdefault(option.path, []).append(name)
                    continue
                self._kept[id(option)] = option
                self._of_object.setdefault(id(option), []).append(name)
                is_package = module.source is not None and module.source.is_package
                exported = is_package and not nested and attribute in scope.exports
                if exported and name.sure and not name.is_private:
                    self._packages.setdefault(attribute, []).append(name)

    def objects(self) -> Iterable[Value]:
        """Return the objects of the library that have a name."""
        return self._kept.values()

    def of(self, obj: Value) -> list[Name]:
        """Return all names of an object."""
        if isinstance(obj, External):
            return self._of_path.get(obj.path, [])
        return self._of_object.get(id(obj), [])

    def definition(self, obj: Value) -> Name | None:
        """Return the name under which an object was defined, else another name of the object."""
        if id(obj) in self._definitions:
            return self._definitions[id(obj)]
        names = self.of(obj)
        if isinstance(obj, (Class, Function)):
            module = obj.scope.module if isinstance(obj, Function) else obj.module
            names = sorted(
                names,
                key=lambda name: (
                    name.module is not module,
                    name.attribute != obj.qualname,
                    name.is_private,
                    len(name.module.name),
                    str(name),
                ),
            )
        if names and id(obj) in self._kept:
            self._definitions[id(obj)] = names[0]
        return names[0] if names else None

    def best(self, obj: Value) -> Name | None:
        """Return the best name for an entry point."""
        # If the definition is in a private module, the best name is in a public package that
        # exports the object under its own name in every environment. Packages of the definition
        # come first, because Python imports them anyway.
        definition = self.definition(obj)
        if definition is None or not definition.is_private:
            return definition
        exports = self._packages.get(definition.attribute, [])
        public = [name for name in exports if any(name == own for own in self.of(obj))]
        module = f"{definition.module.name}."
        public.sort(
            key=lambda name: (
                not module.startswith(f"{name.module.name}."),
                name.module.name.count("."),
                str(name),
            )
        )
        return public[0] if public else definition

    def definitions(self) -> dict[str, str]:
        """Return the paths of all modules and names, each with the path of its definition."""
        # A name without a known object has itself as its definition.
        found = {name: name for name in self._all}
        for obj in self._kept.values():
            definition = self.definition(obj)
            found.update({str(name): str(definition) for name in self.of(obj)})
        return found


def _members(module: Module) -> Iterator[tuple[str, Value, bool]]:
    """Yield the names of the objects in a module, and whether each is nested in a class."""
    for name, value in list(module.scope.names.items()):
        if isinstance(value, Module):
            continue
        if any(isinstance(option, NAMED) for option in options(value)):
            yield name, value, False
        if isinstance(value, Class) and value.module is module and value.qualname == name:
            yield from _nested(value, name, 1)


def _nested(cls: Class, path: str, depth: int) -> Iterator[tuple[str, Value, bool]]:
    for name, value in cls.names.items():
        if isinstance(value, (Class, Function)):
            yield f"{path}.{name}", value, True
        if isinstance(value, Class) and depth < DEEPEST_NESTING:
            yield from _nested(value, f"{path}.{name}", depth + 1)


NAMED = (Class, Function, Instance, Partial, Wrapped, External)
