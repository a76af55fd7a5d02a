"""`explain`: all about one key."""

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from keras_serializable import get_registered_object
from keras_serializable._cli.output import as_json, escaped_lines, write_json
from keras_serializable._cli.providers import completed_names, describe, note_on, resolver
from keras_serializable._keys import package_of
from keras_serializable._needs.built_in import is_built_in
from keras_serializable._needs.installed import installed_kerases
from keras_serializable._needs.module_places import place_of
from keras_serializable._needs.needed_objects import NeededObject, provided_by
from keras_serializable._needs.verdicts import judge, provider_of
from keras_serializable._texts import escaped, failure
from keras_serializable.model_files import CustomObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_serializable._providers import Provider


_OWN = {"keras_serializable", *sys.stdlib_module_names}
"""What a load may import beside a plugin."""


_CURES = {
    # The reason says what to do.
    "ambiguous": "",
    "broken": "",
    "refused by rule": "Change the rule, or import the module before the key is looked up.",
}


@click.command()
@click.argument("key", shell_complete=completed_names)
@click.option("--load", is_flag=True, help="Load it, and say what was imported in what time.")
@as_json
@click.pass_context
def command(context: click.Context, key: str, *, load: bool, as_json: bool) -> None:
    """Say all about one key, such as "acme>Scale".

    Who advertises it and in which file, which rules and hook plugins there are, whether the module
    would be found, what to do. Nothing is imported, unless you say --load.

    Exit code 1 if the key would not be found, or cannot be loaded.
    """
    told = _explain(key)
    if load:
        told["loaded"] = _load(key)
        if told["loaded"]["error"] is not None and told["found"]:
            told["advice"] = ""  # the error says what to do
    if as_json:
        write_json(told)
    else:
        _show(told)
    is_found = told["loaded"]["error"] is None if load else told["found"]
    context.exit(0 if is_found else 1)


def _explain(key: str) -> "dict[str, Any]":
    ours = resolver()
    index = ours.discovery.current()
    named = CustomObject(key, "name", None, None, ("",))
    judged = judge(named, ours)
    provider = provider_of(named, ours, None) if judged.is_found else None
    is_own = is_built_in(key, installed_kerases(index))
    is_found = is_own or judged.is_found
    return {
        "key": key,
        "package": package_of(key),
        "verdict": "built in" if is_own else judged.verdict,
        "found": is_found,
        "distribution": judged.distribution,
        "version": judged.version,
        "requirement": judged.requirement,
        "reason": judged.reason,
        "summary": "built in" if is_own else provided_by(judged),
        "providers": [
            {**_describe(each), "refused": _refusal(key, each)}
            for each in index
            if each.name in {key, package_of(key)}
        ],
        "policies": [repr(each) for each in ours.policies()],
        "hook_plugins": [str(each) for each in index.hook_plugins],
        "advice": _advice(judged, provider, is_own=is_own),
        "loaded": None,
    }


def _describe(provider: "Provider") -> "dict[str, Any]":
    return {
        **describe(provider),
        "file": os.path.join(provider.distribution.path, "entry_points.txt"),
        "module": provider.module,
        "module_file": place_of(provider.module),
        "note": note_on(provider),
    }


def _refusal(key: str, provider: "Provider") -> "str | None":
    """Return the rule that forbids a provider."""
    for policy in resolver().policies():
        rule = policy.distribution_refusal(provider) or policy.key_refusal(key)
        if rule is not None:
            return rule
    return None


def _advice(judged: NeededObject, provider: "Provider | None", *, is_own: bool) -> str:
    if is_own:
        also = f" Otherwise it would be {provided_by(judged)}." if judged.is_found else ""
        own = "It is the name of one of Keras' own objects. Keras takes its own object, unless the"
        return f"{own} file names another module.{also}"
    if provider is not None and provider.advertises_package:
        return (
            f"{provider.distribution} advertises every key of its package. With --load the "
            "command says whether its module registers this key."
        )
    if judged.is_found:
        return f"A lookup imports {'its module' if provider is None else provider.module}."
    if judged.verdict in _CURES:
        return _CURES[judged.verdict]
    return resolver().explain(judged.key).removeprefix("keras_serializable: ")


def _load(key: str) -> "dict[str, Any]":
    """Load a key, and return what was imported."""
    before = set(sys.modules)
    started = time.perf_counter()
    found, error = None, None
    try:
        found = get_registered_object(key)
    except Exception as raised:  # noqa: BLE001 -- the plugin's own code runs
        error = failure(raised)
    seconds = time.perf_counter() - started
    new = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
    if found is None and error is None:
        error = "nothing was found"
    return {
        "object": None if found is None else escaped(repr(found)),
        "seconds": round(seconds, 4),
        "imported": [name for name in new if _is_public(name)],
        "modules": len(set(sys.modules) - before),
        "error": error,
    }


def _is_public(name: str) -> bool:
    """Return whether a top-level module is one that people know by its name."""
    # Compilers make modules such as _cython_3_0 and 97d2165b__mypyc.
    return name not in _OWN and name.isidentifier() and name[0] != "_" and "__" not in name


def _show(told: "dict[str, Any]") -> None:
    escaped_lines([f"{told['key']}: {told['summary']}", *_facts(told)])


def _facts(told: "dict[str, Any]") -> "Iterator[str]":
    for each in told["providers"]:
        yield ""
        by = f"{each['distribution']} {each['version']}".rstrip()
        yield f'"{each["name"]}" = "{each["value"]}" of {by}'
        yield f"  file:    {each['file']}"
        yield f"  module:  {each['module_file'] or 'would not be found'}"
        if each["note"]:
            yield f"  note:    {each['note']}"
        if each["refused"]:
            yield f"  refused: {each['refused']}"
    yield ""
    yield from (f"Rule in force: {each}" for each in told["policies"])
    for each in told["hook_plugins"]:
        yield f"Hook plugin, not asked here: {each}"
    loaded = told["loaded"]
    if loaded is not None:
        outcome = "Loaded in" if loaded["error"] is None else "Failed after"
        result = loaded["error"] or loaded["object"]
        yield f"{outcome} {loaded['seconds']:.3f} s: {result}"
        brought = ", ".join(loaded["imported"]) or "nothing"
        yield f"Imported: {brought}"
    if told["reason"]:
        yield told["reason"]
    yield from told["advice"].splitlines()
