"""The JSON of each verb has the fields and types that `docs/command.md` describes."""

import json
import re
from typing import get_args

import pytest
from distributions import install, install_example
from schemas import PAGE, described, mismatch

from keras_serializable._cli.command import VERBS
from keras_serializable._needs.needed_objects import Verdict


def test_every_verb_is_described():
    """Each verb has a description, but `new`, which makes files."""
    assert set(described()) == {*VERBS} - {"new"}


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
