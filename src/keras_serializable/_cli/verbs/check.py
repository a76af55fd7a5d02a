"""`check`: every provider loaded in a process of its own."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from keras_serializable._cli.checks import Check, check, unadvertised
from keras_serializable._cli.output import (
    as_json,
    console_of,
    draw_table,
    escaped_lines,
    styled,
    write_json,
)
from keras_serializable._cli.providers import (
    advertised,
    completed_distributions,
    describe,
    resolver,
)
from keras_serializable._installed.metadata import normalized_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from keras_serializable._providers import Provider

_STYLES = {"ok": "green", "wrong": "red", "skipped": "yellow"}


@click.command()
@click.argument("distributions", nargs=-1, shell_complete=completed_distributions)
@click.option(
    "--jobs", "-j", type=click.IntRange(1), help="Processes at once; one a CPU if not set."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="How long loading one provider may take.",
)
@as_json
@click.pass_context
def command(
    context: click.Context,
    distributions: "tuple[str, ...]",
    jobs: "int | None",
    time_limit: float,
    *,
    as_json: bool,
) -> None:
    """Load every provider of some distributions, or of all, and say what is wrong.

    Each provider is loaded in a process of its own. The command checks that the module can be
    imported, that the key is registered or the attribute is there, that a class has get_config(),
    that the key under which Keras would save the object is advertised too, and that no other
    distribution advertises the key differently. This runs the code of these distributions.

    Exit code 1 if something is wrong.
    """
    providers = _chosen(distributions)
    checks = _check_all(providers, jobs or os.cpu_count() or 1, time_limit)
    problems = list(_problems(providers, everything=not distributions))
    missing = unadvertised(checks, resolver())
    if as_json:
        write_json(
            {
                "providers": list(map(_to_dict, checks)),
                "unadvertised": missing,
                "problems": problems,
            }
        )
    else:
        _show(checks, missing, problems)
    is_wrong = missing or problems or any(each.status == "wrong" for each in checks)
    context.exit(1 if is_wrong else 0)


def _chosen(distributions: "tuple[str, ...]") -> "list[Provider]":
    found = advertised()
    if not distributions:
        return found
    known = {normalized_name(each.distribution.name) for each in found}
    for name in distributions:
        if normalized_name(name) not in known:
            raise click.ClickException(
                f"{name} advertises nothing, or is not installed; `keras-serializable list` shows "
                "what is advertised"
            )
    wanted = set(map(normalized_name, distributions))
    return [each for each in found if normalized_name(each.distribution.name) in wanted]


def _check_all(providers: "list[Provider]", jobs: int, time_limit: float) -> "list[Check]":
    """Check providers, some at once, and return the results in the order of the providers."""
    ours = resolver()
    results: dict[int, Check] = {}
    with ThreadPoolExecutor(jobs) as pool, _progress(len(providers)) as advance:
        tasks = {
            pool.submit(check, each, ours, time_limit): position
            for position, each in enumerate(providers)
        }
        try:
            for task in as_completed(tasks):
                results[tasks[task]] = task.result()
                advance()
        except BaseException:  # Ctrl-C: what has not begun must not begin
            pool.shutdown(cancel_futures=True)
            raise
    return [results[position] for position in range(len(providers))]


def _progress(total: int) -> "AbstractContextManager[Any]":
    """Return a context that gives the function which moves a bar on, on a terminal."""
    if not total or not sys.stderr.isatty():
        return nullcontext(lambda: None)
    from rich.progress import Progress  # noqa: PLC0415 -- 20 ms

    return _Bar(Progress(console=console_of(on_errors=True), transient=True), total)


class _Bar:
    """A progress bar on standard error, which is gone afterwards."""

    def __init__(self, progress: Any, total: int) -> None:
        self._progress = progress
        self._total = total

    def __enter__(self) -> Any:
        self._progress.__enter__()
        task = self._progress.add_task("loading", total=self._total)
        return lambda: self._progress.advance(task)

    def __exit__(self, *exception: object) -> None:
        self._progress.__exit__(*exception)


def _problems(providers: "list[Provider]", *, everything: bool) -> "Iterator[str]":
    """Yield what is wrong with the metadata of the distributions that are checked."""
    folders = tuple({each.distribution.path for each in providers} - {""})
    for problem in resolver().discovery.problems():
        if everything or problem.path.startswith(folders):
            yield str(problem)


def _to_dict(result: Check) -> "dict[str, Any]":
    return {
        **describe(result.provider),
        "status": result.status,
        "problems": list(result.problems),
        "seconds": result.seconds,
    }


def _show(checks: "list[Check]", missing: "list[str]", problems: "list[str]") -> None:
    loaded = [each for each in checks if each.status != "skipped"]
    if not checks:
        escaped_lines(["Nothing is advertised by what is installed."])
    if loaded:
        columns = ("NAME", "DISTRIBUTION", "RESULT", "SECONDS")
        rows = (
            (
                each.provider.name,
                str(each.provider.distribution),
                styled(each.status, _STYLES[each.status]),
                "" if each.seconds is None else f"{each.seconds:.2f}",
            )
            for each in loaded
        )
        draw_table(columns, rows)
        click.echo()
    for each in loaded:
        escaped_lines(f"{each.provider.name}: {problem}" for problem in each.problems)
    escaped_lines(
        f"{key}: registered by an import, and not advertised: models with it cannot be loaded"
        for key in missing
    )
    escaped_lines(problems)
    counts = {status: sum(each.status == status for each in checks) for status in _STYLES}
    total = ", ".join(f"{count} {status}" for status, count in counts.items())
    why = ": their libraries are not installed" if counts["skipped"] else ""
    escaped_lines([f"{total}{why}"])
