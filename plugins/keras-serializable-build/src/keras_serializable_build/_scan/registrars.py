"""Registrars: the calls that add an object to the registered objects of a Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan.classes import has_get_config, unwrapped
from keras_serializable_build._scan.descriptions import describe
from keras_serializable_build._scan.keras_paths import REGISTRAR, is_getter, keras_name
from keras_serializable_build._scan.machine import Machine, subject_of
from keras_serializable_build._scan.places import Kind
from keras_serializable_build._scan.values import (
    NONE,
    Arguments,
    Class,
    Constant,
    External,
    Function,
    Instance,
    Mapping,
    Namespace,
    Partial,
    Registrar,
    Registry,
    Unknown,
    Value,
    Wrapped,
    copy_names,
    options,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_PACKAGE = "Custom"
SEPARATOR = ">"


def call_external(machine: Machine, function: External, arguments: Arguments) -> Value | None:
    """Return the result of Keras' decorator or of `get_custom_objects()`, else `None`."""
    if is_getter(function.path):
        return Registry(keras_name(function.path))
    if function.last != REGISTRAR:
        return None
    hidden = Unknown("an argument of the decorator cannot be followed")
    fallback: Value = Constant(DEFAULT_PACKAGE) if arguments.complete else hidden
    no_name: Value = NONE if arguments.complete else hidden
    package = arguments.get(0, "package") or fallback
    name = arguments.get(1, "name") or no_name
    if isinstance(package, (Class, Function, Wrapped)):
        # Keras uses the object as the package, and returns a decorator.
        reason = f"{REGISTRAR} is used on {subject_of(package)} without its parentheses"
        machine.tell(reason, about=package)
        return package
    return Registrar(keras_name(function.path), package, name)


def apply(machine: Machine, registrar: Registrar, obj: Value) -> Value:
    """Carry out a call of the decorator that `register_keras_serializable(...)` returned."""
    for option in options(obj):
        for package in options(registrar.package):
            for name in options(registrar.name):
                choices = (obj, registrar.package, registrar.name)
                if all(len(options(choice)) == 1 for choice in choices):
                    _decorate(machine, registrar.keras, option, package, name)
                else:
                    with machine.doubting():
                        _decorate(machine, registrar.keras, option, package, name)
    return obj


def _decorate(machine: Machine, keras: str, obj: Value, package: Value, name: Value) -> None:
    obj = unwrapped(obj)
    if isinstance(obj, Constant):
        return  # Keras would raise an exception, so this option of the value does not count.
    if isinstance(obj, Class) and has_get_config(obj) is False:
        machine.tell(
            f"{obj.qualname} has no get_config(), so Keras refuses to register it",
            Kind.NOT_NAMED,
            obj,
        )
        return
    called = _own_name(obj) if isinstance(name, Constant) and name.value is None else text(name)
    shown = f"register_keras_serializable() of {keras}"
    if isinstance(obj, Unknown):
        machine.tell(f"{shown} gets an object that cannot be followed: {obj.reason}")
    elif isinstance(package, Constant) and isinstance(package.value, str):
        if called is None:
            machine.tell(
                f"{shown} gets a name that cannot be followed: {describe(name)}", about=obj
            )
        else:
            machine.register(f"{package.value}{SEPARATOR}{called}", obj, keras)
    else:
        reason = f"{shown} gets a package that cannot be followed: {describe(package)}"
        machine.tell(reason, about=obj)


def _own_name(obj: Value) -> str | None:
    """Return the `__name__` of an object."""
    if isinstance(obj, Wrapped):
        return _own_name(obj.inner)
    if isinstance(obj, (Class, Function)):
        return obj.name
    if isinstance(obj, External) and obj.path.replace(".", "").isidentifier():
        return obj.last
    return None


def store(machine: Machine, registry: Registry, key: Value, obj: Value) -> None:
    """Carry out `get_custom_objects()[key] = obj`."""
    for name in options(key):
        called = text(name)
        if called is None:
            reason = f"a key of get_custom_objects() cannot be followed: {describe(name)}"
            machine.tell(reason, about=obj)
        for option in map(unwrapped, options(obj) if called is not None else ()):
            if isinstance(option, (Class, Function, Instance, External, Wrapped, Partial)):
                with_doubt = len(options(key)) > 1 or len(options(obj)) > 1
                machine.doubt += with_doubt
                machine.register(str(called), option, registry.keras)
                machine.doubt -= with_doubt
            else:
                reason = f"the object under {called!r} cannot be followed: {describe(option)}"
                machine.tell(reason)


def update(machine: Machine, registry: Registry, arguments: Arguments) -> None:
    """Carry out `get_custom_objects().update(...)`."""
    items: dict[object, Value] = copy_names(arguments.keywords)
    complete = arguments.complete
    for value in arguments.positional:
        if isinstance(value, Mapping):
            items.update(value.items)
            complete &= value.complete
        elif isinstance(value, Namespace):
            items.update(value.names)
        elif not isinstance(value, Registry):
            reason = "get_custom_objects() is updated from something that cannot be followed: "
            machine.tell(f"{reason}{describe(value)}")
    for key, value in items.items():
        store(machine, registry, Constant(key), value)
    if not complete:
        machine.tell("get_custom_objects() is updated from a dictionary with unknown items")


def tell_hidden(machine: Machine, function: Unknown, arguments: Iterable[Value]) -> None:
    """Report an unknown call that may register one of its arguments."""
    for value in arguments if function.registers else ():
        subject = subject_of(value)
        if subject:
            machine.tell(
                f"a call with {subject} cannot be followed: {function.reason}", about=value
            )
            return
