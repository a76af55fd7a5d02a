"""The matrix: what each way of running makes of each kind, format and program.

    python matrix.py TITLE [--json FILE] [--page docs/keras-matrix.md]

runs in an environment that has one Keras, the core and the example plugin, and prints a table. The
exit status is 1 if a cell breaks one of the two laws of the design:

- Non-interference. What resolves without us resolves alike with `connect()`: a program that
  resolves its keys itself, and a file whose module this Keras imports.
- Import equivalence. Everything else does with `connect()` what it does after an import of the
  plugin. A config whose key nobody has is also found by its place, where Keras alone fails.
"""

# ruff: noqa: T201 - a command prints.
from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from kinds import FORMATS, KINDS
from programs import FOUND_BY_PLACE, SELF_SUFFICIENT

_HERE = Path(__file__).parent
_WAYS = ("without", "imported", "connected")
_SYMBOLS = {
    "found": "✓",
    "same": "=",
    "stand-in": "◐",
    "own": "⌂",
    "placed": "◎",
    "fails": "✗",
    "unsaved": "–",  # noqa: RUF001 - an empty cell of a table.
    "absent": "",
    "UNEQUAL": "≠",
}
_COMPARED = ("loaded", "error", "message")


def run(folder: Path) -> dict[str, Any]:
    """Save and load everything; return what could be saved, and all outcomes of each way."""
    _cells("save", str(folder))
    with tempfile.TemporaryDirectory() as outputs:
        running = [_start("load", str(folder), way, str(Path(outputs, way))) for way in _WAYS[1:]]
        for process in running:
            _finish(process)
        _cells("load", str(folder), _WAYS[0], str(Path(outputs, _WAYS[0])))
        outcomes = {way: json.loads(Path(outputs, way).read_text()) for way in _WAYS}
    return {"saved": json.loads((folder / "saved.json").read_text()), "outcomes": outcomes}


def _cells(*arguments: str) -> None:
    _finish(_start(*arguments))


def _start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(_HERE / "cells.py"), *arguments]
    return subprocess.Popen(
        command,
        # What JAX compiled for one cell it need not compile for the next.
        env={
            **os.environ,
            "JAX_COMPILATION_CACHE_DIR": str(Path(arguments[1], "compiled")),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _finish(process: subprocess.Popen[str]) -> None:
    output, _ = process.communicate()
    if process.returncode:
        sys.exit(f"{process.args} failed:\n{output}")


def verdict(
    outcomes: dict[str, dict[str, Any]], *, is_self_sufficient: bool, is_found_by_place: bool
) -> str:
    """Return what the three outcomes of one cell are.

    - `found`: fails without us, loads alike in the two other ways.
    - `same`: succeeds, alike in all three.
    - `fails`: fails alike in the last two.
    - `stand-in`: loads alike in the last two, and without us loads as something else.
    - `own`: resolves without us and with `connect()`, alike; importing the plugin would change it.
    - `placed`: fails without us and after an import, and is found by its place.
    - `UNEQUAL`: a law is broken.
    """
    without, imported, connected = (
        {name: outcomes[way].get(name) for name in _COMPARED} for way in _WAYS
    )
    succeeds = without["error"] is None
    # A file that loads without us and without its plugin has lost the plugin's objects. Only a
    # Keras that imported the plugin by itself has resolved them.
    resolves = succeeds and (is_self_sufficient or bool(outcomes["without"]["imported"]))
    if resolves and without != imported:
        found, is_lawful = "own", connected == without
    elif is_found_by_place and imported["error"] is not None:
        found, is_lawful = "placed", connected["error"] is None
    else:
        is_lawful = connected == imported
        if connected["error"] is not None:
            found = "fails"
        elif connected == without:
            found = "same"
        else:
            found = "stand-in" if succeeds else "found"
    has_died = any("died" in outcomes[way] for way in _WAYS)
    return found if is_lawful and not has_died else "UNEQUAL"


def judge(result: dict[str, Any]) -> dict[str, str]:
    """Return the verdict of every cell and program, by its name."""
    verdicts = {}
    for name in result["outcomes"]["without"]:
        outcomes = {way: result["outcomes"][way][name] for way in _WAYS}
        verdicts[name] = verdict(
            outcomes,
            is_self_sufficient=name in SELF_SUFFICIENT,
            is_found_by_place=name in FOUND_BY_PLACE,
        )
    for kind, formats in result["saved"].items():
        for file_format, failure in formats.items():
            if failure is not None:
                verdicts[f"{kind}/{file_format}"] = "unsaved"
    return verdicts


def section(title: str, result: dict[str, Any], verdicts: dict[str, str]) -> str:
    """Return the part of the page that belongs to one Keras, in Markdown."""
    formats = [
        file_format
        for file_format in FORMATS
        if any(f"{kind}/{file_format}" in verdicts for kind in KINDS)
    ]
    head = _row("", *formats), _row(*["---"] * (len(formats) + 1))
    lines = [f"## {title}", "", _versions(), "", *head]
    for kind in KINDS:
        cells = (
            _SYMBOLS[verdicts.get(f"{kind}/{file_format}", "absent")] for file_format in formats
        )
        lines.append(_row(kind, *cells))
    lines += ["", _row("program", "", "with us"), _row("---", "---", "---")]
    for name, cell_verdict in verdicts.items():
        if name.partition("/")[0] not in KINDS:
            outcome = result["outcomes"]["connected"][name]
            lines.append(_row(name, _SYMBOLS[cell_verdict], outcome.get("error", "succeeds")))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _versions() -> str:
    names = ("keras", "tf_keras", "tensorflow", "tensorflow-cpu", "torch", "jax", "h5py")
    found = []
    for name in names:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    python = ".".join(map(str, sys.version_info[:3]))
    module = os.environ.get("MATRIX_KERAS", "keras")
    return f"`{module}`, Python {python}, {', '.join(dict.fromkeys(found))}"


def put_into_page(page: Path, title: str, text: str) -> None:
    """Replace the section of `title` in the page, or add it at the end."""
    start, end = f"<!-- {title} -->\n", f"<!-- end of {title} -->\n"
    old = page.read_text()
    block = f"{start}{text}{end}"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    new = pattern.sub(lambda _: block, old) if pattern.search(old) else f"{old}\n{block}"
    page.write_text(new)


def _explain(name: str, result: dict[str, Any]) -> str:
    lines = [f"{name}:"]
    connected = _flat({part: result["outcomes"]["connected"][name].get(part) for part in _COMPARED})
    for way in _WAYS[:2]:
        outcome = result["outcomes"][way][name]
        other = _flat({part: outcome.get(part) for part in _COMPARED})
        for path in sorted(connected.keys() | other.keys()):
            ours, theirs = connected.get(path), other.get(path)
            if ours != theirs:
                ours, theirs = _around_difference(str(ours), str(theirs))
                lines.append(f"  {path}\n    connected: {ours}\n    {way}: {theirs}")
    return "\n".join(lines)


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        parts = [_flat(part, f"{path}/{name}") for name, part in value.items()]
        return {name: leaf for part in parts for name, leaf in part.items()}
    return {path: value}


def _around_difference(ours: str, theirs: str) -> tuple[str, str]:
    pairs = enumerate(zip(ours, theirs, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), 0)
    return ours[max(0, same - 80) : same + 240], theirs[max(0, same - 80) : same + 240]


def main() -> None:
    """Run the matrix for the Keras of this environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("title")
    parser.add_argument("--json", type=Path, help="where to write every outcome")
    parser.add_argument("--page", type=Path, help="the page whose section to replace")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(Path(folder))
    verdicts = judge(result)
    text = section(arguments.title, result, verdicts)
    print(text)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        whole = {"title": arguments.title, "verdicts": verdicts, **result}
        arguments.json.write_text(json.dumps(whole, indent=1, sort_keys=True))
    if arguments.page:
        put_into_page(arguments.page, arguments.title, text)
    unequal = [name for name, found in verdicts.items() if found == "UNEQUAL"]
    for name in unequal:
        print(_explain(name, result))
    print(f"{arguments.title}: {len(verdicts)} cells, {len(unequal)} unequal")
    sys.exit(bool(unequal))


if __name__ == "__main__":
    main()
