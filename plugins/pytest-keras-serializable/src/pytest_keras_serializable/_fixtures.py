"""The fixtures."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_keras_serializable.processes import FinishedProcess, run_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keras_serializable import Registry


@pytest.fixture
def keras_serializable_registry() -> Registry:
    """Return a registry in which nothing is registered; it asks the installed distributions.

    What decorators register in `keras_serializable` itself is not in it.
    """
    from keras_serializable import Registry  # noqa: PLC0415 -- not at the start of pytest
    from keras_serializable._installed.discovery import Discovery  # noqa: PLC0415 -- likewise
    from keras_serializable._loading.resolver import Resolver  # noqa: PLC0415 -- likewise

    resolver = Resolver(Discovery())
    return Registry(lambda: resolver)


@pytest.fixture
def keras_serializable_environment() -> Iterator[Callable[..., None]]:
    """Return a function that lets only the distributions of its arguments be found in this test.

    All modules can be imported as before.
    """
    # 20 ms, which only tests with this fixture spend.
    from pytest_keras_serializable._environments import ChosenDistributions, choose  # noqa: PLC0415

    former = list(sys.path)
    chosen: list[ChosenDistributions] = []

    def undo() -> None:
        sys.path[:] = former
        # The list is not set back as a whole: importlib_metadata adds a finder when it is imported.
        for finder in chosen:
            sys.meta_path.remove(finder)
        chosen.clear()
        importlib.invalidate_caches()

    def choose_distributions(*names: str) -> None:
        undo()
        chosen.append(choose(names))
        importlib.invalidate_caches()

    yield choose_distributions
    undo()


@pytest.fixture
def keras_serializable_process() -> Callable[..., FinishedProcess]:
    """Return `run_process`, which runs code in a process that has imported nothing before."""
    return run_process
