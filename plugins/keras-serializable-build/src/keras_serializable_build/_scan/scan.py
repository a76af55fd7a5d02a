"""The scan of a library, from its files to its entry points."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from keras_serializable_build._scan.entries import make_result
from keras_serializable_build._scan.evaluator import evaluate_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_serializable_build._scan.result import ScanResult
    from keras_serializable_build._scan.sources import Library


def scan_library(library: Library) -> ScanResult:
    """Find out what the modules of a library register, without importing them."""
    with _without_collection():
        return make_result(evaluate_library(library))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Turn the garbage collector off: parsing 816 files takes 0.7 s instead of 2.5 s."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
