"""What the tests of `_installed` share: a scan and its results, and finders of distributions."""

import os
import pathlib
import socket
import time

import importlib_metadata

from keras_serializable._installed import discovery, problems

SCALE = {"acme>Scale": "acme_layers:Scale"}
MEBIBYTE = 2**20


def scan(*path, finders=()):
    """Return what a scan finds: name, value and distribution of each, and the problems."""
    index = discovery.scan([str(entry) for entry in path], finders)
    return [(each.name, each.value, str(each.distribution)) for each in index], index.problems


def found(*path, finders=()):
    """Return the providers alone, and expect no problem."""
    providers, broken = scan(*path, finders=finders)
    assert broken == ()
    return providers


def names(discovery):
    """Return the names that are advertised."""
    return sorted(each.name for each in discovery.index)


def age(directory, seconds=60):
    """Make a directory look as if it had last changed some time ago."""
    then = time.time_ns() - int(seconds * 1e9) + 123
    os.utime(directory, ns=(then, then))


class Finder:
    """A finder that knows distributions beyond the path, as frozen applications have one."""

    def __init__(self, *distributions):
        self.distributions = distributions

    def find_distributions(self, context):
        """Return them all."""
        return iter(self.distributions)


def at(folder):
    """Return the distribution whose metadata is in `folder`."""
    return importlib_metadata.Distribution.at(folder)


def look(path, finders=()):
    """Return the names that are found, and the problems of the scan and of the metadata."""
    index = discovery.scan([str(entry) for entry in path], finders)
    told = [*index.problems, *problems.inspect(map(str, path))]
    return sorted(str(each) for each in index), told


def odd_file(path, kind):
    """Make a file at `path` that is no regular file."""
    path.unlink(missing_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "sparse":
        path.touch()
        os.truncate(path, 2**40)
    elif kind == "socket":
        server = socket.socket(socket.AF_UNIX)
        former = pathlib.Path.cwd()
        os.chdir(path.parent)  # the whole path may be too long for a socket
        try:
            server.bind(path.name)
        finally:
            os.chdir(former)
            server.close()
    else:
        path.symlink_to(kind)


ODD_FILES = ["fifo", "sparse", "socket", "/dev/zero", "/dev/null", "/dev/tty", "/proc/kmsg"]
