"""The plugin of pytest: options, fixtures, and where the compliance suite is collected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_keras_serializable._fixtures import (
    keras_serializable_environment,
    keras_serializable_process,
    keras_serializable_registry,
)
from pytest_keras_serializable._settings import PREFIX, add_options

if TYPE_CHECKING:
    from pytest_keras_serializable._suite import Suite

__all__ = [
    "keras_serializable_environment",
    "keras_serializable_process",
    "keras_serializable_registry",
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_configure",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of the configuration file."""
    add_options(parser)


def _is_on(config: pytest.Config) -> bool:
    return bool(config.getini(f"{PREFIX}distribution")) and config.inipath is not None


def pytest_configure(config: pytest.Config) -> None:
    """Add the configuration file to what is collected, unless the command line names files."""
    if not _is_on(config):
        return
    file = config.inipath
    assert file is not None  # noqa: S101 -- for type checkers: _is_on() has looked
    paths = [Path(config.invocation_params.dir, argument) for argument in config.args]
    if any(path.is_dir() and path.resolve() in file.resolve().parents for path in paths):
        return  # It is found there.
    stated = {config.rootpath, *(config.rootpath / path for path in config.getini("testpaths"))}
    is_stated = config.args_source is not pytest.Config.ArgsSource.ARGS
    if is_stated or any(path.resolve() in {each.resolve() for each in stated} for path in paths):
        config.args.append(str(file))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Suite | None:
    """Collect the compliance suite from the configuration file."""
    if not _is_on(parent.config) or file_path != parent.config.inipath:
        return None
    from pytest_keras_serializable._suite import Suite  # noqa: PLC0415 -- 0.1 s, only if it is on

    suite: Suite = Suite.from_parent(parent, path=file_path)
    return suite
