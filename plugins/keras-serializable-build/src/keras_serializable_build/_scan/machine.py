"""The machine: the state of an evaluation, and the operations that its parts offer each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from keras_serializable_build._scan.places import Kind, Place
from keras_serializable_build._scan.reach import Reach
from keras_serializable_build._scan.record import Record, Registration
from keras_serializable_build._scan.values import Class, External, Function, Value, Wrapped

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Sequence

    from keras_serializable_build._scan.scopes import Scope
    from keras_serializable_build._scan.sources import Library
    from keras_serializable_build._scan.values import Arguments, Module

STATEMENT_FUEL = 20_000
"""Steps that one statement of a module body may take, with all the calls that it makes."""
MODULE_FUEL = 400_000
"""Steps that a whole module body may take."""
MOST_CALLS = 50
"""How deep calls may nest."""


class OutOfFuelError(Exception):
    """A statement took more steps than the scan allows."""


class Signal(Enum):
    """How a block of statements ended."""

    NORMAL = "normal"
    MAYBE = "maybe"  # some ways through the block left it early, others did not
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    RAISE = "raise"


@dataclass(eq=False, slots=True)
class Frame:
    """A call that is being evaluated."""

    function: Function
    returned: list[Value] = field(default_factory=list[Value])
    yielded: list[Value] = field(default_factory=list[Value])


class Machine(ABC):
    """The state of an evaluation.

    Args:
        library: The modules that are followed.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.record = Record()
        self.reach = Reach()
        self.modules: dict[str, Module] = {}
        self.bodies: list[Module] = []  # modules being imported, innermost last
        self.frames: list[Frame] = []  # calls being evaluated since the innermost import began
        self.creating: list[Class] = []  # classes whose metaclass is running
        self.doubt = 0  # how many undecided tests surround what runs
        self.fuel = STATEMENT_FUEL
        self.place = Place("", 0)

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """Return what an expression stands for."""

    @abstractmethod
    def run(self, statements: Sequence[ast.stmt], scope: Scope) -> Signal:
        """Run statements in a scope."""

    @abstractmethod
    def call(self, function: Value, arguments: Arguments) -> Value:
        """Call a value."""

    @abstractmethod
    def attribute(self, value: Value, name: str) -> Value:
        """Return an attribute of a value."""

    @abstractmethod
    def load(self, name: str) -> Module | None:
        """Import a module, `None` if the library has none of that name."""

    @property
    def module(self) -> Module:
        """The module whose body is running."""
        return self.bodies[-1]

    def step(self, node: ast.stmt | ast.expr) -> None:
        """Count a step; outside of calls, note the place."""
        self.fuel -= 1
        if self.fuel < 0:
            raise OutOfFuelError
        if not self.frames:
            self.place = self.module.place(node.lineno)

    def tell(self, reason: str, kind: Kind = Kind.NOT_FOLLOWED, about: Value | None = None) -> None:
        """Note something at the present place that could not be followed."""
        subject = "" if about is None else subject_of(about)
        self.record.tell(self.place, reason, kind, self.module.name, subject)
        if about is not None:
            self.record.unclear.add(id(about.inner if isinstance(about, Wrapped) else about))

    def register(self, key: str, obj: Value, keras: str) -> None:
        """Note a registration at the present place."""
        sure = self.doubt == 0
        if isinstance(obj, External) and not sure:
            self.tell(f"{obj.path}, from outside the library, may be registered as {key!r}")
            return
        registration = Registration(key, obj, keras, self.place, self.module, sure)
        self.record.registrations.append(registration)
        self.record.registering.update(id(frame.function.node) for frame in self.frames)

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """Run what a test that cannot be decided guards."""
        before = self.doubt
        self.doubt += 1
        try:
            yield
        finally:
            self.doubt = before

    def each(self, actions: Sequence[Callable[[], Value]]) -> list[Value]:
        """Carry out several actions of which only one happens where the code runs."""
        start = len(self.record.registrations)
        bounds: list[tuple[int, int]] = []
        results: list[Value] = []
        for action in actions:
            begin = len(self.record.registrations)
            with self.doubting():
                results.append(action())
            bounds.append((begin, len(self.record.registrations)))
        if not self.doubt:
            self.record.agree(start, bounds)
        return results


def subject_of(value: Value) -> str:
    """Return the qualified name of a class or function, for a report."""
    if isinstance(value, Wrapped):
        return subject_of(value.inner)
    return value.qualname if isinstance(value, (Class, Function)) else ""
