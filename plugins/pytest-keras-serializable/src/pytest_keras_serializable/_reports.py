"""Reports: what the processes have found out about each key, asked for once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_keras_serializable._findings import Finding, Inapplicable
from pytest_keras_serializable._needed import importing_line, unneeded
from pytest_keras_serializable._process.sources import shown_path
from pytest_keras_serializable._processes import ProcessFailure
from pytest_keras_serializable._subjects import is_package, module_of
from pytest_keras_serializable.checks import FILES, IMPORTS, LOADS, OF_KEY, OTHERS

if TYPE_CHECKING:
    from pytest_keras_serializable._processes import Processes
    from pytest_keras_serializable._settings import Settings
    from pytest_keras_serializable._subjects import Subject

MOST_SHOWN = 5
MOST_TRIED = 10


class Reports:
    """The reports about the keys of a distribution.

    Args:
        subject: The distribution.
        settings: What the author has configured.
        processes: Where the tasks run.
    """

    def __init__(self, subject: Subject, settings: Settings, processes: Processes) -> None:
        self._subject = subject
        self._settings = settings
        self._processes = processes
        self._reports: dict[str, dict[str, Any]] = {}

    def check(self, check: str, name: str) -> str:
        """Carry out a check of a key or of an entry point."""
        report = self._report(name)
        if check in report["findings"]:
            raise Finding(**report["findings"][check])
        if check in report["skips"]:
            raise Inapplicable(report["skips"][check])
        if check == IMPORTS:
            return self._check_imports(name, report)
        if check == OTHERS:
            return self._check_others(report)
        return ""

    def _report(self, name: str) -> dict[str, Any]:
        if name not in self._reports:
            try:
                self._reports[name] = self._make(name)
            except ProcessFailure as failure:
                finding = Finding(f"{name}: its process {failure}", self._subject.line_of(name))
                others = dict.fromkeys([IMPORTS, OTHERS, *OF_KEY[1:]], f"{LOADS} failed")
                findings = {LOADS: finding.to_json()}
                self._reports[name] = {"findings": findings, "skips": others}
        return self._reports[name]

    def _task(self, name: str) -> dict[str, Any]:
        subject, settings = self._subject, self._settings
        package = name.partition(">")[0]
        value = subject.table.get(name) or subject.table.get(package, "")
        folder = self._processes.folder / f"models-{len(self._reports)}"
        folder.mkdir(exist_ok=True)
        return {
            "key": name,
            "name": name if name in subject.table else package,
            "value": value,
            "module": module_of(value),
            "is_package": is_package(name, value),
            "line": subject.line_of(name),
            "names": list(subject.table),
            "root": str(settings.root),
            "folder": str(folder),
            "arguments": settings.arguments.get(name, ([], {})),
            "examples": settings.examples,
        }

    def _make(self, name: str) -> dict[str, Any]:
        task = self._task(name)
        report = self._processes.run({**task, "task": "study"})
        if LOADS in report["findings"]:
            report["skips"] |= dict.fromkeys([IMPORTS, OTHERS], f"{LOADS} failed")
            self._explain(task, report["findings"][LOADS])
            return report
        if LOADS in report["skips"]:
            report["skips"] |= dict.fromkeys([IMPORTS, OTHERS], report["skips"][LOADS])
            return report
        saved = [check for check in FILES if not self._is_decided(check, report)]
        if saved and not task["is_package"]:
            task |= {"task": "load", "checks": saved, "place": report["place"]}
            try:
                loaded = self._processes.run(task)
            except ProcessFailure as failure:
                finding = Finding(f"{name}: the process that loads its model {failure}")
                loaded = {"findings": dict.fromkeys(saved, finding.to_json()), "skips": {}}
            report["findings"] |= loaded["findings"]
            report["skips"] |= loaded["skips"]
        return report

    @staticmethod
    def _is_decided(check: str, report: dict[str, Any]) -> bool:
        return check in report["findings"] or check in report["skips"]

    def _explain(self, task: dict[str, Any], finding: dict[str, str]) -> None:
        """Add to the finding of a failed key what other modules and the source say about it."""
        module = task["module"]
        others = {module_of(value) for value in self._subject.table.values()} - {module}
        after = self._first_helper(module, others) if "importing" in finding["what"] else None
        if after:
            finding["what"] += f"\n  It works after `import {after}`, but not alone."
            finding["instead"] = f"Let {module} import what it uses itself, for example {after}."
        for told in self._subject.scan.unresolved:
            if told.module == module and (not told.subject or told.subject in task["value"]):
                finding["what"] += f"\n  {told}"

    def _first_helper(self, module: str, others: set[str]) -> str | None:
        """Return a module of the table whose import makes the import of `module` work."""
        some = sorted(others)[:MOST_TRIED]
        try:
            found = self._processes.run({"task": "precede", "module": module, "others": some})
        except ProcessFailure:
            return None
        after: str | None = found["after"]
        return after

    def _check_imports(self, name: str, report: dict[str, Any]) -> str:
        subject, settings = self._subject, self._settings
        imported, seconds = report["modules"], report["seconds"]
        value = module_of(subject.table[name])
        own = [each for each in imported if each in subject.modules]
        limit = settings.import_seconds
        if limit is not None and seconds > limit:
            raise Finding(
                f"{name}: looking it up takes {seconds:.1f} seconds, and {limit:g} are allowed. It "
                f"imports {_listed(sorted(imported))}.",
                subject.line_of(name),
                f"Import what is heavy inside the functions of {value} that need it.",
            )
        more = unneeded(value, imported, subject.modules)
        if len(more) <= settings.import_limit:
            return f"{seconds:.2f} seconds; {len(own)} modules of {subject.name}: {_listed(own)}"
        place = importing_line(more[0], imported)
        where = f"{shown_path(place[0], str(settings.root))}:{place[1]}" if place else ""
        raise Finding(
            f"{name}: looking it up imports {value}, and {len(more)} modules that {value} does not "
            f"need: {_listed(more)}.",
            where,
            f"Remove the imports from the __init__.py around {value}, or make them lazy with a "
            "module's __getattr__. To allow them: keras_serializable_import_limit = "
            f"{len(more)}",
        )

    def _check_others(self, report: dict[str, Any]) -> str:
        others = [key for key in report["registered"] if key not in self._subject.keys]
        for key in others:
            for check in OF_KEY:
                try:
                    self.check(check, key)
                except Inapplicable:
                    continue
        return f"also registered: {_listed(others)}" if others else ""


def _listed(names: list[str]) -> str:
    """Return names with commas between them, the first few and the number of the others."""
    more = len(names) - MOST_SHOWN
    shown = ", ".join(names[:MOST_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
