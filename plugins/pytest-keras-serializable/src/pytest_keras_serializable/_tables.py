"""Checks of a distribution: its table, its source, and the wheel that is built from it."""

from __future__ import annotations

import configparser
import itertools
import os
import subprocess
import tempfile
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import build
import build.env
import keras_serializable_build

from pytest_keras_serializable._findings import Finding, Inapplicable
from pytest_keras_serializable._subjects import GROUP, PYPROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_keras_serializable._settings import Settings
    from pytest_keras_serializable._subjects import Subject


def check_table(subject: Subject, settings: Settings) -> None:
    """Check that the installed table has each key that the source registers, and its object."""
    left_out = [*settings.leave_out, *subject.build_settings.get("leave-out", [])]
    # A line whose object is gone does not load, and fails there.
    differences = [
        (name, given, right)
        for name, given, right in keras_serializable_build.differences(subject.scan, subject.table)
        if right is not None and not any(fnmatchcase(name, pattern) for pattern in left_out)
    ]
    wrong = [each for each in differences if each[1] is not None]
    if wrong:
        (name, given, right), *_ = wrong
        raise Finding(
            f'{subject.name} advertises "{name}" = "{given}"; the source registers another object '
            "under this key.",
            subject.line_of(name),
            f'"{name}" = "{right}"',
        )
    missing = [subject.scan.entries[name] for name, _, _ in differences]
    if not missing:
        return
    places = "; ".join(f"{entry.place} ({entry.name})" for entry in missing)
    lines = "\n".join(f'"{entry.name}" = "{entry.value}"' for entry in missing)
    names = ", ".join(entry.name for entry in missing)
    raise Finding(
        f"{subject.name} registers {names}, which its entry points do not advertise.",
        places,
        f"[project.entry-points.{GROUP}]\n{lines}\nThen install it again. `keras-serializable scan "
        ". --write` writes these lines. To leave a key out: keras_serializable_leave_out = "
        f'["{missing[0].name}"]',
    )


def check_source(subject: Subject) -> None:
    """Check that it can be told what each decorator of the source registers."""
    ignored = subject.build_settings.get("ignore", [])
    hidden = keras_serializable_build.unanswered(subject.scan, subject.table, ignored)
    if not hidden:
        return
    first = hidden[0]
    value = f"{first.module}:{first.subject}" if first.subject else first.module
    raise Finding(
        f"It cannot be told what {subject.name} registers here:\n  "
        + "\n  ".join(str(told) for told in hidden),
        str(first.place),
        f'Say it in the table, for example "PACKAGE>{first.subject or "NAME"}" = "{value}", or '
        f'with "PACKAGE" = "{first.module}" for all that importing {first.module} registers.',
    )


def check_wheel(subject: Subject) -> None:
    """Build the wheel, and check that it has the table that is installed."""
    if not subject.is_project:
        reason = f"{subject.root} is not the project of {subject.name}"
        raise Inapplicable(reason)
    with tempfile.TemporaryDirectory() as folder:
        table = read_table(build_wheel(subject, Path(folder)))
    if table == subject.table:
        return
    changes = [f"- {name} = {subject.table[name]}" for name in subject.table.keys() - table.keys()]
    changes += [
        f"+ {name} = {table[name]}" for name in table if table[name] != subject.table.get(name)
    ]
    raise Finding(
        f"The wheel of {subject.name} (+) has other entry points than what is installed (-):\n  "
        + "\n  ".join(sorted(changes)),
        PYPROJECT,
        "Install it again: entry points are written at installation. If the wheel has none, the "
        "build does not know the table: see `keras-serializable new` for one that does.",
    )


def build_wheel(subject: Subject, folder: Path) -> Path:
    """Build the wheel of the project, without an environment of its own if that works."""
    try:
        builder = build.ProjectBuilder(subject.root, runner=_quiet)
        if _is_ready(builder):
            return Path(builder.build("wheel", folder))
        with build.env.DefaultIsolatedEnv() as environment:
            builder = build.ProjectBuilder.from_isolated_env(environment, subject.root, _quiet)
            environment.install(builder.build_system_requires)
            environment.install(builder.get_requires_for_build("wheel"))
            return Path(builder.build("wheel", folder))
    except (build.BuildException, build.BuildBackendException, _BuildFailure) as error:
        # str() of a BuildBackendException shows the text of its cause as one escaped line.
        cause = getattr(error, "exception", error)
        raise Finding(
            f"{subject.name} cannot be built: {cause}",
            PYPROJECT,
            "`python -m build` shows the whole output.",
        ) from error
    except (subprocess.CalledProcessError, OSError) as error:
        reason = f"the requirements of the build cannot be installed here: {error}"
        raise Inapplicable(reason) from error


def _is_ready(builder: build.ProjectBuilder) -> bool:
    """Return whether all that a build requires is installed in this environment."""
    # The backend itself first: only then can it be asked what else it requires.
    if any(any(build.check_dependency(each)) for each in builder.build_system_requires):
        return False
    return not builder.check_dependencies("wheel")


class _BuildFailure(Exception):  # noqa: N818 -- told as a finding
    """The build backend ended with an error; the text is what it printed."""


def _quiet(
    cmd: Sequence[str],
    cwd: str | None = None,
    extra_environ: Mapping[str, str] | None = None,
) -> None:
    """Run a build backend; keep what it prints for the error."""
    done = subprocess.run(  # noqa: S603 -- the command is that of build
        cmd,
        cwd=cwd,
        env={**os.environ, **(extra_environ or {})},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise _BuildFailure(_error_of(done.stdout + done.stderr))


def _error_of(output: str) -> str:
    """Return the error at the end of what a build printed, without its traceback."""
    lines = output.strip().splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("Traceback (")]
    # The lines of a traceback are indented, the error after it is not.
    after = lines[starts[-1] + 1 :] if starts else []
    error = itertools.dropwhile(lambda line: line.startswith(" "), after)
    return "\n".join(list(error) or lines[-15:])


def read_table(wheel: Path) -> dict[str, str]:
    """Return the entry points of our group in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".dist-info/entry_points.txt"):
                parser: Any = configparser.ConfigParser(delimiters=("=",), interpolation=None)
                parser.optionxform = str
                parser.read_string(archive.read(name).decode())
                return dict(sorted(parser[GROUP].items())) if GROUP in parser else {}
    return {}
