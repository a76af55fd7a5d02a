"""Sources: the modules of a folder, a file or a distribution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TEST_FOLDERS = frozenset({"test", "tests"})
# Folders of a project without modules of its library. They are read only if the user names them.
PROJECT_FOLDERS = frozenset(
    {
        *("benchmark", "benchmarks", "build", "ci", "demo", "demos", "dist", "doc", "docs"),
        *("example", "examples", "notebooks", "node_modules", "scripts", "site-packages"),
        *("tools", "venv"),
    }
)
PROJECT_FILES = frozenset({"conftest", "fabfile", "noxfile", "setup", "tasks", "versioneer"})
PROJECT_MARKS = ("pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a module."""

    name: str  # the import name of the module
    path: Path
    label: str  # the path in reports, relative to the scanned root
    is_package: bool  # whether the file is the `__init__.py` of a package
    is_test: bool  # whether the module is a test, which is read only if another module imports it


@dataclass(slots=True)
class Library:
    """The modules of a library, by import name."""

    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    # packages without an `__init__.py`
    namespaces: set[str] = field(default_factory=set[str])

    def add(self, parts: tuple[str, ...], path: Path) -> None:
        """Add a file; `parts` are the parts of its path below a folder of `sys.path`."""
        names = [*parts[:-1], parts[-1].removesuffix(".py")]
        is_package = names[-1] == "__init__"
        if is_package:
            names.pop()
        if not names or not all(name.isidentifier() for name in names):
            return
        name = ".".join(names)
        is_test = not TEST_FOLDERS.isdisjoint(parts[:-1]) or _is_test_file(parts[-1])
        source = Source(name, path, "/".join(parts), is_package, is_test)
        self.sources.setdefault(name, source)
        self.namespaces.update(".".join(names[:count]) for count in range(1, len(names)))
        self.namespaces -= self.sources.keys()

    def __contains__(self, name: str) -> bool:
        return name in self.sources or name in self.namespaces

    def owns(self, name: str) -> bool:
        """Return whether the root package of a dotted name belongs to the library."""
        return name.partition(".")[0] in self


def read_library(paths: Iterable[Path]) -> Library:
    """Return the modules of projects, folders of `sys.path`, packages, or single files."""
    library = Library()
    for path in paths:
        if not path.exists():
            message = f"there is no file or folder {path}"
            raise FileNotFoundError(message)
        root, found = _search(path.resolve())
        for file in sorted(found):
            library.add(file.relative_to(root).parts, file)
    return library


def _search(path: Path) -> tuple[Path, Iterator[Path]]:
    """Return the folder of `sys.path` for a path, and the files of the path."""
    if path.is_file():
        return _root_of(path.parent), iter([path])
    if (path / "__init__.py").is_file():
        return _root_of(path), _walk(path, frozenset())
    if any((path / mark).is_file() for mark in PROJECT_MARKS):
        if (path / "src").is_dir() and not (path / "src" / "__init__.py").is_file():
            return path / "src", _walk(path / "src", frozenset())
        return path, _project_files(path)
    return path, _walk(path, frozenset())


def _root_of(folder: Path) -> Path:
    """Return the first folder above a package that is no package itself."""
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _project_files(path: Path) -> Iterator[Path]:
    """Yield the modules of a project that has no folder `src`."""
    for file in _walk(path, PROJECT_FOLDERS):
        if file.parent != path or file.stem not in PROJECT_FILES:
            yield file


def _walk(folder: Path, left_out: frozenset[str]) -> Iterator[Path]:
    """Yield the Python files below a folder; `left_out` names folders directly in it."""
    for path in folder.iterdir():
        name = path.name
        if path.is_dir():
            if name.isidentifier() and name != "__pycache__" and name not in left_out:
                yield from _walk(path, frozenset())
        elif path.suffix == ".py":
            yield path


def _is_test_file(name: str) -> bool:
    """Return whether a file is a test by its name."""
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
