"""The lookup of a key in a process that has imported nothing of any plugin."""

from __future__ import annotations

import difflib
import importlib
import inspect
import sys
import time
from typing import Any

import keras_serializable
from keras_serializable._keys import name_of, package_of

from pytest_keras_serializable._findings import Finding, Inapplicable, first_line
from pytest_keras_serializable._process.sources import place_of, shown_path


class Lookup:
    """The lookup of a key: its object, and the modules that it imported.

    Args:
        task: The task, with the name and the value of an entry point, or a key of a package.
    """

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.key: str = task["key"]
        self.found: Any = None
        self.modules: dict[str, str] = {}
        self.seconds = 0.0

    def find(self) -> None:
        """Look the key up, or import the module of a package."""
        former = set(sys.modules)
        started = time.perf_counter()
        try:
            self.found = self._find()
        finally:
            self.seconds = time.perf_counter() - started
            self.modules = {
                name: getattr(module, "__file__", None) or ""
                for name, module in list(sys.modules.items())
                if name not in former
            }

    def refuse_empty(self) -> None:
        """Say that importing the module of a package has registered nothing."""
        value = self.task["value"]
        raise Finding(
            f"{self.key} advertises every key of the package {self.key!r}, and importing {value} "
            "registers none.",
            self.task["line"],
            f'Name a module that imports those with decorators for "{self.key}", or delete the '
            "line.",
        )

    def _find(self) -> Any:
        task, key = self.task, self.key
        if task["is_package"]:
            self._skip_if_optional()
            try:
                importlib.import_module(task["module"])
            except Exception as error:
                raise self._failure(error) from error
            return None
        try:
            found = keras_serializable.get_registered_object(key)
        except keras_serializable.ProviderConflictError as error:
            instead = "Rename one of the keys, or ask the other distribution to drop it."
            raise Finding(f"{key}: {first_line(error)}", task["line"], instead) from error
        except keras_serializable.KerasSerializableError as error:
            raise self._failure(error.__cause__ or error) from error
        if found is None:
            self._skip_if_optional()
            raise Finding(
                f"{key} is not found: no installed distribution advertises it.",
                task["line"],
                "Install the distribution again: its entry points are written at installation.",
            )
        return found

    def _skip_if_optional(self) -> None:
        """Skip a key whose provider is optional where what it requires is not installed."""
        for provider in keras_serializable.providers():
            if provider.name == self.task["name"] and not provider.is_available:
                reason = f"optional: {', '.join(provider.missing)} is not installed"
                raise Inapplicable(reason)

    def _failure(self, error: BaseException) -> Finding:
        """Return what to say of a lookup that failed."""
        module = self.task["module"]
        attribute = self.task["value"].partition("[")[0].partition(":")[2].strip()
        what = f"{self.key} does not load"
        present = sys.modules.get(module)
        if isinstance(error, ModuleNotFoundError) and _is_part(error.name, module):
            return Finding(
                f"{what}: there is no module {error.name}.",
                self.task["line"],
                "Name the module that defines the object, or delete the line.",
            )
        if present is not None and attribute and not hasattr(present, attribute.partition(".")[0]):
            return self._missing_attribute(present, attribute)
        if isinstance(error, keras_serializable.KerasSerializableError):
            reason = getattr(error, "reason", None) or first_line(error)
            return Finding(
                f"{what}: {reason}", self.task["line"], self._contract(module, attribute)
            )
        where = _raised_at(error, self.task["root"])
        return Finding(
            f"{what}: importing {module} fails with {first_line(error)}",
            where or self.task["line"],
            f"Make `python -c 'import {module}'` work in an environment in which nothing else has "
            "been imported, and only what the distribution requires is installed.",
        )

    def _contract(self, module: str, attribute: str) -> str:
        if not attribute:
            return (
                f"Decorate the object in {module}, so that importing the module registers the key; "
                f'or name the object: "{self.key}" = "{module}:NAME"'
            )
        found = getattr(sys.modules.get(module), attribute.partition(".")[0], None)
        if isinstance(found, type):
            return f"Give {attribute} a get_config() that returns its constructor's arguments."
        package, name = package_of(self.key) or "", name_of(self.key)
        return f'Decorate it with @register_keras_serializable("{package}", "{name}").'

    def _missing_attribute(self, module: Any, attribute: str) -> Finding:
        near = difflib.get_close_matches(attribute, dir(module), 1)
        value = f"{module.__name__}:{near[0]}" if near else ""
        instead = f'"{self.key}" = "{value}"' if value else ""
        if not instead:
            instead = (
                f"Define {attribute} at the top level of {module.__name__}: an object inside a "
                f'function has no address. Or advertise the module: "{self.key}" = '
                f'"{module.__name__}", if importing it registers the key.'
            )
        return Finding(
            f"{self.key} does not load: {module.__name__} has no attribute {attribute!r}.",
            self.task["line"],
            instead,
        )


def _is_part(missing: str | None, module: str) -> bool:
    """Return whether the missing module is the one that was asked for, or one around it."""
    return missing is not None and f"{module}.".startswith(f"{missing}.")


def _raised_at(error: BaseException, root: str) -> str:
    """Return the innermost place of a traceback that is no part of Python's import machinery."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith("<frozen") and "keras_serializable/" not in file:
            place = f"{shown_path(file, root)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def check_saved_name(lookup: Lookup) -> None:
    """Check that an object is saved under an advertised key."""
    task, found, key = lookup.task, lookup.found, lookup.key
    where = place_of(found, task["root"]) or task["line"]
    name = getattr(found, "__name__", "")
    package, own = package_of(key) or "", name_of(key)
    if inspect.isfunction(found) and name == "<lambda>":
        raise Finding(
            f"{key} is a lambda: Keras saves its bytecode instead of the key, and loads it only "
            "with safe_mode=False.",
            where,
            f'@register_keras_serializable("{package}")\ndef {own}(...): return ...',
        )
    saved = keras_serializable.get_registered_name(found)
    advertised = set(task["names"])
    if saved == key or saved in advertised:
        return
    if package_of(saved) in advertised:
        return
    if ">" not in saved:
        bare = f'"{saved}" = "{task["value"]}"'
        decorator = f"@register_keras_serializable({_arguments(package, own, name)})"
        remedy = f"{decorator} above {name}; or, if it cannot be decorated, advertise the name "
        raise Finding(
            f"{key} is never written into a file: {name} has no decorator, so Keras saves it as "
            f"{saved!r}.",
            where,
            (remedy if package else "Advertise the name ") + f"that Keras writes: {bare}",
        )
    raise Finding(
        f"{key} is never written into a file: the decorator of {name} has the key {saved!r}, which "
        "is not advertised.",
        where,
        f"@register_keras_serializable({_arguments(package, own, name)}), or in the table "
        f'"{saved}" = "{task["value"]}"',
    )


def _arguments(package: str, own: str, name: str) -> str:
    return f'"{package}"' if own == name else f'"{package}", "{own}"'
