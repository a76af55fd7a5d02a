"""Checks: what is wrong with one provider, from its metadata and from a probe of it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import keras_serializable
from keras_serializable._cli.output import one_line
from keras_serializable._keys import SEPARATOR
from keras_serializable._loading.resolver import Resolver
from keras_serializable._providers import Provider
from keras_serializable._texts import listed, shown
from keras_serializable.errors import KerasSerializableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROBE = """
import sys
sys.path.insert(0, sys.argv.pop())
from keras_serializable._cli.probe import main
main()
"""


@dataclass(frozen=True)
class Check:
    """The result for one provider.

    Attributes:
        provider: The provider.
        status: ``ok``, ``wrong``, or ``skipped`` where its library is not installed.
        problems: What is wrong, each in one sentence.
        seconds: How long loading took.
        registered: The keys of its own library that the import registers.
    """

    provider: Provider
    status: str
    problems: tuple[str, ...] = ()
    seconds: "float | None" = None
    registered: tuple[str, ...] = field(default=(), repr=False)


def check(provider: Provider, resolver: Resolver, time_limit: float) -> Check:
    """Load a provider in a process of its own, and return what is wrong with it."""
    if not provider.is_available:
        return Check(provider, "skipped", (f"not installed: {listed(provider.missing)}",))
    problems = list(_conflicts(provider, resolver))
    told = _probe(provider, time_limit)
    if told["problem"] is not None:
        problems.append(one_line(told["problem"], 2000))
    elif provider.advertises_package:
        start = provider.name + SEPARATOR
        if not any(key.startswith(start) for key in told["registered"]):
            problems.append(f"importing {provider.module} registers no key of this package")
    elif told["own"] is not None:
        problems += _unreachable(told["own"], resolver)
    return Check(
        provider,
        "wrong" if problems else "ok",
        tuple(problems),
        told["seconds"],
        tuple(told["registered"]),
    )


def unadvertised(checks: "list[Check]", resolver: Resolver) -> "list[str]":
    """Return the keys that are registered by imports, and that nothing advertises."""
    index = resolver.discovery.index
    keys = sorted({key for each in checks for key in each.registered})
    return [key for key in keys if not index.find(key)]


def _conflicts(provider: Provider, resolver: Resolver) -> "Iterator[str]":
    """Yield why a lookup would not come to this provider."""
    if provider.advertises_package:
        return
    try:
        resolver.foresee(provider.name)
    except KerasSerializableError as error:
        yield one_line(error, 2000)


def _unreachable(own: "dict[str, Any]", resolver: Resolver) -> "Iterator[str]":
    """Yield that models with an object cannot be loaded, if nothing advertises its own key."""
    index, key = resolver.discovery.index, own["key"]
    if not isinstance(key, str) or index.find(key):
        return
    if own["is_class"] and SEPARATOR not in key and index.defined_at(own["module"], own["name"]):
        return  # a file states the place of a class
    if not own["is_class"] and len(resolver.advertised_keys(key)) == 1:
        return
    yield f"it is saved as {shown(key)}, which is not advertised: such models cannot be loaded"


def _probe(provider: Provider, time_limit: float) -> "dict[str, Any]":
    asked = {
        "path": sys.path,
        "name": provider.name,
        "value": provider.value,
        "distribution": [provider.distribution.name, provider.distribution.version],
    }
    command = [sys.executable, "-c", _PROBE, os.path.dirname(keras_serializable.__path__[0])]
    failed: dict[str, Any] = {"own": None, "registered": [], "seconds": None}
    try:
        done = subprocess.run(  # noqa: S603 -- our own module
            command,
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=False,
            timeout=time_limit,
        )
    except subprocess.TimeoutExpired:
        return {**failed, "problem": f"loading it took longer than {time_limit:g} seconds"}
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        how = f"exit code {done.returncode}{': ' if last else ''}{''.join(last)}"
        return {**failed, "problem": f"the process that loaded it ended ({how})"}
    return told
