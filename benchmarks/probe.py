"""What one measured process runs: `probe.py CONTENDER TASK KEY PATH...`.

The process imports nothing that a bare interpreter has not, so that each contender pays for all
it needs. Prints nanoseconds until it is imported, nanoseconds until the task is done, and how many
modules the import brought in; for the task ``memory`` the bytes at the peak of a scan and after.
"""

import sys
import time


def main(contender, task, key, *path):
    """Run one task of one contender on a path of its own."""
    sys.path[:] = [sys.argv[0].rpartition("/")[0]]
    adapter = f"contenders.{contender}"
    __import__(adapter)
    contender = sys.modules[adapter].Contender
    sys.path[:] = path
    if task == "memory":
        return memory(contender)
    package, _, name = key.partition(">")
    if task == "find":  # what advertises the key has been imported: only the search is measured
        __import__(package)
    modules = len(sys.modules)

    started = time.perf_counter_ns()
    contender = contender()
    imported = time.perf_counter_ns()
    if task == "scan":
        contender.scan()
    elif task in {"first", "find"}:
        found = contender.first(key)
    done = time.perf_counter_ns()

    if task in {"first", "find"} and found.__name__ != name:
        raise AssertionError(f"{key} came out as {found!r}")
    return imported - started, done - started, len(sys.modules) - modules


def memory(contender):
    """Return what one scan needs beyond its imports: at its peak, and after it."""
    import tracemalloc

    contender = contender()
    tracemalloc.start()
    kept = contender.scan()
    after, peak = tracemalloc.get_traced_memory()
    del kept
    return peak, after


print(*main(*sys.argv[1:]))  # noqa: T201 -- that is its result
