"""Importing: another process imports each module, and reports the registered objects."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan.entries import can_be_name
from keras_serializable_build._scan.places import Kind, Place, Unresolved
from keras_serializable_build._scan.result import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_serializable_build._scan.result import ScanResult
    from keras_serializable_build._scan.sources import Library

IMPORT = "import"
PROBE = Path(__file__).with_name("_probe.py")
TICK = 0.05


@dataclass(slots=True)
class Imported:
    """The report of the other process."""

    owners: dict[str, str] = field(default_factory=dict[str, str])
    """The module whose import registered a key."""
    keys: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    failures: dict[str, str] = field(default_factory=dict[str, str])
    bare: dict[str, bool] = field(default_factory=dict[str, bool])
    """The bare names of classes, and whether the class is registered."""


def add_imported(
    result: ScanResult,
    library: Library,
    path: Sequence[str],
    time_limit: float,
    say: Callable[[str], None] = lambda _: None,
) -> int:
    """Import every module of a library in another process, and correct the result of the scan.

    The number of modules whose import failed is returned.
    """
    # `path` has the folders at the front of `sys.path`, `time_limit` the seconds for one module.
    # `say` is told which module is imported now.
    # Objects of an import replace those of the source, because they are compared by identity.
    modules = [
        name
        for name, source in sorted(library.sources.items())
        if not source.is_test and not name.endswith("__main__")
    ]
    imported = _import_all(modules, result, path, time_limit, say)
    for module, failure in sorted(imported.failures.items()):
        place = Place(library.sources[module].label, 1)
        reason = f"importing {module} fails: {failure}"
        result.unresolved.append(Unresolved(place, reason, Kind.NOT_READ, module))
    for key, found in sorted(imported.keys.items()):
        if key in imported.owners:
            owner = imported.owners[key]
            is_broken = owner in imported.failures
            _take_over(result, library, key, found, owner, is_broken=is_broken)
    _leave_out_refuted(result, library, imported)
    for name, is_registered in imported.bare.items():
        entry = result.bare_entries.get(name)
        if entry is not None and is_registered:
            del result.bare_entries[name]
        elif entry is not None:
            result.bare_entries[name] = replace(entry, sources=(*entry.sources, IMPORT))
    return len(imported.failures)


def _take_over(
    result: ScanResult,
    library: Library,
    key: str,
    found: dict[str, Any],
    owner: str,
    *,
    is_broken: bool,
) -> None:
    """Correct the line of a key; `owner` is the module that registers it, or fails to import."""
    entry = result.entries.get(key)
    if entry is not None and found["same"]:
        result.entries[key] = replace(entry, sources=(*entry.sources, IMPORT), sure=True)
        return
    if not found["own"]:
        return  # The object belongs to another library that was imported too.
    if not found["value"] and is_broken:
        return  # The object has no name, because Python has removed its module.
    place = Place(library.sources[owner].label, 1)
    value = found["value"] or (owner if ">" in key else "")
    if not can_be_name(key):
        return  # The scan of the source has advertised the package.
    if not value:
        reason = f"no entry point can name the object of {key!r}, which importing {owner} registers"
        result.unresolved.append(Unresolved(place, reason, Kind.NOT_NAMED, owner))
        result.entries.pop(key, None)
        return
    definition = result.definitions.get(value, value if ":" in value else "")
    kerases = (str(found["keras"]),)
    # One key for each Keras: the value for the other Keras stays known.
    former = (entry.value, *entry.others) if entry is not None and value in entry.others else ()
    result.entries[key] = Entry(
        name=key,
        value=value,
        sure=True,
        kerases=kerases,
        place=place,
        defined=place,
        sources=(IMPORT,),
        definition=definition,
        others=tuple(other for other in former if other != value),
    )
    result.bare_entries.pop(key, None)


def _leave_out_refuted(result: ScanResult, library: Library, imported: Imported) -> None:
    """Leave out the keys of the source that the import of their module does not register here."""
    modules = {source.label: name for name, source in library.sources.items()}
    # An import says nothing about a Keras in which it registers nothing at all.
    present = {str(found["keras"]) for found in imported.keys.values()}
    for key, entry in sorted(result.entries.items()):
        module = modules.get(entry.place.path)
        if module is None or module in imported.failures or IMPORT in entry.sources:
            continue
        is_registered = any(name == key or name.startswith(f"{key}>") for name in imported.keys)
        if is_registered or present.isdisjoint(map(_registry_of, entry.kerases)):
            continue
        del result.entries[key]
        reason = (
            f"{key!r} is left out: importing {module} does not register it here; the source "
            f"registers {entry.value}"
        )
        result.unresolved.append(Unresolved(entry.place, reason, Kind.NOT_RUN, module))


def _registry_of(keras: str) -> str:
    """Return the Keras whose registered objects the other process reads."""
    return "keras" if keras == "tensorflow.keras" else keras


def _import_all(
    modules: list[str],
    result: ScanResult,
    path: Sequence[str],
    time_limit: float,
    say: Callable[[str], None],
) -> Imported:
    """Run the probe; after a crash or a timeout of a module, run it again without the module."""
    imported = Imported()
    waiting = list(modules)
    while True:
        task = {
            "modules": waiting,
            "path": list(path),
            "entries": result.entry_points,
            "bare": result.bare,
        }
        culprit, reason = _run_probe(task, imported, time_limit, say)
        if culprit is None:
            return imported
        imported.failures[culprit] = reason
        waiting.remove(culprit)


def _run_probe(
    task: dict[str, Any], imported: Imported, time_limit: float, say: Callable[[str], None]
) -> tuple[str | None, str]:
    """Run the probe once; return the module that stopped it, and the reason."""
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers")
        answers.touch()
        command = [sys.executable, str(PROBE), str(answers)]
        with subprocess.Popen(  # noqa: S603 -- this interpreter and a file of ours
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdin is not None  # noqa: S101 -- for the type checker
            process.stdin.write(json.dumps(task).encode())
            process.stdin.close()
            late = not _wait(process, answers, time_limit, say)
            if late:
                process.kill()
        lines = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    begun = [line["begins"] for line in lines if "begins" in line]
    ended = {line["module"] for line in lines if "module" in line}
    hanging = [name for name in begun if name not in ended]
    if hanging or process.returncode:
        if late:
            reason = f"it takes longer than {time_limit:g} s"
        else:
            reason = f"the process ends with exit code {process.returncode}"
        return (hanging or begun or [None])[-1], reason
    for line in lines:
        _note(imported, line)
    return None, ""


def _wait(
    process: subprocess.Popen[bytes],
    answers: Path,
    time_limit: float,
    say: Callable[[str], None],
) -> bool:
    """Wait until the process ends; return `False` if one module has taken too long."""
    size, since = -1, time.monotonic()
    while process.poll() is None:
        now = answers.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
            begun = answers.read_bytes().rpartition(b'"begins": "')[2].partition(b'"')[0]
            say(f"importing {begun.decode(errors='replace')}")
        if time.monotonic() - since > time_limit:
            return False
        time.sleep(TICK)
    return True


def _note(imported: Imported, line: dict[str, Any]) -> None:
    if "module" in line:
        imported.owners.update(dict.fromkeys(line["registers"], line["module"]))
        if line["failure"]:
            imported.failures[line["module"]] = line["failure"]
    elif "key" in line:
        imported.keys[line["key"]] = line
    elif line.get("found"):
        imported.bare[line["bare"]] = line["registered"]
