"""Branches: several ways through the code, of which the running program takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan.machine import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.scopes import Scope
    from keras_serializable_build._scan.values import Value


def take_each(machine: Machine, scope: Scope, ways: Sequence[Callable[[], Signal]]) -> Signal:
    """Run several ways through the code from one state of a scope, and merge their results."""
    # A way that raises an exception does not count, because no code runs after it.
    start = len(machine.record.registrations)
    before = dict(scope.names)
    bounds: list[tuple[int, int]] = []
    going_on: list[dict[str, Value]] = []
    signals: list[Signal] = []
    for way in ways:
        scope.names.clear()
        scope.names.update(before)
        begin = len(machine.record.registrations)
        with machine.doubting():
            signal = way()
        if signal is Signal.RAISE:
            continue
        bounds.append((begin, len(machine.record.registrations)))
        signals.append(signal)
        if signal in {Signal.NORMAL, Signal.MAYBE}:
            going_on.append(dict(scope.names))
    scope.merge(going_on or [before])
    if not machine.doubt:
        machine.record.agree(start, bounds)
    return _ending(machine, signals)


def _ending(machine: Machine, signals: list[Signal]) -> Signal:
    """Return the signal of several ways together."""
    if not signals:
        return Signal.RAISE
    if all(signal is Signal.NORMAL for signal in signals):
        return Signal.NORMAL
    if all(signal not in {Signal.NORMAL, Signal.MAYBE} for signal in signals):
        return signals[0]
    machine.add_doubt()  # The rest of the call or loop may run or not.
    return Signal.MAYBE
