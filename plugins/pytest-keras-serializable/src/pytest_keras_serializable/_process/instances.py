"""The instance of a class that is tested: the author's example, or one without arguments."""

from __future__ import annotations

import inspect
import runpy
from typing import Any

from pytest_keras_serializable._findings import Finding, first_line
from pytest_keras_serializable._process.sources import place_of
from pytest_keras_serializable.examples import Example

FUNCTION = "examples"
"""The function of an author's file that returns the examples by key."""


def make_example(task: dict[str, Any], found: Any) -> Example:
    """Return the example of a key."""
    stated = _stated(task)
    if stated is not None:
        stated = _made(task, stated, found)
        example = stated if isinstance(stated, Example) else Example(stated)
        if isinstance(found, type) and not isinstance(example.object, found):
            raise Finding(
                f"The example of {task['key']} is a {type(example.object).__name__}, no "
                f"{found.__name__}.",
                task["examples"],
                f'"{task["key"]}": {found.__name__}(...)',
            )
        return example
    if not isinstance(found, type):
        return Example(found)
    positional, named = task["arguments"]
    try:
        return Example(found(*positional, **named))
    except Exception as error:
        raise _no_instance(task, found, error) from error


def _stated(task: dict[str, Any]) -> Any:
    """Return what the author's file says of the key, `None` if it says nothing."""
    if not task["examples"]:
        return None
    try:
        names = runpy.run_path(task["examples"])
    except Exception as error:
        raise Finding(
            f"The examples file cannot be run: {first_line(error)}", task["examples"]
        ) from error
    if FUNCTION not in names:
        raise Finding(
            f"The examples file has no function {FUNCTION}().",
            task["examples"],
            f'def {FUNCTION}():\n    return {{"{task["key"]}": ...}}',
        )
    return names[FUNCTION]().get(task["key"])


def _made(task: dict[str, Any], stated: Any, found: Any) -> Any:
    """Return an example; a function that the author gave is called to make it."""
    if not inspect.isfunction(stated) or stated is found:
        return stated
    try:
        return stated()
    except Exception as error:
        raise Finding(
            f"The example of {task['key']} cannot be made: {first_line(error)}", task["examples"]
        ) from error


def _no_instance(task: dict[str, Any], found: type, error: Exception) -> Finding:
    required = ", ".join(f"{name}=..." for name in required_arguments(found)) or "..."
    positional, named = task["arguments"]
    given = "with the arguments given" if positional or named else "without arguments"
    return Finding(
        f"No {found.__name__} can be made {given}, so {task['key']} is not tested: "
        f"{first_line(error)}",
        place_of(found, task["root"]),
        "Say with which arguments, in the configuration of pytest:\n"
        f'keras_serializable_arguments = ["{task["key"]}({required})"]\n'
        "or in a file of yours: keras_serializable_examples = "
        f'"tests/examples.py", with\ndef {FUNCTION}():\n'
        f'    return {{"{task["key"]}": {found.__name__}({required})}}',
    )


def parameters(found: type) -> list[inspect.Parameter]:
    """Return the named parameters of a class's constructor."""
    try:
        signature = inspect.signature(found.__init__)  # type: ignore[misc]
    except (TypeError, ValueError):
        return []
    skipped = {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}
    return [each for each in list(signature.parameters.values())[1:] if each.kind not in skipped]


def required_arguments(found: type) -> list[str]:
    """Return the names of the parameters that have no default."""
    return [each.name for each in parameters(found) if each.default is inspect.Parameter.empty]
