"""Warnings where an exception would break what Keras is doing."""

import sys
import warnings


def warn_safely(text: str, category: "type[Warning]", stacklevel: int) -> None:
    """Warn; where a filter makes the warning an error, write it to standard error instead."""
    try:
        warnings.warn(text, category, stacklevel=stacklevel + 1)
    except Exception:  # noqa: BLE001 -- a filter makes the warning an error
        try:  # noqa: SIM105 -- contextlib is one more import
            sys.stderr.write(f"{text}\n")
        except Exception:  # noqa: BLE001, S110 -- no standard error, or a closed one
            pass
