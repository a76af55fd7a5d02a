"""Editable installs that a running process cannot import yet.

An editable install puts a ``.pth`` file into site-packages. Python reads such files when it
starts: a process that ran already, a notebook for instance, finds the metadata and no module.
"""

import sys

from keras_serializable._installed import problems
from keras_serializable._texts import escaped, shown


def remedy(module: str) -> str | None:
    """Return what makes a module importable that only an unread ``.pth`` file leads to.

    Args:
        module: The name of a module that cannot be imported.

    Returns:
        Where the module is and what to do, or `None` if no such file leads to it.

    Example:
        >>> remedy("no_such_module")
    """
    name = module.partition(".")[0]
    for directory in problems.unprocessed_pth(sys.path):
        if problems.module_exists(name, [directory]) is not None:
            return (
                f"The module {shown(name)} is in {escaped(directory)}, which a .pth file names "
                "that this process has not read, as after an editable install: call "
                f"site.addsitedir({shown(directory)}), or restart the process."
            )
    for finder in problems.unprocessed_pth_imports(sys.path):
        # Build backends name the module that finds theirs like __editable___acme_1_2_finder.
        if name.lower() in finder.lower():
            return (
                f"The module {shown(name)} is found by {shown(finder)}, which a .pth file imports "
                "that this process has not read, as after an editable install: restart the "
                "process, or call site.addsitedir() with the directory of that file."
            )
    return None
