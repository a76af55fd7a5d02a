"""The compliance suite: one test for each check of each advertised key."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_keras_serializable import checks
from pytest_keras_serializable._findings import Finding, Inapplicable
from pytest_keras_serializable._processes import Processes, default_keras
from pytest_keras_serializable._reports import Reports
from pytest_keras_serializable._settings import read_settings
from pytest_keras_serializable._subjects import NotInstalled, Subject
from pytest_keras_serializable._tables import check_source, check_table, check_wheel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_keras_serializable._settings import Settings

PROCESSES = pytest.StashKey[Processes]()


def processes_of(config: pytest.Config, settings: Settings) -> Processes:
    """Return the processes of a test run, which end with it."""
    if PROCESSES not in config.stash:
        folder = tempfile.TemporaryDirectory(prefix="keras-serializable-")
        config.add_cleanup(folder.cleanup)
        config.stash[PROCESSES] = processes = Processes(
            Path(folder.name), settings.processes, default_keras(), settings.time_limit
        )
        config.add_cleanup(processes.close)
    return config.stash[PROCESSES]


class Suite(pytest.File):
    """The configuration file of a project, as a collection of the suite's tests."""

    def collect(self) -> Iterator[ComplianceTest]:
        """Yield the tests: those of a key follow one another."""
        settings = read_settings(self.config)
        for name in settings.distributions:
            yield from self._of_distribution(name, settings)

    def _of_distribution(self, name: str, settings: Settings) -> Iterator[ComplianceTest]:
        try:
            subject = Subject.installed(name, settings.root)
        except NotInstalled as reason:
            yield self._test("is_installed", name, _failing(str(reason)))
            return
        reports = Reports(subject, settings, processes_of(self.config, settings))
        for key in sorted({*subject.table, *subject.keys}):
            is_package = key in subject.packages
            names = list(checks.OF_ENTRY_POINT) if key in subject.table else [checks.LOADS]
            names += [checks.OTHERS] if is_package else checks.OF_KEY[1:]
            for check in names:
                yield self._test(check, key, _Bound(reports.check, check, key))
        yield self._test(checks.TABLE, name, _Bound(check_table, subject, settings))
        yield self._test(checks.SOURCE, name, _Bound(check_source, subject))
        yield self._test(checks.WHEEL, name, _Bound(check_wheel, subject))

    def _test(self, check: str, name: str, function: Callable[[], Any]) -> ComplianceTest:
        item: ComplianceTest = ComplianceTest.from_parent(
            self, name=f"{check}[{name}]", function=function
        )
        return item


class _Bound:
    """A function with its arguments."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._function = function
        self._arguments = arguments

    def __call__(self) -> Any:
        return self._function(*self._arguments)


def _failing(text: str) -> Callable[[], None]:
    def fail() -> None:
        raise Finding(text)

    return fail


class ComplianceTest(pytest.Item):
    """A check of a key, or of the distribution."""

    def __init__(self, *, function: Callable[[], Any], **options: Any) -> None:
        super().__init__(**options)
        self._function = function

    def runtest(self) -> None:
        """Run the check; a check that does not apply is skipped."""
        try:
            told = self._function()
        except Inapplicable as reason:
            pytest.skip(str(reason))
        if told:
            self.add_report_section("call", "keras_serializable", f"{told}\n")
            self.user_properties.append(("keras_serializable", told))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the advice of a finding, without a traceback of this plugin."""
        if isinstance(excinfo.value, Finding):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the file and name that pytest shows."""
        return self.path, None, self.name
