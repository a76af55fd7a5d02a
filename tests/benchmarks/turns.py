"""What is compared takes turns."""


def in_turn(timers, rounds=7, number=1, unit=1e3):
    """Return the times of each timer, in milliseconds if the unit is 1e3, after a first call."""
    for timer in timers.values():
        timer.timeit(1)
    times = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            times[name].append(timer.timeit(number) / number * unit)
    return times
