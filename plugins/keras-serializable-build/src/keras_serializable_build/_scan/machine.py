"""The machine: the state of an evaluation, and the operations that its parts use."""

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
"""The most steps of one statement in a module body, including its calls."""
MODULE_FUEL = 400_000
"""The most steps of a whole module body."""
MOST_CALLS = 50
"""The most levels of nested calls."""


class OutOfFuelError(Exception):
    """A statement took more steps than the scan allows."""


class Signal(Enum):
    """The end of a block of statements."""

    NORMAL = "normal"
    MAYBE = "maybe"  # Some ways through the block leave it early, others do not.
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
    """The state of the evaluation of one library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.record = Record()
        self.reach = Reach()
        self.modules: dict[str, Module] = {}
        self.bodies: list[Module] = []  # modules being imported, innermost last
        self.frames: list[Frame] = []  # calls being evaluated since the innermost import began
        self.creating: list[Class] = []  # classes whose metaclass is running
        self.doubt = 0  # number of undecided tests around the current code
        self.branch = 0  # the innermost branch after such a test, each with a number of its own
        self._branches = 0
        self.fuel = STATEMENT_FUEL
        self.place = Place("", 0)

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """Return the value of an expression."""

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
        """Count a step; outside of calls, record the place."""
        self.fuel -= 1
        if self.fuel < 0:
            raise OutOfFuelError
        if not self.frames:
            self.place = self.module.place(node.lineno)

    def tell(self, reason: str, kind: Kind = Kind.NOT_FOLLOWED, about: Value | None = None) -> None:
        """Record that something at the current place could not be followed."""
        subject = "" if about is None else subject_of(about)
        self.record.tell(self.place, reason, kind, self.module.name, subject)
        if about is not None:
            self.record.unclear.add(id(about.inner if isinstance(about, Wrapped) else about))

    def register(self, key: str, obj: Value, keras: str) -> None:
        """Record a registration at the current place."""
        sure = self.doubt == 0
        if isinstance(obj, External) and not sure:
            self.tell(f"{obj.path}, from outside the library, may be registered as {key!r}")
            return
        registration = Registration(key, obj, keras, self.place, self.module, sure)
        self.record.registrations.append(registration)
        self.record.registering.update(id(frame.function.node) for frame in self.frames)

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """Mark the code in this ``with`` block as guarded by a test without a known outcome."""
        before = self.doubt, self.branch
        self.add_doubt()
        try:
            yield
        finally:
            self.doubt, self.branch = before

    def add_doubt(self) -> None:
        """Begin a branch: the code from here on may run or not."""
        self.doubt += 1
        self._branches += 1
        self.branch = self._branches

    def each(self, actions: Sequence[Callable[[], Value]]) -> list[Value]:
        """Carry out several actions, of which the running program does only one."""
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
