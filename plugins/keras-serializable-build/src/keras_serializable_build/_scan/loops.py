"""Loops: `for` and `while`. They are unrolled if their items are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan import containers, truth
from keras_serializable_build._scan.branches import take_each
from keras_serializable_build._scan.descriptions import describe
from keras_serializable_build._scan.machine import Signal
from keras_serializable_build._scan.targets import bind
from keras_serializable_build._scan.values import Unknown

if TYPE_CHECKING:
    import ast

    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.scopes import Scope


def run_for(machine: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> Signal:
    iterable = machine.evaluate(node.iter, scope)
    items = containers.iterate(iterable)
    doubt, returned = machine.doubt, _returned(machine)
    ending = Signal.NORMAL
    for item in items or ():
        bind(machine, node.target, item, scope)
        signal = machine.run(node.body, scope)
        if signal is Signal.BREAK:
            break
        if signal in {Signal.RETURN, Signal.RAISE}:
            return signal
        ending = Signal.MAYBE if signal is Signal.MAYBE else ending
    if items is None or not containers.is_complete(iterable):
        hidden = Unknown(f"an item of something that cannot be followed ({describe(iterable)})")

        def once() -> Signal:
            bind(machine, node.target, hidden, scope)
            return machine.run(node.body, scope)

        signal = take_each(machine, scope, [once, lambda: Signal.NORMAL])
        ending = Signal.MAYBE if signal is Signal.MAYBE else ending
    return _after_loop(machine, node, scope, (doubt, returned, ending))


def run_while(machine: Machine, node: ast.While, scope: Scope) -> Signal:
    doubt, returned = machine.doubt, _returned(machine)
    ending = Signal.NORMAL
    while True:
        outcome = truth.truth(machine.evaluate(node.test, scope))
        if outcome is False:
            break
        if outcome is None:
            ways = [lambda: machine.run(node.body, scope), lambda: Signal.NORMAL]
            signal = take_each(machine, scope, ways)
            ending = Signal.MAYBE if signal is Signal.MAYBE else ending
            break
        signal = machine.run(node.body, scope)
        if signal in {Signal.RETURN, Signal.RAISE}:
            return signal
        if signal in {Signal.BREAK, Signal.MAYBE}:
            ending = Signal.MAYBE if signal is Signal.MAYBE else ending
            break
    return _after_loop(machine, node, scope, (doubt, returned, ending))


def _returned(machine: Machine) -> int:
    return len(machine.frames[-1].returned) if machine.frames else 0


def _after_loop(
    machine: Machine,
    node: ast.For | ast.AsyncFor | ast.While,
    scope: Scope,
    state: tuple[int, int, Signal],
) -> Signal:
    """End the doubt from `break` and `continue` in a loop; the doubt from `return` stays."""
    doubt, returned, ending = state
    if ending is Signal.MAYBE and _returned(machine) == returned:
        machine.doubt = doubt
        ending = Signal.NORMAL
    signal = machine.run(node.orelse, scope)
    return ending if signal is Signal.NORMAL else signal
