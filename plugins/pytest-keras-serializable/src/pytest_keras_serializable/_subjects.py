"""What is tested: a distribution with its table, its source and its project."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import keras_serializable_build
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports] -- comes with pytest

GROUP = "keras_serializable"
PYPROJECT = "pyproject.toml"


class NotInstalled(Exception):  # noqa: N818 -- a state, told as a finding
    """A distribution that the configuration names is not installed."""


@dataclass(frozen=True)
class Subject:
    """A distribution under test.

    Args:
        name: The name of the distribution.
        root: The folder of the project that is being tested.
        table: Its entry points, by name.
    """

    name: str
    root: Path
    table: dict[str, str] = field(default_factory=dict)

    @classmethod
    def installed(cls, name: str, root: Path) -> Subject:
        """Return an installed distribution."""
        try:
            points = importlib.metadata.distribution(name).entry_points
        except importlib.metadata.PackageNotFoundError as error:
            message = (
                f"keras_serializable_distribution names {name}, which is not installed.\n"
                "  instead: python -m pip install --editable . in the same environment as pytest"
            )
            raise NotInstalled(message) from error
        table = {point.name: point.value for point in points if point.group == GROUP}
        return cls(name, root, dict(sorted(table.items())))

    @cached_property
    def scan(self) -> keras_serializable_build.ScanResult:
        """What the source registers."""
        return keras_serializable_build.scan_installed(self.name)

    @property
    def packages(self) -> dict[str, str]:
        """The entry points that advertise a whole package."""
        return {name: value for name, value in self.table.items() if is_package(name, value)}

    @cached_property
    def keys(self) -> dict[str, str]:
        """The keys, with the value of the entry point that advertises each, sorted."""
        keys = {name: value for name, value in self.table.items() if name not in self.packages}
        for name in self.scan.entry_points:
            package = name.partition(">")[0]
            if package in self.packages:
                keys.setdefault(name, self.packages[package])
        return dict(sorted(keys.items()))

    @cached_property
    def modules(self) -> set[str]:
        """The names of the distribution's modules, as far as the scan has read them."""
        return {name for name in self.scan.definitions if ":" not in name}

    @cached_property
    def _lines(self) -> list[str]:
        path = self.root / PYPROJECT
        return path.read_text("utf-8").splitlines() if path.is_file() else []

    @property
    def is_project(self) -> bool:
        """Whether the project under test is that of the distribution."""
        stated = re.findall(r"(?m)^name\s*=\s*[\"']([^\"']+)", "\n".join(self._lines))
        return canonicalize_name(self.name) in {canonicalize_name(each) for each in stated}

    @cached_property
    def build_settings(self) -> dict[str, Any]:
        """What the project tells the build hook that generates its table."""
        if not self.is_project:
            return {}
        tool = tomllib.loads("\n".join(self._lines)).get("tool", {})
        hooks = tool.get("hatch", {}).get("metadata", {}).get("hooks", {})
        settings: dict[str, Any] = {
            **tool.get("keras-serializable", {}),
            **hooks.get("custom", {}),
            **hooks.get("keras-serializable", {}),
        }
        return settings

    def line_of(self, name: str) -> str:
        """Return the place of an entry point's line, or of what stands for it."""
        package = name.partition(">")[0]
        for number, line in enumerate(self._lines if self.is_project else [], 1):
            if re.match(rf"""\s*["']?{re.escape(name)}["']?\s*=""", line):
                return f"{PYPROJECT}:{number}"
        if name not in self.table and package in self.packages:
            return self.line_of(package)
        entry = self.scan.entries.get(name)
        if entry is not None and self.is_project:
            return str(entry.place)
        return f"the entry points of {self.name} ([{GROUP}] {name} = {self.table.get(name, '?')})"


def module_of(value: str) -> str:
    """Return the module of an entry point's value, without attribute and extras."""
    return value.partition("[")[0].partition(":")[0].strip()


def is_package(name: str, value: str) -> bool:
    """Return whether an entry point advertises every key of a package."""
    return ">" not in name and ":" not in value
