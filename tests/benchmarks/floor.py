"""The floor: the least that any scan of installed distributions has to do, and nothing else.

No problem is recorded, no shadowed distribution is noticed, nothing but a plain directory is
understood, and nothing notices a change: a real scan does all of that and is measured against this.
"""

import os

GROUP = b"[keras_serializable]"


def scan(path):
    """Return the values by name that the distributions on a path advertise in our group."""
    found = {}
    for entry in path:
        try:
            directory = os.open(entry or ".", os.O_RDONLY)
        except OSError:
            continue
        try:
            for name in os.listdir(directory):  # noqa: PTH208 -- pathlib costs more than all of this
                if name.endswith((".dist-info", ".egg-info")):
                    file = name + "/entry_points.txt"
                    # Two thirds have no such file. To fail to open it costs an exception: without
                    # this question a scan of 1000 takes 6.5 ms instead of 4.4.
                    if os.access(file, os.F_OK, dir_fd=directory):
                        read(file, directory, found)
        except OSError:
            continue
        finally:
            os.close(directory)
    return found


def read(file, directory, found):
    """Add what one file advertises."""
    descriptor = os.open(file, os.O_RDONLY, dir_fd=directory)
    content = os.read(descriptor, 1 << 16)
    if len(content) == 1 << 16:
        content += os.read(descriptor, 1 << 26)
    os.close(descriptor)
    if GROUP in content:
        section = content.partition(GROUP)[2].partition(b"\n[")[0]
        for line in section.decode().splitlines():
            name, equals, value = line.partition("=")
            if equals:
                found[name.strip()] = value.strip()
