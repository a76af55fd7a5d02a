"""The environment variables ``KERAS_SERIALIZABLE_*``, from which an operator's policy is made."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

PREFIX = "KERAS_SERIALIZABLE_"
"""What the names of all variables begin with."""

_LISTS = ("ALLOW_DISTRIBUTIONS", "DENY_DISTRIBUTIONS", "ALLOW_KEYS", "DENY_KEYS")
_SWITCHES = {"DISCOVERY": "1", "STRICT": "0"}  # name -> default
_VARIABLES = [
    PREFIX + name
    # AUTOLOAD is read by the distribution keras-serializable-autoload.
    for name in (*_LISTS, "PREFER", *_SWITCHES, "AUTOLOAD")
]


def rules(variables: "Mapping[str, str]") -> "dict[str, Any]":
    """Return the arguments of `Policy` that the variables set. A wrong value is an error."""
    _check_names(variables)
    arguments: dict[str, Any] = {name.lower(): _listed(variables, name) for name in _LISTS}
    arguments["prefer"] = _pairs(variables)
    for name, default in _SWITCHES.items():
        arguments[name.lower()] = _switched(variables, name, default)
    return arguments


def _listed(variables: "Mapping[str, str]", name: str) -> "list[str]":
    parts = (part.strip() for part in variables.get(PREFIX + name, "").split(","))
    return [part for part in parts if part]


def _pairs(variables: "Mapping[str, str]") -> "dict[str, str]":
    pairs = {}
    for pair in _listed(variables, "PREFER"):
        key, equals, distribution = pair.rpartition("=")
        if not equals:
            raise ValueError(f"{PREFIX}PREFER has {pair!r}; write key=distribution")
        pairs[key.strip()] = distribution.strip()
    return pairs


def _switched(variables: "Mapping[str, str]", name: str, default: str) -> bool:
    value = variables.get(PREFIX + name, default).strip()
    if value not in {"0", "1"}:
        raise ValueError(f"{PREFIX}{name} is {value!r}; write 0 or 1")
    return value == "1"


def _is_of_kubernetes(variable: str) -> bool:
    """Return whether a variable is one of those that a service named ``keras-serializable…`` sets.

    Source: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    """
    import re  # noqa: PLC0415 -- 6 ms, which programs without an unknown variable save

    # The name of the service is `PREFIX`, or begins with it.
    service = rf"{PREFIX}([A-Z0-9_]+_)?"
    name = r"SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
    port = r"PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?"
    return re.fullmatch(f"{service}({name}|{port})", variable) is not None


def _check_names(variables: "Iterable[str]") -> None:
    for variable in variables:
        if not variable.upper().startswith(PREFIX) or variable in _VARIABLES:
            continue
        if not _is_of_kubernetes(variable):
            # 8 ms, which programs without such a mistake save.
            from difflib import get_close_matches  # noqa: PLC0415

            # Compared without the prefix: with it, two short names would seem alike.
            name = variable.upper()[len(PREFIX) :]
            nearest = get_close_matches(name, [each[len(PREFIX) :] for each in _VARIABLES], n=1)
            question = f"; did you mean {PREFIX}{nearest[0]}?" if nearest else "."
            raise ValueError(
                f"{variable} is set, but there is no such variable{question} "
                f"Those that exist are {', '.join(_VARIABLES)}."
            )
