"""The command `new`: makes the project of a plugin, with a layer, a loss, tests and CI."""

from __future__ import annotations

import keyword
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

TEMPLATES = Path(__file__).parent / "templates"
BACKENDS = ("hatchling", "setuptools")
SUFFIX = ".template"
BUILD = f"build.toml{SUFFIX}"
# https://packaging.python.org/en/latest/specifications/name-normalization/
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
TAKEN = {"keras", "keras_serializable", "keras_serializable_build", "pytest_keras_serializable"}


class NewError(Exception):
    """The project cannot be made; the text says why. Nothing has been written.

    Example:
        >>> try:
        ...     Project("1st-layers")
        ... except NewError as error:
        ...     print(error)
        '1st-layers' gives the module '1st_layers', which is no name in Python: let the name begin \
with a letter
    """


@dataclass(frozen=True)
class Project:
    """A project to make.

    Args:
        name: The name of the distribution and of its folder.
        package: The package of its keys, the name of its module by default.
        backend: What builds it, one of `BACKENDS`.

    Raises:
        NewError: If the name cannot be that of a distribution, or of a module, or the package
            cannot be that of a key.

    Example:
        >>> Project("acme-layers").module
        'acme_layers'
    """

    name: str
    package: str = ""
    backend: str = BACKENDS[0]

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            message = (
                f"{self.name!r} cannot be the name of a distribution: it has letters, digits, "
                "and between them '-', '_' or '.'"
            )
            raise NewError(message)
        module = self.module
        reason = ""
        if not module.isidentifier() or keyword.iskeyword(module):
            reason = "is no name in Python: let the name begin with a letter"
        elif module in sys.stdlib_module_names or module in TAKEN:
            reason = "is taken: choose another name"
        if reason:
            message = f"{self.name!r} gives the module {module!r}, which {reason}"
            raise NewError(message)
        if not re.fullmatch(r"[\w.-]*", self.package):
            message = (
                f"{self.package!r} cannot be the package of a key here: it has letters, digits, "
                "'.', '-' and '_'"
            )
            raise NewError(message)

    @property
    def module(self) -> str:
        """The name of the package that Python imports."""
        return re.sub(r"[-_.]+", "_", self.name).lower()

    def write(self, parent: Path) -> Path:
        """Make the project's folder.

        Args:
            parent: Where the folder is made.

        Returns:
            The folder.

        Raises:
            NewError: If it is there already, and is not empty.
        """
        folder = parent / self.name
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            message = f"{folder} is there already, and is no folder"
            raise NewError(message)
        if folder.is_dir() and any(folder.iterdir()):
            message = f"{folder} is there already, and is not empty: nothing was changed"
            raise NewError(message)
        # The folder appears whole or not at all.
        unfinished = Path(tempfile.mkdtemp(prefix=f".{self.name}-", dir=parent))
        try:
            project = unfinished / "project"
            for name, text in self._files():
                path = project / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            if folder.is_dir():
                folder.rmdir()
            project.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return folder

    def _files(self) -> Iterator[tuple[str, str]]:
        """Yield the path and the text of each file."""
        values = {"name": self.name, "module": self.module, "package": self.package or self.module}
        build = Template((TEMPLATES / self.backend / BUILD).read_text("utf-8"))
        system, _, settings = build.substitute(values).partition("\n\n")
        values |= {"build_system": system, "build_settings": settings.strip()}
        for template in sorted(TEMPLATES.rglob(f"*{SUFFIX}")):
            parts = list(template.relative_to(TEMPLATES).parts)
            if parts[0] in BACKENDS:  # a folder of what one backend needs
                if parts.pop(0) != self.backend or parts == [BUILD]:
                    continue
            elif parts[0] == "src":
                parts.insert(1, self.module)
            text = Template(template.read_text("utf-8")).substitute(values)
            yield "/".join(parts).removesuffix(SUFFIX), text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `new`.

    Args:
        parser: The parser of the command.

    Example:
        >>> import argparse
        >>> parser = argparse.ArgumentParser()
        >>> add_arguments(parser)
        >>> parser.parse_args(["acme-layers"]).backend
        'hatchling'
    """
    parser.description = "Make the project of a plugin: it builds, installs and passes its tests."
    parser.add_argument("name", help="the name of the distribution, and of the folder to make")
    parser.add_argument(
        "--backend", choices=BACKENDS, default=BACKENDS[0], help="what builds it (%(default)s)"
    )
    parser.add_argument("--package", default="", help="the package of its keys, before the '>'")


def run(options: argparse.Namespace) -> int:
    """Carry out `new`, in the working directory.

    Args:
        options: The parsed arguments.

    Returns:
        The exit code: 0, or 2 where the project cannot be made.

    Example:
        >>> import argparse
        >>> run(argparse.Namespace(name="1st-layers", package="", backend="hatchling"))
        2
    """
    try:
        folder = Project(options.name, options.package, options.backend).write(Path.cwd())
    except (NewError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(
        f"{folder.name} is made. Next:\n"
        f"  cd {folder.name}\n"
        '  python -m pip install --editable ".[dev]"\n'
        "  python -m pytest\n"
    )
    return 0
