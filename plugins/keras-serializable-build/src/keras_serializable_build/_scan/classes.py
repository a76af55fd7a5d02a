"""Classes: their bases, inherited attributes, and the code that Python runs to make a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan.keras_paths import keras_of
from keras_serializable_build._scan.scopes import Scope
from keras_serializable_build._scan.values import (
    Arguments,
    Class,
    Constant,
    Descriptor,
    External,
    Function,
    Instance,
    Mapping,
    Namespace,
    Sequence,
    Unknown,
    Value,
    Wrapped,
    options,
    text,
)

if TYPE_CHECKING:
    import ast

    from keras_serializable_build._scan.machine import Machine


def mro(cls: Class) -> list[Value]:
    """Return a class and its bases, in the order of attribute lookup."""
    if cls.order is not None:
        return cls.order
    found: list[Value] = []
    _collect(cls, found, set())
    # A shared base comes after the last class that has it.
    seen: set[int] = set()
    order: list[Value] = []
    for value in reversed(found):
        if id(value) not in seen:
            seen.add(id(value))
            order.append(value)
    cls.order = order[::-1]
    return cls.order


def _collect(cls: Class, found: list[Value], active: set[int]) -> None:
    if id(cls) in active:
        return  # Two definitions of one name: the class seems to inherit from itself.
    active.add(id(cls))
    found.append(cls)
    for base in cls.bases:
        for option in map(unwrapped, options(base)):
            if isinstance(option, Class):
                _collect(option, found, active)
            else:
                found.append(option)
    active.discard(id(cls))


def find_in(cls: Class, name: str, *, after: Class | None = None) -> tuple[Value | None, bool]:
    """Look up an attribute; return it with `True`, or an outside base that may have it."""
    # As for `super()`, the lookup starts behind the class `after`.
    order = mro(cls)
    if after is not None and any(value is after for value in order):
        order = order[next(i for i, value in enumerate(order) if value is after) + 1 :]
    outside: Value | None = None
    for value in order:
        if isinstance(value, Class):
            if name in value.names:
                return value.names[name], True
        elif outside is None and not _is_plain(value):
            outside = value
    return outside, False


def unwrapped(value: Value) -> Value:
    """Return the class inside the result of an outside decorator."""
    inner = value.inner if isinstance(value, Wrapped) else value
    return inner if isinstance(inner, Class) else value


def _is_plain(value: Value) -> bool:
    """Return whether a base adds nothing: `object`, or a base for type checkers only."""
    path = value.path if isinstance(value, External) else ""
    root = path.partition(".")[0]
    return path == "builtins.object" or (root in {"typing", "typing_extensions", "abc"})


def is_closed(cls: Class) -> bool:
    """Return whether the library defines all bases of a class."""
    return all(isinstance(value, Class) or _is_plain(value) for value in mro(cls))


def keras_bases(cls: Class) -> list[External]:
    """Return the bases of a class that belong to a Keras."""
    outside = [value for value in mro(cls) if isinstance(value, External)]
    return [value for value in outside if keras_of(value.path) and "(" not in value.path]


def has_get_config(cls: Class) -> bool | None:
    """Return whether a class has `get_config()`, `None` if it is unknown."""
    _, found = find_in(cls, "get_config")
    # No callback of Keras has the method, and all other classes of Keras have it.
    bases = keras_bases(cls)
    if found or any(".callbacks." not in base.path for base in bases):
        return True
    others = [base for base in mro(cls) if base not in bases]
    return False if all(isinstance(base, Class) or _is_plain(base) for base in others) else None


def define(machine: Machine, node: ast.ClassDef, scope: Scope) -> Value:
    """Make a class from its statement, without its decorators."""
    bases: list[Value] = []
    for base in node.bases:
        value = machine.evaluate(base, scope)
        bases.extend(value.items if isinstance(value, Sequence) else [value])
    keywords = {
        keyword.arg: machine.evaluate(keyword.value, scope)
        for keyword in node.keywords
        if keyword.arg is not None
    }
    body = Scope("class", scope.module, scope, scope.qualify(node.name))
    cls = Class(node.name, body.qualname, scope.module, node.lineno, bases, body.names)
    body.owner = cls
    machine.run(node.body, body)
    if any(isinstance(base, External) and base.path.startswith("enum.") for base in mro(cls)):
        _make_members(cls)
    return finish(machine, cls, keywords)


def _make_members(cls: Class) -> None:
    """Turn the constants of an enumeration into its members."""
    for name, value in list(cls.names.items()):
        if isinstance(value, Constant) and not name.startswith("_"):
            cls.names[name] = Instance(cls, {"name": Constant(name), "value": value})


def finish(machine: Machine, cls: Class, keywords: dict[str, Value]) -> Value:
    """Run `__init_subclass__` and the metaclass of a new class."""
    cls.order = None
    explicit = keywords.pop("metaclass", None)
    inherited = (value.metaclass for value in mro(cls)[1:] if isinstance(value, Class))
    cls.metaclass = explicit or next((value for value in inherited if value is not None), None)
    hook, found = find_in(cls, "__init_subclass__", after=cls)
    for base in cls.bases:
        for option in map(unwrapped, options(base)):
            if isinstance(option, Class) and cls not in option.subclasses:
                option.subclasses.append(cls)
    if found and hook is not None:
        function = hook.function if isinstance(hook, Descriptor) else hook
        machine.call(function, Arguments([cls], dict(keywords)))
    if cls.metaclass is None:
        return cls
    return run_metaclass(machine, cls, cls.metaclass, keywords)


def run_metaclass(
    machine: Machine, cls: Class, metaclass: Value, keywords: dict[str, Value]
) -> Value:
    """Run a metaclass of the library on a class."""
    namespace = Namespace(cls.names)
    described = [Constant(cls.name), Sequence(list(cls.bases), tuple), namespace]
    if isinstance(metaclass, Function):
        metaclass_call: Value = metaclass
        first: list[Value] = []
    elif isinstance(metaclass, Class):
        new, found = find_in(metaclass, "__new__")
        metaclass_call = new if found and new is not None else NO_NEW
        first = [metaclass]
    else:
        return cls
    made: Value = cls
    if metaclass_call is not NO_NEW:
        machine.creating.append(cls)
        try:
            made = machine.call(metaclass_call, Arguments([*first, *described], dict(keywords)))
        finally:
            machine.creating.pop()
    if isinstance(metaclass, Class):
        initialize, found = find_in(metaclass, "__init__")
        if found and initialize is not None:
            machine.call(initialize, Arguments([cls, *described], dict(keywords)))
    return made if cls in options(made) else cls


NO_NEW = Unknown("the metaclass has no __new__")


def create(machine: Machine, arguments: Arguments) -> Value:
    """Carry out `type(name, bases, namespace)` or the `type.__new__` of a metaclass."""
    if machine.creating:
        cls = machine.creating[-1]
        cls.name = text(arguments.get(1)) or cls.name
        return cls
    name, bases, names = (arguments.get(index) for index in range(3))
    called = text(name)
    if called is None:
        return Unknown("a class is made under a name that is computed")
    parents: list[Value] = [Unknown("unknown bases")]
    if isinstance(bases, Sequence):
        parents = list(bases.items)
    cls = Class(called, called, machine.module, machine.place.line, parents, {})
    if isinstance(names, Mapping):
        cls.names.update({str(key): value for key, value in names.items.items()})
    return finish(machine, cls, {})


def instantiate(machine: Machine, cls: Class, arguments: Arguments) -> Value:
    """Make an instance of a class of the library."""
    made: Value = Instance(cls, branch=machine.branch if machine.doubt else 0)
    new, found = find_in(cls, "__new__")
    if found and new is not None:
        made = machine.call(new, Arguments([cls, *arguments.positional], arguments.keywords))
    if isinstance(made, Instance) and made.cls is cls:
        initialize, found = find_in(cls, "__init__")
        if found and initialize is not None:
            bound = Arguments([made, *arguments.positional], arguments.keywords, arguments.complete)
            machine.call(initialize, bound)
        else:
            made.attributes.update(zip(cls.fields, arguments.positional, strict=False))
            made.attributes.update(arguments.keywords)
    return made
