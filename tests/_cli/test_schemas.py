"""The JSON of each verb has the fields and types that `docs/command.md` describes.

A description is JSON with a text for each value: a type, several words with `|` between them, or
one of these with `or null`. The field `*` stands for any name, and `?` marks an object that may be
null.
"""

import json
import pathlib
import re
from typing import get_args

import pytest
from distributions import install, install_example

from keras_serializable._cli.command import VERBS
from keras_serializable._needs.values import Verdict

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "command.md"
VERDICTS = " | ".join(get_args(Verdict))
TYPES = {"string": str, "integer": int, "boolean": bool, "number": (int, float)}


def described():
    """Return the described JSON of each verb."""
    sections = re.split(r"(?m)^## ", PAGE.read_text("utf-8"))[1:]
    blocks = {
        section.split()[0]: re.findall(r"```json\n(.*?)```", section, re.DOTALL)
        for section in sections
    }
    return {verb: json.loads(found[0]) for verb, found in blocks.items() if found}


def mismatch(value, shape, place="$"):
    """Yield where a value is not as described."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for position, each in enumerate(value):
            yield from mismatch(each, shape[0], f"{place}[{position}]")
    elif isinstance(shape, dict):
        if value is None and "?" in shape:
            return
        fields = {name: each for name, each in shape.items() if name != "?"}
        if not isinstance(value, dict) or ("*" not in fields and set(value) != set(fields)):
            yield f"{place} is {value}"
            return
        for name, each in value.items():
            yield from mismatch(each, fields.get(name, fields.get("*")), f"{place}.{name}")
    else:
        base, _, nullable = shape.partition(" or ")
        base = VERDICTS if base == "verdict" else base
        allowed = TYPES.get(base)
        if value is None and nullable == "null":
            return
        is_right = (
            isinstance(value, allowed) and (base == "boolean" or not isinstance(value, bool))
            if allowed
            else value in base.split(" | ")
        )
        if not is_right:
            yield f"{place} is {value!r}, not {shape}"


def test_every_verb_is_described():
    """Each verb with a JSON form has a description."""
    own = {verb for verb, (place, _) in VERBS.items() if isinstance(place, str)}
    assert set(described()) == own


@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect", "MODEL"],
        ["inspect", "--custom-only", "MODEL", "MODEL"],
        ["requirements", "MODEL"],
        ["stamp", "MODEL", "MODEL"],
        ["list"],
        ["list", "nothing-like-it"],
        ["explain", "acme>Scale"],
        ["explain", "acme>Scale", "--load"],
        ["explain", "acme>None", "--load"],
        ["explain", "Custom>TCN"],
        ["explain", "Dense"],
        ["check", "acme-layers", "knowledge", "bad"],
        ["doctor"],
        ["stamp", "MODEL"],
    ],
)
def test_shape(site, fresh, model, knowledge, arguments):
    """What a verb writes has exactly the described fields."""
    install_example(site, "undecorated")
    install_example(site, "guard")
    install(site, "bad", "1.0", "[keras_serializable]\nbad\np>A = no_such_module:A\n")
    install(site, "keras-serializable-autoload", "0.1")
    verb, *rest = [str(model) if each == "MODEL" else each for each in arguments]
    # A process of its own: what --load loads stays registered.
    call = f"from keras_serializable._cli import main\nprint(main({[verb, *rest, '--json']!r}))"
    out, code = fresh(call, site).rsplit("\n", 2)[:2]
    assert code in {"0", "1"}
    assert list(mismatch(json.loads(out), described()[verb])) == []


def test_mismatches_are_found():
    """The comparison itself finds what differs."""
    shape = {"a": "string", "b": ["integer"], "c": "x | y", "d": {"?": "", "e": "number or null"}}
    right = {"a": "", "b": [1], "c": "y", "d": None}
    assert list(mismatch(right, shape)) == []
    assert list(mismatch({**right, "d": {"e": None}}, shape)) == []
    for wrong in ({"a": 1}, {"b": [True]}, {"b": [""]}, {"c": "z"}, {"d": {}}, {"d": {"e": ""}}):
        assert list(mismatch({**right, **wrong}, shape))
    assert list(mismatch({**right, "f": 1}, shape))


def test_verdicts():
    """The table of verdicts names each, and no other."""
    section = PAGE.read_text("utf-8").partition("| verdict | meaning |")[2].partition("\n\n")[0]
    assert re.findall(r"(?m)^\| ([a-z, ]+) \|", section) == list(get_args(Verdict))
