"""Mutation testing: each line of the private modules is broken in turn, and a test has to notice.

    python mutation.py [MODULE ...] [--survivors] [--sample N] [--json FILE]

runs in an environment that has cosmic-ray, pytest and what the core depends on, but not the core
itself: a copy of the sources is broken on disk, so that the processes which tests start import the
broken file too. Of the tests those are run that reach the broken function. Results are kept in
`build/mutation`; `--survivors` tests again only what survived the last run, after new tests were
written.
"""

# ruff: noqa: T201 - a command prints.
from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cosmic_ray.plugins
import operators
from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult
from rich.progress import track

_ROOT = Path(__file__).parents[2]
_RESULTS = _ROOT / "build" / "mutation"

_PACKAGE = _ROOT / "src" / "keras_serializable"
_PRIVATE = sorted(
    ".".join(file.relative_to(_PACKAGE).with_suffix("").parts)
    for pattern in ("_*.py", "_*/*.py")
    for file in _PACKAGE.glob(pattern)
    if file.name != "__init__.py"
)
"""The modules that are mutated: all private ones, by their dotted names inside the package."""

# A mutant has to pass the tests of its module's package to survive, and these too.
_FURTHER_TESTS = {
    "_registry.registry": ("test___init__.py", "_keras/test_packages.py", "_loading"),
    "_installed.discovery": ("_loading",),
    "_installed.index": ("_loading",),
    "_keras_releases": ("_keras",),
    "_loading.hook_plugins": ("test_hooks.py",),
    "_providers": ("_loading",),
}
# These tests are slow, and kill no mutant that others do not.
_SLOW = (
    "tests/_installed/test_directories.py::TestIsolation::test_folders_that_vanish",
    "tests/_installed/test_directories.py::TestOddFiles::test_many_broken_lines",
    "tests/_installed/test_discovery.py::test_pip_in_a_running_process",
)

# Mutations that are left out: `|` stands in annotations only; one replacement of an arithmetic
# operator is enough; nobody writes an order where equality is meant.
_EXCLUDED = re.compile(
    r"core/ReplaceBinaryOperator_(BitOr_.*|.*_(Div|FloorDiv|Mod|Pow|[LR]Shift|Bit(Or|And|Xor)))"
    r"|core/ReplaceComparisonOperator_(Eq|NotEq|Is|IsNot)_(Lt|LtE|Gt|GtE)"
    r"|core/ReplaceComparisonOperator_(Eq|NotEq)_(Is|IsNot)"
    r"|core/ReplaceComparisonOperator_(Is|IsNot)_(Eq|NotEq)"
    r"|core/ReplaceComparisonOperator_(Lt|LtE|Gt|GtE)_(Eq|NotEq|Is|IsNot)"
    r"|core/Variable.*"
)
# Mutations of a constant are left out: a limit of one more or one less is as good.
_OF_CONSTANTS = re.compile("core/(NumberReplacer|ReplaceBinaryOperator)")


def main() -> int:
    """Mutate the modules, and report; fail only where the tests fail without a mutation."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = f"{', '.join(_PRIVATE)}; all by default; the last part of a name is enough"
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=names)
    parser.add_argument("--survivors", action="store_true", help="only what survived last time")
    parser.add_argument("--sample", type=int, help="at most so many mutants of each module")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--json", type=Path, help="write what happened to each mutant")
    options = parser.parse_args()
    modules = [
        module
        for module in _PRIVATE
        if not options.modules or {module, module.rpartition(".")[2]} & set(options.modules)
    ]
    known = {*modules, *(module.rpartition(".")[2] for module in modules)}
    if unknown := set(options.modules) - known:
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    cosmic_ray.plugins.OPERATOR_PROVIDERS["own"] = operators.Provider()
    _RESULTS.mkdir(parents=True, exist_ok=True)
    report = {}
    for module in modules:
        with use_db(_RESULTS / f"{module}.sqlite") as db:
            run(module, db, options)
            report[module] = describe(module, db)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for module, mutants in report.items():
        killed = sum(mutant["outcome"] != TestOutcome.SURVIVED for mutant in mutants)
        print(f"{module:24}{killed:5} of {len(mutants)} killed")
    return 0


def run(module: str, db: WorkDB, options: argparse.Namespace) -> None:
    """Test the mutants of a module in a copy of the sources, and keep the results."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        file = copy(Path(folder), module)
        former = Path.cwd()
        os.chdir(folder)
        try:
            if options.survivors:
                forget_survivors(db)
            else:
                init([file], db, {})
                skip(db, file, options)
            command = test_command(module)
            os.environ["MUTATION_RECORD"] = "1"
            measure(command)
            del os.environ["MUTATION_RECORD"]
            timeout = 20 + 3 * measure(command)
            pending = sorted(db.pending_work_items, key=_place)
            functions = functions_of(file)
            for item in track(pending, f"{module}: {len(pending)} mutants"):
                os.environ["MUTATION_FUNCTION"] = str(functions.get(_place(item)[0][0], ""))
                db.set_result(item.job_id, mutate_and_test(item.mutations, command, timeout))
            os.environ.pop("MUTATION_FUNCTION", None)
        finally:
            os.chdir(former)


def copy(folder: Path, module: str) -> Path:
    """Copy sources and tests into a folder; return the module's path in it."""
    for name in ("src", "tests"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_ROOT / name, folder / name, ignore=ignored)
    shutil.copy(_ROOT / "pyproject.toml", folder)
    file = Path("src", "keras_serializable", *module.split(".")).with_suffix(".py")
    # Python tells bytecode apart by size and second, and two mutants may share both. A folder in
    # the place of the bytecode keeps Python from reading or writing any.
    Path(importlib.util.cache_from_source(folder / file)).mkdir(parents=True)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder / "src"), str(Path(__file__).parent)])
    os.environ["MUTATION_FILE"] = str(folder / file)
    os.environ["MUTATION_REACHED"] = str(folder / "reached.json")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.setdefault("TEST_ROUNDS", "2")
    return file


def test_command(module: str) -> str:
    """Return the command that runs the tests of a module, until one fails."""
    package, _, name = module.rpartition(".")
    tests = [package or f"test_{name}.py", *_FURTHER_TESTS.get(module, ())]
    tests = [test for test in tests if (_ROOT / "tests" / test).exists()]
    return shlex.join(
        [
            sys.executable,
            *("-m", "pytest", "-x", "-q", "--no-header", "--tb=line"),
            *("-p", "reach", "-p", "no:cacheprovider"),
            *("--confcutdir=tests", "--basetemp=temporary"),
            *(f"--deselect={test}" for test in _SLOW),
            *(f"tests/{test}" for test in tests),
        ]
    )


def measure(command: str) -> float:
    """Return how many seconds the tests take without a mutation, which they have to pass."""
    start = time.perf_counter()
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nThe tests fail without any mutation.")
    return time.perf_counter() - start


def forget_survivors(db: WorkDB) -> None:
    """Make those mutants pending again that survived; add the results of the others anew."""
    done = [(item, result) for item, result in db.completed_work_items if result.is_killed]
    items = db.work_items
    db.clear()
    db.add_work_items(items)
    for item, result in done:
        db.set_result(item.job_id, result)


def skip(db: WorkDB, file: Path, options: argparse.Namespace) -> None:
    """Take out the mutants that say nothing, and those that are not in the sample."""
    for_type_checkers, functions = type_checking_lines(file), functions_of(file)
    kept, skipped = [], []
    for item in sorted(db.pending_work_items, key=_place):
        (mutation,) = item.mutations
        line, operator = mutation.start_pos[0], mutation.operator_name
        excluded = _EXCLUDED.fullmatch(operator) or line in for_type_checkers
        constant = line not in functions and _OF_CONSTANTS.match(operator)
        (skipped if excluded or constant else kept).append(item)
    if options.sample is not None and options.sample < len(kept):
        chosen = random.Random(options.seed).sample(range(len(kept)), options.sample)  # noqa: S311
        skipped += [kept[position] for position in set(range(len(kept))) - set(chosen)]
    result = WorkResult(worker_outcome=WorkerOutcome.SKIPPED, output="not tested")
    db.set_multiple_results([item.job_id for item in skipped], result)


def _place(item: object) -> tuple[object, ...]:
    (mutation,) = item.mutations
    return mutation.start_pos, mutation.end_pos, mutation.operator_name, mutation.occurrence


def type_checking_lines(file: Path) -> set[int]:
    """Return the numbers of the lines that are there for type checkers alone."""
    lines = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [*getattr(node, "targets", ()), getattr(node, "test", None)]
        if any(isinstance(name, ast.Name) and name.id == "TYPE_CHECKING" for name in names):
            lines.update(range(node.lineno, node.end_lineno + 1))
    return lines


def functions_of(file: Path) -> dict[int, int]:
    """Return for each line inside a function the line where the innermost one begins."""
    functions = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):  # outer ones come first
        if isinstance(node, ast.FunctionDef):
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            # Defaults and decorators belong to what is around the function.
            body = range(node.body[0].lineno, node.end_lineno + 1)
            functions.update(dict.fromkeys(body, start))
    return functions


def describe(module: str, db: WorkDB) -> list[dict[str, object]]:
    """Print the survivors of a module; return what happened to each of its mutants."""
    mutants = []
    for item, result in sorted(db.completed_work_items, key=lambda each: _place(each[0])):
        if result.worker_outcome == WorkerOutcome.SKIPPED:
            continue
        (mutation,) = item.mutations
        changed = [
            line
            for line in (result.diff or "").splitlines()
            if re.match(r"[-+](?![-+])", line)  # the lines, not the names of the files
        ]
        mutants.append(
            {
                "line": mutation.start_pos[0],
                "operator": mutation.operator_name,
                "in": mutation.definition_name,
                "outcome": result.test_outcome,
                "change": changed,
            }
        )
        if result.test_outcome == TestOutcome.SURVIVED:
            print(f"\n{module}:{mutation.start_pos[0]} survives {mutation.operator_name}")
            print("\n".join(f"    {line}" for line in changed), flush=True)
    return mutants


if __name__ == "__main__":
    sys.exit(main())
