"""The hook of setuptools: it generates the entry points of a project.

If this distribution is installed, setuptools calls the hook for every project. The hook does
nothing if `pyproject.toml` has no section `[tool.keras-serializable]`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keras_serializable_build import _pyproject
from keras_serializable_build._generated import BuildError, generate

SECTION = "tool.keras-serializable"


def finalize(distribution: Any) -> None:
    """Set the entry points of a `setuptools.Distribution` during its build."""
    root = Path(getattr(distribution, "src_root", None) or ".")
    path = root / _pyproject.FILE
    if not path.is_file():
        return
    document = _pyproject.read(path)
    settings = _pyproject.look_up(document, ("tool", "keras-serializable"))
    if settings is None:
        return
    if not _pyproject.is_dynamic(document):
        message = f'[{SECTION}] needs dynamic = ["entry-points"] in [project]'
        raise BuildError(message)
    groups = {
        group: [f"{name} = {value}" for name, value in lines.items()]
        for group, lines in generate(root, settings, SECTION).items()
    }
    _add(distribution, groups)
    parse = distribution.parse_config_files

    def parse_and_add(*args: Any, **kwargs: Any) -> None:
        # setuptools replaces all entry points when it reads `[project.scripts]`.
        parse(*args, **kwargs)
        _add(distribution, groups)

    distribution.parse_config_files = parse_and_add


def _add(distribution: Any, groups: dict[str, list[str]]) -> None:
    present = distribution.entry_points or {}
    distribution.entry_points = {**present, **groups}
