"""Entries: the notes of a scan become the lines of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_serializable_build._scan import local_classes, uncalled, unregistered
from keras_serializable_build._scan.descriptions import describe
from keras_serializable_build._scan.machine import subject_of
from keras_serializable_build._scan.paths import Name, Names, is_private
from keras_serializable_build._scan.places import Kind, Place, in_order
from keras_serializable_build._scan.registrars import SEPARATOR
from keras_serializable_build._scan.result import Entry, ScanResult
from keras_serializable_build._scan.values import Class, Function, Value

if TYPE_CHECKING:
    from keras_serializable_build._scan.machine import Machine
    from keras_serializable_build._scan.record import Registration

RANK = {"keras_serializable": 0, "keras": 0, "tensorflow.keras": 1, "tf_keras": 2}
"""The order of the Kerases, if a library registers different objects for one key in them."""


def can_be_name(name: str) -> bool:
    """Return whether a text can be the name of an entry point.

    Example:
        >>> can_be_name("acme>Scale"), can_be_name("acme>a=b"), can_be_name("#acme>Scale")
        (True, False, False)
    """
    breaks = any(not letter.isprintable() for letter in name) or name != name.strip()
    return bool(name) and not breaks and "=" not in name and name[0] not in "#;["


def make_result(machine: Machine) -> ScanResult:
    """Turn the record of a scan into its result."""
    result = ScanResult(modules=len(machine.modules))
    names = Names(machine.modules.values())
    keys: dict[str, list[Registration]] = {}
    for registration in machine.record.registrations:
        keys.setdefault(registration.key, []).append(registration)
    packages: dict[str, list[Entry]] = {}
    for key, registrations in keys.items():
        entry = _entry(machine, names, key, registrations)
        if entry is None:
            continue
        if can_be_name(key):
            result.entries[key] = entry
        else:
            packages.setdefault(key.partition(SEPARATOR)[0], []).append(entry)
    for package, entries in packages.items():
        _as_package(machine, result, package, entries)
    _add_bare(machine, names, result)
    uncalled.report(machine)
    objects = [*names.objects(), *(each.obj for each in machine.record.registrations)]
    known = [each for each in objects if isinstance(each, Class)]
    local_classes.report(machine, {(each.module.name, each.line) for each in known})
    result.definitions = names.definitions()
    result.unresolved = in_order(machine.record.unresolved.values())
    return result


def _entry(
    machine: Machine, names: Names, key: str, registrations: list[Registration]
) -> Entry | None:
    """Return the entry of a key; report why there is none."""
    named: dict[str, tuple[Name, list[Registration]]] = {}
    for registration in registrations:
        name = names.best(registration.obj)
        if name is not None:
            # Keras keeps the last registration of a key, so the last one here counts.
            _, others = named.pop(str(name), (name, []))
            named[str(name)] = (name, [*others, registration])
    first_rank = min(map(_rank, registrations))
    kept = [registration for registration in registrations if _rank(registration) == first_rank]
    if not named or (kept[-1].sure and names.best(kept[-1].obj) is None):
        return _nameless(machine, key, kept)
    ranked = [
        (min(map(_rank, found)), -index, value)
        for index, (value, (_, found)) in enumerate(named.items())
    ]
    chosen = min(ranked)[2]
    name, found = named[chosen]
    for value, (_, others) in named.items():
        if value != chosen:
            last = others[-1]
            reason = f"{key!r} also names {value}, for {last.keras}; the table names {chosen}"
            tell(machine, last, reason, Kind.AMBIGUOUS)
    last = found[-1]
    definition = names.definition(last.obj)
    kerases = tuple(dict.fromkeys(one.keras for one in found))
    return Entry(
        name=key,
        value=chosen,
        sure=any(one.sure for one in found) and name.sure,
        kerases=kerases,
        place=last.place,
        defined=_defined(last.obj, last.place),
        definition=str(definition),
        others=tuple(
            value
            for value, (_, others) in named.items()
            if not {one.keras for one in others}.intersection(kerases)
        ),
    )


def _rank(registration: Registration) -> int:
    return RANK.get(registration.keras, len(RANK))


def _nameless(machine: Machine, key: str, registrations: list[Registration]) -> Entry | None:
    """Return the entry of a key whose object has no path: the value is the registering module."""
    last = registrations[-1]
    reason = f"no entry point can name the object of {key!r}: {_why(last.obj)}"
    if SEPARATOR not in key or not last.sure:
        advice = (
            "; register it under a package, or define it at the top of a module"
            if SEPARATOR not in key
            else f'; write "{key}" = "{last.module.name}" if this module registers it'
        )
        tell(machine, last, f"{reason}{advice}", Kind.NOT_NAMED)
        return None
    kerases = tuple(dict.fromkeys(one.keras for one in registrations))
    place = last.place
    value = last.module.name
    return Entry(key, value, True, kerases, place, _defined(last.obj, place))  # noqa: FBT003


def _why(obj: Value) -> str:
    if isinstance(obj, Function) and obj.name == "<lambda>":
        return "it is a lambda"
    if isinstance(obj, (Class, Function)):
        if "<locals>" in obj.qualname:
            return f"{obj.qualname} is local to a function"
        return f"{obj.qualname} is bound to another name or object when its module has run"
    return f"no module of the library has a name for {describe(obj)}"


def _defined(obj: Value, otherwise: Place) -> Place:
    """Return where an object is defined."""
    if isinstance(obj, Class):
        return obj.module.place(obj.line)
    if isinstance(obj, Function):
        return obj.module.place(obj.node.lineno)
    return otherwise


def tell(machine: Machine, registration: Registration, reason: str, kind: Kind) -> None:
    """Add a registration to the report."""
    module, subject = registration.module.name, subject_of(registration.obj)
    machine.record.tell(registration.place, reason, kind, module, subject)


def _as_package(machine: Machine, result: ScanResult, package: str, entries: list[Entry]) -> None:
    """Advertise the whole package of keys that cannot be names."""
    modules = {entry.value.partition(":")[0] for entry in entries}
    first = entries[0]
    shown = ", ".join(repr(entry.name) for entry in entries)
    if can_be_name(package) and len(modules) == 1 and SEPARATOR in first.name:
        module = modules.pop()
        result.entries[package] = Entry(
            package, module, first.sure, first.kerases, first.place, first.defined
        )
        return
    reason = f"an entry point cannot be called {shown}"
    if len(modules) > 1 and can_be_name(package):
        reason += f', and several modules register them: write "{package}" = MODULE yourself'
    for entry in entries:
        machine.record.tell(entry.place, reason, Kind.NOT_NAMED, entry.value.partition(":")[0])


def _add_bare(machine: Machine, names: Names, result: ScanResult) -> None:
    """Add bare keys for the classes that the library never registers."""
    found: dict[str, list[tuple[Class, str, Name]]] = {}
    for cls, keras in unregistered.classes(machine):
        name = names.best(cls)
        if name is not None:
            found.setdefault(cls.name, []).append((cls, keras, name))
    for bare, candidates in found.items():
        best = _unambiguous(candidates)
        if best is None or bare in result.entries or not can_be_name(bare):
            paths = " and ".join(sorted({str(name) for _, _, name in candidates}))
            cls = candidates[-1][0]
            place = cls.module.place(cls.line)
            reason = f"the bare name {bare!r} belongs to several classes: {paths}"
            if best is None:
                machine.record.tell(place, reason, Kind.AMBIGUOUS, cls.module.name, cls.qualname)
            continue
        cls, keras, name = best
        place = cls.module.place(cls.line)
        kerases = (keras,) if keras else ()
        result.bare_entries[bare] = Entry(
            bare,
            str(name),
            name.sure and bool(keras),
            kerases,
            place,
            place,
            definition=str(names.definition(cls)),
        )


def _unambiguous(
    candidates: list[tuple[Class, str, Name]],
) -> tuple[Class, str, Name] | None:
    """Return the class of a bare name, `None` if several classes have the name."""
    saved = [candidate for candidate in candidates if candidate[1]] or candidates
    shown = [candidate for candidate in saved if not _hidden(candidate[2])] or saved
    for kept in (candidates, saved, shown):
        if len({str(name) for _, _, name in kept}) == 1:
            return kept[-1]
    return None


PROVISIONAL = frozenset({"contrib", "deprecated", "experimental", "legacy"})
"""Modules whose classes count only if no other module has a class of this name."""


def _hidden(name: Name) -> bool:
    provisional = not PROVISIONAL.isdisjoint(name.module.name.split("."))
    return provisional or is_private(name.module.name) or name.attribute.startswith("_")
