"""The command `keras-serializable`. Nothing else in the package knows it."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEEDED = ("click", "rich")  # the extra `cli`


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command; return its exit code: 0, 1 for the answer no, 2 for wrong use.

    Args:
        arguments: The arguments, those of the process by default.
    """
    try:
        # Imported here because what it imports may be missing.
        from keras_serializable._cli.command import run  # noqa: PLC0415

        return run(arguments)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        sys.stderr.write(
            f"error: the command needs {error.name}: pip install 'keras-serializable[cli]'\n"
        )
        return 2
