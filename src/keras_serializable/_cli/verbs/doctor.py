"""`doctor`: how this environment is set up, to be pasted into a bug report."""

import os
import platform
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from keras_serializable import __version__
from keras_serializable._cli.output import as_json, escaped_lines, write_json
from keras_serializable._cli.providers import resolver
from keras_serializable._installed.discovery import Discovery, scan
from keras_serializable._loading.environment_variables import PREFIX
from keras_serializable._loading.resolver import Resolver
from keras_serializable._needs.installed import AUTOLOAD, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = (
    *("keras", "tf_keras", "keras-nightly", "tensorflow", "tensorflow-cpu", "jax", "torch"),
    *("h5py", "importlib-metadata", "pluggy", "click", "rich"),
)
"""The distributions whose version a bug report should name."""


@click.command()
@as_json
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """Say how this environment is set up. Paste the result into a bug report.

    Python, the Kerases and what connects them, the entries of the path with the time that a scan of
    each takes, broken metadata, rules and the variables that set them, hook plugins. Nothing is
    imported.

    Exit code 1 if some metadata is broken, or a variable makes no sense.
    """
    told = _examine()
    if as_json:
        write_json(told)
    else:
        escaped_lines(_lines(told))
    context.exit(1 if told["problems"] or told["policy_error"] else 0)


def _examine() -> "dict[str, Any]":
    # Scanned first: another scan of a directory finds it in the system's cache.
    path = [_entry(each) for each in dict.fromkeys(sys.path)]
    ours, error = _resolver()
    index = ours.discovery.current()
    autoload = installed(index, AUTOLOAD)
    return {
        "keras_serializable": __version__,
        "place": os.path.dirname(sys.modules["keras_serializable"].__file__ or ""),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "executable": sys.executable,
        "distributions": {
            found.name: found.version
            for found in (installed(index, name) for name in _SHOWN)
            if found is not None
        },
        "autoload": None if autoload is None else autoload.version,
        "connects_at_start": any(map(_is_autoload, sys.meta_path)),
        "path": path,
        "providers": sum(1 for _ in index),
        "advertised_by": sorted({str(each.distribution) for each in index}),
        "problems": [str(each) for each in ours.discovery.problems()],
        "variables": {
            name: value for name, value in sorted(os.environ.items()) if name.startswith(PREFIX)
        },
        "policies": [repr(each) for each in ours.policies()],
        "policy_error": error,
        "hook_plugins": [str(each) for each in index.hook_plugins],
        "finders": [_name_of(finder) for finder in sys.meta_path],
    }


def _resolver() -> "tuple[Resolver, str | None]":
    """Return the resolver of the process, or one without a policy and what is wrong with that."""
    try:
        return resolver(), None
    except ValueError as error:
        return Resolver(Discovery()), str(error)


def _entry(entry: str) -> "dict[str, Any]":
    started = time.perf_counter()
    index = scan([entry])
    seconds = time.perf_counter() - started
    return {
        "entry": entry,
        "distributions": len(index.places()),
        "advertising": len({each.distribution for each in index}),
        "milliseconds": round(seconds * 1000, 2),
    }


def _is_autoload(finder: object) -> bool:
    return getattr(finder, "__name__", None) == AUTOLOAD.replace("-", "_")


def _name_of(finder: object) -> str:
    if isinstance(finder, ModuleType):
        return finder.__name__
    cls = finder if isinstance(finder, type) else type(finder)
    return f"{cls.__module__}.{cls.__qualname__}"


def _lines(told: "dict[str, Any]") -> "Iterator[str]":
    yield f"keras-serializable {told['keras_serializable']} in {told['place']}"
    yield f"{told['implementation']} {told['python']} on {told['platform']}"
    yield f"  {told['executable']}"
    kerases = [f"{name} {version}" for name, version in told["distributions"].items()]
    yield f"Installed beside it: {', '.join(kerases) or 'nothing of note'}"
    if told["autoload"] is None:
        yield f"Connected at start: no. Call keras_serializable.connect(), or install {AUTOLOAD}"
    else:
        state = "yes" if told["connects_at_start"] else "no, it is switched off"
        yield f"Connected at start: {state} ({AUTOLOAD} {told['autoload']})"
    yield ""
    yield "Path: distributions, of which advertise something, time of a scan"
    for each in told["path"]:
        counts = f"{each['distributions']:6} {each['advertising']:4} {each['milliseconds']:8.2f} ms"
        yield f"{counts}  {each['entry'] or '(the current directory)'}"
    yield ""
    by = ", ".join(told["advertised_by"]) or "no distribution"
    yield f"{told['providers']} entry points are advertised, by {by}"
    yield from _section("Broken metadata", told["problems"])
    variables = [f"{name}={value}" for name, value in told["variables"].items()]
    yield from _section("Variables", variables)
    yield from _section("Rules in force", told["policies"])
    if told["policy_error"]:
        yield f"Every lookup fails: {told['policy_error']}"
    yield from _section("Hook plugins", told["hook_plugins"])
    yield from _section("Finders", told["finders"])


def _section(title: str, lines: "list[str]") -> "Iterator[str]":
    if not lines:
        yield f"{title}: none"
        return
    yield f"{title}:"
    yield from (f"  {line}" for line in lines)
