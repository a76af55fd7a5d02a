"""Constructor arguments that an author writes into the configuration."""

from __future__ import annotations

import ast
from typing import Any


def parse_arguments(line: str) -> tuple[str, list[Any], dict[str, Any]]:
    """Return key, positional and named arguments of a line such as `acme>Scale(2, by=0.5)`."""
    key, opened, rest = line.strip().partition("(")
    try:
        call = ast.parse(f"f({rest}", mode="eval").body
        if not opened or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            raise ValueError(line)  # noqa: TRY301 -- told below
        if not all(each.arg for each in call.keywords):
            raise ValueError(line)  # noqa: TRY301 -- told below
        positional = [ast.literal_eval(each) for each in call.args]
        named = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    except (SyntaxError, ValueError) as error:
        message = (
            f"keras_serializable_arguments has the line {line!r}. Write a key and plain arguments, "
            'such as "acme>Scale(by=2.0)"; objects go into keras_serializable_examples.'
        )
        raise ValueError(message) from error
    return key.strip(), positional, named
