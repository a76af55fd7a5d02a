"""Loads one model in a process of its own, predicts with it, and says what became of it.

The parent process writes the task as JSON to standard input, and this module writes the outcome as
JSON into the file of its first argument, because Keras and libraries print. The task has

- `path`: the folders of `sys.path`; `keras`: the Keras to import; `file`: the model;
- `modules`: what to import first; `objects`: keys and values, for `custom_objects` if the imports
  are not enough;
- `connect`: whether to connect keras-serializable, with nothing of `roots` imported;
- `values`, `weights`: the files in which the first trial keeps arrays, and the second finds them.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

SIZES = (8, 32, 128)  # for dimensions of any size
BATCH = 2
TOLERANCE = 1e-4
MADE_BY_KERAS = "saved_model.load"  # the end of the module's name, in every Keras 2


def outcome(task: dict[str, Any]) -> dict[str, Any]:
    """Return what became of a model."""
    keras = importlib.import_module(task["keras"])
    told: dict[str, Any] = {"keras": keras_name(task["keras"], keras)}
    try:
        for module in task["modules"]:
            importlib.import_module(module)
        if task["connect"]:
            importlib.import_module("keras_serializable").connect()
        early = sorted({name.partition(".")[0] for name in sys.modules} & {*task["roots"]})
        if task["connect"] and early:
            told["result"] = "imported"
            told["message"] = f"{', '.join(early)} was imported before the model was loaded"
            return told
        model = load(keras, task, told)
    except Exception as error:  # noqa: BLE001 -- the error is the outcome
        return {**told, "result": "fails", "message": message_of(error)}
    told.setdefault("result", "loads")
    compare = find if task["connect"] else keep
    return {**told, **compare(model, task)}


def load(keras: Any, task: dict[str, Any], told: dict[str, Any]) -> Any:
    """Return the model; if the imports are too little, load it with `custom_objects`."""
    try:
        return complete(keras.models.load_model(task["file"]))
    except Exception as error:
        if task["connect"]:
            raise
        told["result"], told["message"] = "fails", message_of(error)
        objects = objects_of(task["objects"])
        return complete(keras.models.load_model(task["file"], custom_objects=objects))


def complete(model: Any) -> Any:
    """Return a model. It is an error if Keras did not find the class of a layer of a SavedModel."""
    # Keras 2 then makes a class of this name. It predicts, but has no code of the library.
    parts = getattr(model, "submodules", ())
    names = {type(each).__name__ for each in parts if type(each).__module__.endswith(MADE_BY_KERAS)}
    if names:
        message = f"Keras did not find {', '.join(sorted(names))}, and made a class in its place"
        raise TypeError(message)
    return model


def objects_of(values: dict[str, str]) -> dict[str, Any]:
    """Return the objects of keys, each also under its name without the package."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        module, _, attribute = value.partition(":")
        obj: Any = importlib.import_module(module)
        for name in filter(None, attribute.split(".")):
            obj = getattr(obj, name)
        if attribute:
            found[key] = found[key.partition(">")[2] or key] = obj
    return found


def keras_name(name: str, keras: Any) -> str:
    """Return a Keras with its version, and its backend where it has several."""
    told = f"{name} {keras.__version__}"
    return f"{told} on {keras.backend.backend()}" if hasattr(keras, "ops") else told


def message_of(error: BaseException) -> str:
    """Return the text of an error with its notes."""
    notes = getattr(error, "__notes__", ())
    return "\n".join([f"{type(error).__name__}: {error}", *map(str, notes)])


def keep(model: Any, task: dict[str, Any]) -> dict[str, Any]:
    """Predict with the model of the first trial, and keep inputs, prediction and weights."""
    np = importlib.import_module("numpy")
    weights = [np.asarray(each) for each in model.get_weights()]
    np.savez(task["weights"], *weights)
    try:
        inputs, first = predicted(model)
        second = flat(model.predict(packed(inputs), verbose=0))
    except Exception as error:  # noqa: BLE001 -- a model that cannot predict has weights to compare
        return {"predicts": message_of(error)}
    np.savez(
        task["values"],
        **dict(zip(names_of("input", inputs), inputs)),  # noqa: B905 -- of one length
        **dict(zip(names_of("prediction", first), first)),  # noqa: B905
    )
    return {"predicts": "", "is_random": distance(first, second) > TOLERANCE}


def find(model: Any, task: dict[str, Any]) -> dict[str, Any]:
    """Compare the model of the second trial with what the first one has kept."""
    np = importlib.import_module("numpy")
    told: dict[str, Any] = {"weights": "none", "difference": None}
    if os.path.exists(task["weights"]):  # noqa: PTH110 -- as small as can be
        with np.load(task["weights"]) as kept:
            former = [kept[name] for name in kept.files]
        weights = [np.asarray(each) for each in model.get_weights()]
        told["weights"] = "equal" if distance(former, weights) == 0 else "differ"
    if os.path.exists(task["values"]):  # noqa: PTH110
        with np.load(task["values"]) as kept:
            inputs = [kept[name] for name in kept.files if name.startswith("input")]
            former = [kept[name] for name in kept.files if name.startswith("prediction")]
        try:
            told["difference"] = distance(former, flat(model.predict(packed(inputs), verbose=0)))
        except Exception as error:  # noqa: BLE001 -- the error is the outcome
            told["result"], told["message"] = "fails", message_of(error)
    return told


def predicted(model: Any) -> tuple[list[Any], list[Any]]:
    """Return inputs that a model takes, and its prediction for them."""
    failure: Exception | None = None
    for size in SIZES:
        inputs = inputs_of(model, size)
        try:
            return inputs, flat(model.predict(packed(inputs), verbose=0))
        except Exception as error:  # noqa: BLE001 -- a larger one may fit
            failure = failure or error
    assert failure is not None  # noqa: S101 -- for the type checker
    raise failure


def inputs_of(model: Any, size: int) -> list[Any]:
    """Return numbers for each input of a model; `size` is that of dimensions of any size."""
    np = importlib.import_module("numpy")
    random = np.random.default_rng(0)
    found = []
    for tensor in model.inputs or ():
        kind = str(getattr(tensor.dtype, "name", tensor.dtype))
        shape = [size if each is None else int(each) for each in tensor.shape[1:]]
        if kind.startswith(("int", "uint", "bool")):
            found.append(random.integers(0, 2, [BATCH, *shape]).astype(kind))
        elif kind == "string":
            message = f"no input is made for a tensor of {kind}"
            raise TypeError(message)
        else:
            found.append(random.random([BATCH, *shape]).astype("float32"))
    if not found:
        message = "the model does not say what its inputs are"
        raise TypeError(message)
    return found


def packed(inputs: list[Any]) -> Any:
    """Return inputs as a model takes them."""
    return inputs[0] if len(inputs) == 1 else inputs


def flat(values: Any) -> list[Any]:
    """Return the arrays of a prediction."""
    if isinstance(values, dict):
        return [one for key in sorted(values) for one in flat(values[key])]
    if isinstance(values, (list, tuple)):
        return [one for value in values for one in flat(value)]
    return [importlib.import_module("numpy").asarray(values)]


def names_of(word: str, arrays: list[Any]) -> list[str]:
    """Return the names of arrays in a file: the word, with numbers where there are several."""
    if len(arrays) == 1:
        return [word]
    return [f"{word}_{position:03}" for position in range(len(arrays))]


def distance(former: list[Any], now: list[Any]) -> float:
    """Return the largest difference of arrays, by the largest number; infinite for other shapes."""
    np = importlib.import_module("numpy")
    if [each.shape for each in former] != [each.shape for each in now]:
        return float("inf")
    largest = 0.0
    for one, other in zip(former, now):  # noqa: B905 -- of one length
        if not one.size or np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"):
            continue
        if one.dtype.kind not in "biufc" or other.dtype.kind not in "biufc":
            return float("inf")
        gap = np.abs(one.astype("float64") - other.astype("float64")).max()
        scale = max(float(np.abs(one.astype("float64")).max()), 1.0)
        largest = max(largest, float(gap) / scale if np.isfinite(gap) else float("inf"))
    return largest


def main() -> None:
    """Carry out the task of standard input."""
    task = json.load(sys.stdin)
    sys.path[:] = task["path"]
    told = outcome(task)
    with open(sys.argv[1], "w", encoding="utf-8") as answer:  # noqa: PTH123 -- as small as can be
        json.dump(told, answer)


if __name__ == "__main__":
    main()
