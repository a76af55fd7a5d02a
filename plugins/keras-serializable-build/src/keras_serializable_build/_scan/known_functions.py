"""Known functions: the scan carries out these functions of Python's standard library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan import attributes, classes, containers, known_containers, truth
from keras_serializable_build._scan.descriptions import describe
from keras_serializable_build._scan.values import (
    FALSE,
    NONE,
    TRUE,
    Action,
    Arguments,
    Class,
    Constant,
    Descriptor,
    External,
    Function,
    Instance,
    Module,
    Partial,
    Sequence,
    Super,
    Unknown,
    Value,
    either,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine


def decided(outcome: bool | None, what: str) -> Value:  # noqa: FBT001 -- the outcome of a test
    """Return the value of a test with a known or unknown outcome."""
    return External(what) if outcome is None else (TRUE if outcome else FALSE)


def _get_attribute(machine: Machine, arguments: Arguments) -> Value:
    target, name, default = (arguments.get(index) for index in range(3))
    called = text(name)
    if target is None or called is None:
        return Unknown("getattr() with a computed name")
    present = attributes.has(machine, target, called)
    if default is None or present:
        return machine.attribute(target, called)
    if present is False:
        return default
    return either([machine.attribute(target, called), default])


def _set_attribute(machine: Machine, arguments: Arguments) -> Value:
    target, name, value = (arguments.get(index) for index in range(3))
    called = text(name)
    if target is not None and value is not None:
        if called is not None:
            attributes.assign(machine, target, called, value)
        elif isinstance(target, Module):
            machine.tell(f"setattr() with a computed name on {describe(target)}")
    return NONE


def _has_attribute(machine: Machine, arguments: Arguments) -> Value:
    target, name = arguments.get(0), text(arguments.get(1))
    if target is None or name is None:
        return External("hasattr()")
    return decided(attributes.has(machine, target, name), "hasattr()")


def _type(machine: Machine, arguments: Arguments) -> Value:
    if len(arguments.positional) == 3:  # noqa: PLR2004 -- name, bases, namespace
        return classes.create(machine, Arguments(arguments.positional))
    value = arguments.get(0)
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, Class) and value.metaclass is not None:
        return value.metaclass
    return External("builtins.type()")


def _super(machine: Machine, arguments: Arguments) -> Value:
    del machine
    cls, receiver = arguments.get(0), arguments.get(1)
    if isinstance(cls, Class) and receiver is not None:
        return Super(cls, receiver)
    return External("builtins.super()")


def _test(
    function: Callable[[Value, Value], bool | None], name: str
) -> Callable[[Machine, Arguments], Value]:
    def run(machine: Machine, arguments: Arguments) -> Value:
        del machine
        value, kind = arguments.get(0), arguments.get(1)
        known = value is not None and kind is not None
        return decided(function(value, kind) if known else None, name)  # type: ignore[arg-type]

    return run


def _unary(
    function: Callable[[Value], bool | None], name: str
) -> Callable[[Machine, Arguments], Value]:
    def run(machine: Machine, arguments: Arguments) -> Value:
        del machine
        value = arguments.get(0)
        return decided(None if value is None else function(value), name)

    return run


def _identity(machine: Machine, arguments: Arguments) -> Value:
    del machine
    return arguments.get(0) or NONE


def _descriptor(kind: str) -> Callable[[Machine, Arguments], Value]:
    def make(machine: Machine, arguments: Arguments) -> Value:
        del machine
        function = arguments.get(0, "fget")
        return NONE if function is None else Descriptor(kind, function)

    return make


def _partial(machine: Machine, arguments: Arguments) -> Value:
    del machine
    if not arguments.positional:
        return Unknown("partial() without a function")
    function, *rest = arguments.positional
    return Partial(function, Arguments(rest, dict(arguments.keywords), arguments.complete))


def _update_wrapper(machine: Machine, arguments: Arguments) -> Value:
    wrapper, wrapped = arguments.get(0, "wrapper"), arguments.get(1, "wrapped")
    if wrapper is None or wrapped is None:
        return NONE
    name = machine.attribute(wrapped, "__name__")
    attributes.assign(machine, wrapper, "__name__", name)
    attributes.assign(machine, wrapper, "__wrapped__", wrapped)
    return wrapper


def _wraps(machine: Machine, arguments: Arguments) -> Value:
    wrapped = arguments.get(0, "wrapped") or NONE

    def decorate(given: Arguments) -> Value:
        return _update_wrapper(machine, Arguments([given.get(0) or NONE, wrapped]))

    return Action("wraps", decorate)


def _add_metaclass(machine: Machine, arguments: Arguments) -> Value:
    metaclass = arguments.get(0) or NONE

    def decorate(given: Arguments) -> Value:
        cls = given.get(0)
        if not isinstance(cls, Class):
            return cls or NONE
        return classes.finish(machine, cls, {"metaclass": metaclass})

    return Action("add_metaclass", decorate)


def _with_metaclass(machine: Machine, arguments: Arguments) -> Value:
    del machine
    metaclass, *bases = arguments.positional or [NONE]
    bridge = bases[0] if bases else External("builtins.object")
    if isinstance(metaclass, Class):
        # `six` makes a class that only adds the metaclass.
        module = metaclass.module
        return Class("temporary_class", "temporary_class", module, 0, bases, {}, metaclass)
    return bridge


def _runs_text(machine: Machine, arguments: Arguments) -> Value:
    source = text(arguments.get(0))
    reason = "exec() or eval() runs text that is not followed"
    if source is None or any(name in source for name in ("register_keras", "custom_objects")):
        machine.tell(reason)
    return Unknown(reason)


def _members(machine: Machine, arguments: Arguments) -> Value:
    value = arguments.get(0)
    namespace = containers.namespace_of(value) if value is not None else None
    if namespace is None:
        return Unknown("inspect.getmembers() of something that cannot be followed")
    keep = arguments.get(1, "predicate")
    found: list[Value] = []
    complete = True
    for name, member in sorted(namespace.names.items()):
        outcome = truth.truth(machine.call(keep, Arguments([member]))) if keep else True
        complete &= outcome is not None
        if outcome is not False:
            found.append(Sequence([Constant(name), member], tuple))
    return Sequence(found, complete=complete)


def _names(machine: Machine, arguments: Arguments) -> Value:
    del machine
    value = arguments.get(0)
    namespace = containers.namespace_of(value) if value is not None else None
    return namespace or Unknown("vars() of something that cannot be followed")


def _directory(machine: Machine, arguments: Arguments) -> Value:
    found = _names(machine, arguments)
    names = containers.iterate(found)
    return (
        Unknown("dir() of something that cannot be followed") if names is None else Sequence(names)
    )


def _is_class(machine: Machine, arguments: Arguments) -> Value:
    del machine
    value = arguments.get(0)
    outcome = None
    if isinstance(value, (Module, External)) and getattr(value, "is_module", True):
        outcome = False
    elif value is not None:
        outcome = truth.is_instance(value, External("builtins.type"))
    return decided(outcome, "inspect.isclass()")


def _is_function(machine: Machine, arguments: Arguments) -> Value:
    del machine
    value = arguments.get(0)
    outcome = isinstance(value, Function)
    outside = isinstance(value, External) and not value.is_module
    undecided = value is None or outside or isinstance(value, Unknown)
    return decided(None if undecided else outcome, "inspect.isfunction()")


FUNCTIONS: dict[str, Callable[[Machine, Arguments], Value]] = {
    **known_containers.FUNCTIONS,
    "builtins.callable": _unary(truth.is_callable, "callable()"),
    "builtins.classmethod": _descriptor("classmethod"),
    "builtins.dir": _directory,
    "builtins.eval": _runs_text,
    "builtins.exec": _runs_text,
    "builtins.getattr": _get_attribute,
    "builtins.hasattr": _has_attribute,
    "builtins.isinstance": _test(truth.is_instance, "isinstance()"),
    "builtins.issubclass": _test(truth.is_subclass, "issubclass()"),
    "builtins.iter": _identity,
    "builtins.property": _descriptor("property"),
    "builtins.setattr": _set_attribute,
    "builtins.staticmethod": _descriptor("staticmethod"),
    "builtins.super": _super,
    "builtins.type": _type,
    "builtins.vars": _names,
    "copy.copy": _identity,
    "copy.deepcopy": _identity,
    "functools.partial": _partial,
    "functools.update_wrapper": _update_wrapper,
    "functools.wraps": _wraps,
    "inspect.getmembers": _members,
    "inspect.isclass": _is_class,
    "inspect.isfunction": _is_function,
    "six.add_metaclass": _add_metaclass,
    "six.iteritems": lambda machine, arguments: machine.call(
        machine.attribute(arguments.get(0) or NONE, "items"), Arguments()
    ),
    "six.with_metaclass": _with_metaclass,
    "typing.cast": lambda _, arguments: arguments.get(1) or NONE,
}
