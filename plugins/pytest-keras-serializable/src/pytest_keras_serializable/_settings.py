"""Settings: what the configuration of pytest says about the compliance suite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_keras_serializable._arguments import parse_arguments
from pytest_keras_serializable._processes import FORK, FRESH, usual_way

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "keras_serializable_"
OPTIONS: dict[str, tuple[str, str, Any]] = {
    "distribution": ("args", "the distributions whose advertised keys are tested", []),
    "arguments": ("linelist", 'constructor arguments, such as "acme>Scale(by=2.0)"', []),
    "examples": ("string", "a Python file with examples() -> {key: instance}", ""),
    "leave_out": ("linelist", "patterns of registered keys that are not advertised", []),
    "import_limit": ("string", "how many modules a lookup may import without need", "0"),
    "import_seconds": ("string", "how long a lookup may take; no limit by default", ""),
    "time_limit": ("string", "how many seconds a process of the suite may take", "120"),
    "processes": ("string", f"how processes are started: {FORK} or {FRESH}", ""),
}
"""Each option without its prefix -> its type, help and default."""


@dataclass(frozen=True)
class Settings:
    """What the author has configured."""

    distributions: list[str]
    arguments: dict[str, tuple[list[Any], dict[str, Any]]]
    examples: str
    leave_out: list[str]
    import_limit: int
    import_seconds: float | None
    time_limit: float
    processes: str
    root: Path


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    for name, (kind, text, default) in OPTIONS.items():
        parser.addini(f"{PREFIX}{name}", text, kind, default)  # type: ignore[arg-type]


def read_settings(config: pytest.Config) -> Settings:
    """Return the settings."""

    def get(name: str) -> Any:
        return config.getini(f"{PREFIX}{name}")

    try:
        arguments = {
            key: (args, named) for key, args, named in map(parse_arguments, get("arguments"))
        }
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    root = config.rootpath
    examples = get("examples") and str(root / get("examples"))
    if examples and not (root / examples).is_file():
        message = f"{PREFIX}examples names {get('examples')!r}, which is no file in {root}"
        raise pytest.UsageError(message)
    processes = get("processes") or usual_way()
    if processes not in {FORK, FRESH}:
        message = f"{PREFIX}processes is {FORK} or {FRESH}, not {processes!r}"
        raise pytest.UsageError(message)
    seconds = get("import_seconds")
    return Settings(
        distributions=get("distribution"),
        arguments=arguments,
        examples=examples,
        leave_out=get("leave_out"),
        import_limit=int(_number("import_limit", get("import_limit"))),
        import_seconds=_number("import_seconds", seconds) if seconds else None,
        time_limit=_number("time_limit", get("time_limit")),
        processes=processes,
        root=root,
    )


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        message = f"{PREFIX}{name} is a number, not {text!r}"
        raise pytest.UsageError(message) from error
