"""Imports modules one by one, and reports the objects that each registers, in a separate process.

The parent process writes one JSON object to standard input: `modules`, `entries`, `bare`, `path`.
The answers are lines of JSON in the file of the first argument, because modules may print anything.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

KERASES = {
    "keras": "keras.src.saving.object_registration",
    "tf_keras": "tf_keras.src.saving.object_registration",
}
NAMES = ("GLOBAL_CUSTOM_OBJECTS", "_GLOBAL_CUSTOM_OBJECTS")
OURS = "keras_serializable"


def registered() -> dict[str, tuple[str, Any]]:
    """Return what is registered in this process: in `keras`, in `tf_keras`, and then by us."""
    found: dict[str, tuple[str, Any]] = {}
    for keras, name in KERASES.items():
        module = sys.modules.get(name)
        for attribute in NAMES:
            for key, obj in dict(getattr(module, attribute, None) or {}).items():
                found.setdefault(str(key), (keras, obj))
    if hasattr(sys.modules.get(OURS), "get_custom_objects"):
        for key, obj in sys.modules[OURS].get_custom_objects().items():
            found.setdefault(key, (OURS, obj))
    return found


def resolve(value: str) -> Any:
    """Return the object of an object reference, `None` if there is none."""
    module, _, attribute = value.partition(":")
    found: Any = sys.modules.get(module)
    if found is None:
        try:
            found = importlib.import_module(module)
        except BaseException:  # noqa: BLE001 -- the module's own failure
            return None
    for name in attribute.split("."):
        found = getattr(found, name, None)
    return found


def owner_of(obj: Any) -> str:
    """Return the root package of the module that an object, or its class, is defined in."""
    module = getattr(obj, "__module__", None) or type(obj).__module__
    return str(module).partition(".")[0]


def path_of(obj: Any, roots: set[str]) -> str:
    """Return an object reference of this very object, empty if there is none."""
    own = f"{getattr(obj, '__module__', '')}:{getattr(obj, '__qualname__', '')}"
    if owner_of(obj) in roots and "<" not in own and resolve(own) is obj:
        return own
    for name, candidate in sorted(sys.modules.items()):
        if name.partition(".")[0] in roots:
            for attribute, value in list(getattr(candidate, "__dict__", {}).items()):
                if value is obj:
                    return f"{name}:{attribute}"
    return ""


def main() -> None:
    """Import each module, then check the values of the static scan by identity."""
    task = json.load(sys.stdin)
    sys.path[:0] = task["path"]
    roots = {name.partition(".")[0] for name in task["modules"]}
    with open(sys.argv[1], "a", encoding="utf-8") as answers:  # noqa: PTH123 -- as small as can be

        def answer(**data: Any) -> None:
            answers.write(json.dumps(data) + "\n")
            answers.flush()

        before = registered()
        for name in task["modules"]:
            answer(begins=name)
            failure = ""
            try:
                importlib.import_module(name)
            except BaseException as error:  # noqa: BLE001 -- the module's own failure
                failure = f"{type(error).__name__}: {error}"
            now = registered()
            new = {
                key: keras
                for key, (keras, obj) in now.items()
                if key not in before or before[key][1] is not obj
            }
            before = now
            answer(module=name, failure=failure, registers=new)
        for key, (keras, obj) in registered().items():
            value = task["entries"].get(key, "")
            same = bool(value) and (":" not in value or resolve(value) is obj)
            own = owner_of(obj) in roots
            path = value if same else path_of(obj, roots)
            answer(key=key, keras=keras, value=path, same=same, own=own)
        known = [obj for _, obj in registered().values()]
        for name, value in task["bare"].items():
            found = resolve(value)
            is_registered = any(obj is found for obj in known)
            answer(bare=name, found=isinstance(found, type), registered=is_registered)


if __name__ == "__main__":
    main()
