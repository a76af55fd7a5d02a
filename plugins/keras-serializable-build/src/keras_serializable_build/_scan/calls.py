"""Calls: the effect and the result of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan import classes, functions, outside, registrars
from keras_serializable_build._scan.known_functions import FUNCTIONS
from keras_serializable_build._scan.machine import subject_of
from keras_serializable_build._scan.values import (
    NONE,
    Action,
    Arguments,
    Class,
    Descriptor,
    Either,
    External,
    Function,
    Instance,
    Method,
    Module,
    Partial,
    Registrar,
    Unknown,
    Value,
    Wrapped,
    either,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine


def call(machine: Machine, function: Value, arguments: Arguments) -> Value:
    """Call a value."""
    rule = RULES.get(type(function))
    if rule is None:
        return Unknown("something is called that is no function", registers=False)
    return rule(machine, function, arguments)


def _call_either(machine: Machine, function: Either, arguments: Arguments) -> Value:
    ways = [lambda option=option: machine.call(option, arguments) for option in function.options]
    return either(machine.each(ways))


def _call_function(machine: Machine, function: Function, arguments: Arguments) -> Value:
    return _follow(machine, functions.call(machine, function, arguments), arguments)


def _call_class(machine: Machine, cls: Class, arguments: Arguments) -> Value:
    outside_bases = [base for base in classes.mro(cls) if isinstance(base, External)]
    if any(base.path == "builtins.type" for base in outside_bases):
        return classes.create(machine, arguments)
    return classes.instantiate(machine, cls, arguments)


def _call_method(machine: Machine, method: Method, arguments: Arguments) -> Value:
    bound = [method.receiver, *arguments.positional]
    rest = Arguments(bound, arguments.keywords, arguments.complete)
    return machine.call(method.function, rest)


def _call_partial(machine: Machine, partial: Partial, arguments: Arguments) -> Value:
    return machine.call(partial.function, _joined(partial.arguments, arguments))


def _call_registrar(machine: Machine, registrar: Registrar, arguments: Arguments) -> Value:
    return registrars.apply(machine, registrar, arguments.get(0, "arg") or NONE)


def _call_wrapped(machine: Machine, wrapped: Wrapped, arguments: Arguments) -> Value:
    inner = wrapped.inner
    # A wrapper whose parameters differ from those of its function cannot be followed.
    fits = isinstance(inner, Function) and functions.bind(inner, arguments) is not None
    return machine.call(inner, arguments) if fits else outside.external(f"{wrapped.by}()()")


def _call_instance(machine: Machine, instance: Instance, arguments: Arguments) -> Value:
    return machine.call(machine.attribute(instance, "__call__"), arguments)


def _follow(machine: Machine, result: Value, arguments: Arguments) -> Value:
    """Report a call that could not be followed, if it may have registered an argument."""
    if isinstance(result, Unknown):
        registrars.tell_hidden(machine, result, arguments.all())
    return result


def _joined(first: Arguments, second: Arguments) -> Arguments:
    return Arguments(
        [*first.positional, *second.positional],
        {**first.keywords, **second.keywords},
        first.complete and second.complete,
    )


def _call_external(machine: Machine, function: External, arguments: Arguments) -> Value:
    registering = registrars.call_external(machine, function, arguments)
    if registering is not None:
        return registering
    if function.path in FUNCTIONS:
        return FUNCTIONS[function.path](machine, arguments)
    if function.path == "importlib.import_module":
        return import_module(machine, arguments)
    first = arguments.get(0)
    if function.last == "__new__" and isinstance(first, Class):
        if machine.creating:
            return classes.create(machine, arguments)
        return Instance(first)
    if isinstance(first, (Class, Function, Wrapped)) and len(arguments.positional) == 1:
        return decorated(machine, function, first)
    return outside.external(f"{function.path}()")


def decorated(machine: Machine, function: External, obj: Value) -> Value:
    """Return the result of outside code that gets a class or function of the library."""
    if outside.may_register(function.path):
        reason = f"{function.path} is outside the library and may register {subject_of(obj)}"
        machine.tell(reason, about=obj)
    if outside.returns_function(function.path):
        return obj
    return Wrapped(obj, function.path)


def import_module(machine: Machine, arguments: Arguments) -> Value:
    """Carry out `importlib.import_module(name, package)`."""
    name, package = text(arguments.get(0, "name")), text(arguments.get(1, "package"))
    if name is None:
        return Unknown("importlib.import_module() of a computed name")
    if name.startswith("."):
        if package is None:
            return Unknown("importlib.import_module() of a relative name without its package")
        level = len(name) - len(name.lstrip("."))
        parents = package.split(".")
        parents = parents[: len(parents) - level + 1]
        name = ".".join([*parents, *filter(None, [name.lstrip(".")])])
    module: Module | None = machine.load(name)
    if module is not None:
        return module
    if machine.library.owns(name):
        return Unknown(f"the library has no source of the module {name}")
    return outside.external(name)


RULES: dict[type[Value], Callable[[Machine, Any, Arguments], Value]] = {
    Action: lambda _, action, arguments: action.run(arguments),
    Class: _call_class,
    Descriptor: lambda machine, value, arguments: machine.call(value.function, arguments),
    Either: _call_either,
    External: _call_external,
    Function: _call_function,
    Instance: _call_instance,
    Method: _call_method,
    Partial: _call_partial,
    Registrar: _call_registrar,
    Unknown: _follow,
    Wrapped: _call_wrapped,
}
