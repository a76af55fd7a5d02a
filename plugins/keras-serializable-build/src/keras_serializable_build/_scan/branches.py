"""Branches: ways through the code of which one is taken where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan.machine import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.scopes import Scope
    from keras_serializable_build._scan.values import Value


def take_each(machine: Machine, scope: Scope, ways: Sequence[Callable[[], Signal]]) -> Signal:
    """Run each way from the same names, and merge what the ways leave behind.

    Args:
        machine: The machine.
        scope: The scope whose names each way starts from.
        ways: What runs the statements of a way.

    Returns:
        How the ways end. A way that raises an exception is left out: nothing follows it.
    """
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
    """Return how several ways end together."""
    if not signals:
        return Signal.RAISE
    if all(signal is Signal.NORMAL for signal in signals):
        return Signal.NORMAL
    if all(signal not in {Signal.NORMAL, Signal.MAYBE} for signal in signals):
        return signals[0]
    machine.doubt += 1  # until the call or loop ends: whether the rest of it runs is open
    return Signal.MAYBE
