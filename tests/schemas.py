"""The JSON that `docs/command.md` describes for each verb, and the comparison with what one writes.

A description is JSON with a text for each value: a type, several words with `|` between them, or
one of these with `or null`. The field `*` stands for any name, and `?` marks an object that may be
null.
"""

import json
import pathlib
import re
from typing import get_args

from keras_serializable._needs.needed_objects import Verdict

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "command.md"
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
