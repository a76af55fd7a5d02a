"""Values: the possible results of an expression in the scanned code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keras_serializable_build._scan.places import Place

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable

    from keras_serializable_build._scan.scopes import Scope
    from keras_serializable_build._scan.sources import Source

MOST_OPTIONS = 8
"""The most values of one name. More values make it unknown."""


class Value:
    """The result of an expression. Values are compared by identity."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class Constant(Value):
    """A string, number, `None` or another immutable literal."""

    value: object


@dataclass(eq=False, slots=True)
class External(Value):
    """An object from outside the library; the path may hold calls, as in `logging.getLogger()`."""

    path: str
    is_module: bool = False

    @property
    def last(self) -> str:
        """The last name of the path."""
        return self.path.rpartition(".")[2]


@dataclass(eq=False, slots=True)
class Unknown(Value):
    """An unknown value; `registers` tells whether a call of it may register something."""

    reason: str
    registers: bool = True


@dataclass(eq=False, slots=True, repr=False)
class Sequence(Value):
    """A list, tuple or set; incomplete if it may have more items."""

    items: list[Value]
    kind: type = list
    complete: bool = True


@dataclass(eq=False, slots=True, repr=False)
class Mapping(Value):
    """A dictionary with constant keys; incomplete if it may have more keys."""

    items: dict[object, Value]
    complete: bool = True


@dataclass(eq=False, slots=True, repr=False)
class Module(Value):
    """A module of the library. A namespace package has no source."""

    name: str
    scope: Scope
    source: Source | None
    tree: ast.Module | None = None
    text: bytes = b""
    finished: bool = False

    @property
    def package(self) -> str:
        """The package that relative imports of the module start from."""
        if self.source is None or self.source.is_package:
            return self.name
        return self.name.rpartition(".")[0]

    def place(self, line: int) -> Place:
        """Return the place of a line."""
        return Place(self.source.label if self.source else self.name, line)


@dataclass(eq=False, slots=True, repr=False)
class Function(Value):
    """A function or lambda with the scope that it was defined in."""

    name: str
    qualname: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    defaults: list[Value]
    keyword_defaults: dict[str, Value]
    owner: Class | None = None
    attributes: dict[str, Value] = field(default_factory=dict[str, Value])

    @property
    def module(self) -> Module:
        """The module that it was defined in."""
        return self.scope.module


@dataclass(eq=False, slots=True, repr=False)
class Class(Value):
    """A class of the library."""

    name: str
    qualname: str
    module: Module
    line: int
    bases: list[Value]
    names: dict[str, Value]
    metaclass: Value | None = None
    fields: list[str] = field(default_factory=list[str])
    order: list[Value] | None = None
    subclasses: list[Value] = field(default_factory=list[Value])


@dataclass(eq=False, slots=True, repr=False)
class Instance(Value):
    """An instance of a class of the library."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict[str, Value])
    branch: int = 0  # the undecided branch that made the instance, 0 for none


@dataclass(eq=False, slots=True, repr=False)
class Method(Value):
    """A function bound to its first argument."""

    function: Value
    receiver: Value


@dataclass(eq=False, slots=True, repr=False)
class Descriptor(Value):
    """A `staticmethod`, `classmethod` or `property`."""

    kind: str
    function: Value


@dataclass(eq=False, slots=True, repr=False)
class Partial(Value):
    """A result of `functools.partial`."""

    function: Value
    arguments: Arguments


@dataclass(eq=False, slots=True, repr=False)
class Wrapped(Value):
    """The result of outside code for a function or class. It may be another object."""

    inner: Value
    by: str


@dataclass(eq=False, slots=True, repr=False)
class Super(Value):
    """The result of `super()`: a lookup that starts behind a class."""

    cls: Class
    receiver: Value


@dataclass(eq=False, slots=True, repr=False)
class Action(Value):
    """A known function or method, carried out by the scan itself."""

    name: str
    run: Callable[[Arguments], Value]


@dataclass(eq=False, slots=True, repr=False)
class Registrar(Value):
    """The result of `register_keras_serializable(...)`: a decorator."""

    keras: str
    package: Value
    name: Value


@dataclass(eq=False, slots=True)
class Registry(Value):
    """The dictionary of registered objects of a Keras."""

    keras: str


@dataclass(eq=False, slots=True, repr=False)
class Namespace(Value):
    """The names of a module or class as a dictionary: `globals()`, `vars()` or `__dict__`."""

    names: dict[str, Value]


@dataclass(eq=False, slots=True, repr=False)
class Pending(Value):
    """A name imported from a module that was still being imported."""

    module: Module
    name: str


@dataclass(eq=False, slots=True, repr=False)
class Either(Value):
    """One of several values. The running program decides which one."""

    options: tuple[Value, ...]


@dataclass(eq=False, slots=True, repr=False)
class Arguments:
    """The arguments of a call; incomplete if `*x` or `**x` could not be followed."""

    positional: list[Value] = field(default_factory=list[Value])
    keywords: dict[str, Value] = field(default_factory=dict[str, Value])
    complete: bool = True

    def get(self, index: int, name: str = "") -> Value | None:
        """Return an argument by position or name."""
        if index < len(self.positional):
            return self.positional[index]
        return self.keywords.get(name)

    def all(self) -> list[Value]:
        """Return all arguments."""
        return [*self.positional, *self.keywords.values()]


NONE = Constant(None)
TRUE = Constant(True)  # noqa: FBT003 -- the value of a literal
FALSE = Constant(False)  # noqa: FBT003 -- the value of a literal


def text(value: Value | None) -> str | None:
    """Return the string of a value, `None` if the value is no string."""
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value
    return None


def copy_names(names: dict[str, Value]) -> dict[object, Value]:
    """Return the items of a dictionary whose keys are names."""
    return dict(names.items())


def same(one: Value, other: Value) -> bool:
    """Return whether the scan knows that two values are one object."""
    if isinstance(one, Constant) and isinstance(other, Constant):
        return type(one.value) is type(other.value) and one.value == other.value
    if isinstance(one, External) and isinstance(other, External):
        return one.path == other.path
    if isinstance(one, Unknown) and isinstance(other, Unknown):
        return one.reason == other.reason
    return one is other


def options(value: Value) -> tuple[Value, ...]:
    """Return the options of a value."""
    return value.options if isinstance(value, Either) else (value,)


def either(values: Iterable[Value]) -> Value:
    """Return a value with these options."""
    kept: list[Value] = []
    for value in values:
        for option in options(value):
            if not any(same(option, known) for known in kept):
                kept.append(option)
    if len(kept) == 1:
        return kept[0]
    if not kept:
        return Unknown("nothing is returned")
    if len(kept) > MOST_OPTIONS:
        return Unknown(f"it has more than {MOST_OPTIONS} possible values")
    return Either(tuple(kept))
