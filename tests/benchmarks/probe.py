"""What a process runs that measures one contender once: `probe.py TASK CONTENDER PATH...`.

The process imports nothing that a bare interpreter has not, so that each contender pays for all
it needs. Prints milliseconds, or for the task ``memory`` MiB.
"""

import sys
import time

KEY = "plugin_5>Object3"


def main(task, contender, *path):
    """Run one task of one contender on a path of its own."""
    sys.path[:] = [sys.argv[0].rpartition("/")[0]]
    from contenders import FIRST

    sys.path[:] = path
    print(globals()[task](FIRST[contender]))  # noqa: T201 -- that is its result


def imported(make):
    """Return how long a contender takes to import what it needs."""
    started = time.perf_counter()
    make()
    return (time.perf_counter() - started) * 1000


def first(make):
    """Return how long a contender takes until it has imported what it needs and found a key."""
    started = time.perf_counter()
    found = make()(KEY)
    elapsed = (time.perf_counter() - started) * 1000
    if found.__name__ != KEY.rpartition(">")[2]:
        raise AssertionError(f"{KEY} came out as {found!r}")
    return elapsed


def find(make):
    """Return how long a first lookup takes if the module of the plugin was imported before."""
    __import__(KEY.partition(">")[0])
    return first(make)


def memory(make):
    """Return what the first lookup needs at its peak, beyond its imports."""
    import tracemalloc

    find = make()
    tracemalloc.start()
    find(KEY)
    return tracemalloc.get_traced_memory()[1] / 2**20


main(*sys.argv[1:])
