"""Model files: saved in one process, loaded in another that has imported nothing of the plugin."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras_serializable
from keras_serializable._keys import name_of

from pytest_keras_serializable._findings import Finding, Inapplicable, first_line
from pytest_keras_serializable._process.models import STEPPING, TinyModel, predict
from pytest_keras_serializable._process.sources import place_of

if TYPE_CHECKING:
    from pytest_keras_serializable._process.kerases import Keras

FORMATS = ("keras", "h5")
RECORD = "model.json"
ARRAYS = "arrays.npz"
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def save(task: dict[str, Any], found: Any, tiny: TinyModel, suffix: str) -> None:
    """Save a tiny model in a format."""
    if suffix == "h5" and importlib.util.find_spec("h5py") is None:
        reason = "h5py is not installed"
        raise Inapplicable(reason)
    try:
        tiny.model.save(str(Path(task["folder"], f"model.{suffix}")))
    except NotImplementedError as error:
        reason = f"Keras does not save it in this format: {first_line(error)}"
        raise Inapplicable(reason) from error
    except Exception as error:
        raise Finding(
            f"{task['key']}: Keras cannot save a model with it as .{suffix}: {first_line(error)}",
            place_of(found, task["root"]),
            "get_config() returns values that JSON can hold; weights are made with add_weight().",
        ) from error


def record(task: dict[str, Any], saved_name: str, tiny: TinyModel, keras: Keras) -> None:
    """Write down beside the model how it behaves, and how after one more step of training."""
    import numpy as np  # noqa: PLC0415 -- Keras has imported it

    folder = Path(task["folder"])
    is_list = isinstance(tiny.inputs, (list, tuple))
    arrays = (
        {f"input{place}": each for place, each in enumerate(tiny.inputs)}
        if is_list
        else {"input": tiny.inputs}
    )
    if tiny.targets is not None:
        arrays["targets"] = tiny.targets
    behaviour = _behaviour(tiny, keras)
    repeated = _behaviour(tiny, keras)
    is_random = any(not _close(one, other) for one, other in zip(behaviour, repeated, strict=True))
    arrays.update({f"result{place}": each for place, each in enumerate(behaviour)})
    if tiny.use in STEPPING:
        arrays["trained"] = _trained(tiny, keras)
    np.savez(folder / ARRAYS, **arrays)
    about = {"use": tiny.use, "name": saved_name, "is_list": is_list, "is_random": is_random}
    (folder / RECORD).write_text(json.dumps(about), encoding="utf-8")


def load(task: dict[str, Any], suffix: str, keras: Keras) -> None:
    """Load a saved model and compare it with what was written down."""
    import numpy as np  # noqa: PLC0415 -- Keras has imported it

    folder, key = Path(task["folder"]), task["key"]
    about = json.loads((folder / RECORD).read_text("utf-8"))
    with np.load(folder / ARRAYS) as stored:
        arrays = dict(stored)
    keras_serializable.connect()
    try:
        model = keras.function("load_model")(str(folder / f"model.{suffix}"))
    except Exception as error:
        if suffix == "h5" and not keras.is_newer_than_2 and about["use"] not in {"layer", "loss"}:
            reason = "Keras 2 does not load a registered part of a part from .h5"
            raise Inapplicable(reason) from error
        raise Finding(
            f"{key}: a process that has imported nothing of the plugin cannot load a "
            f".{suffix} model with it: {first_line(error)}",
            task["line"],
            "The key that Keras writes into the file, and every key inside its config, has to be "
            "advertised.",
        ) from error
    _check_name(key, about["name"], model, suffix)
    inputs: Any = (
        [arrays[name] for name in sorted(arrays) if name.startswith("input")]
        if about["is_list"]
        else arrays["input"]
    )
    tiny = TinyModel(model, inputs, arrays.get("targets"), about["use"])
    if about["is_random"]:
        return
    for place, result in enumerate(_behaviour(tiny, keras)):
        if not _close(result, arrays[f"result{place}"]):
            raise Finding(
                f"{key}: a model with it, loaded from .{suffix}, gives other results: "
                f"{_differs(result, arrays[f'result{place}'])}",
                task["place"],
                "What the results depend on is in get_config(), or in weights that add_weight() "
                "makes in __init__ or build().",
            )
    # Keras keeps the state of an optimizer whole only in its own format.
    if "trained" in arrays and suffix == "keras":
        result = _trained(tiny, keras)
        if not _close(result, arrays["trained"]):
            raise Finding(
                f"{key}: training goes on in another way after loading: "
                f"{_differs(result, arrays['trained'])}",
                task["place"],
                "The state of an optimizer is in variables that build() makes with add_variable() "
                "or add_variable_from_reference().",
            )


def _trained(tiny: TinyModel, keras: Keras) -> Any:
    """Return a prediction after one more step of training."""
    tiny.model.train_on_batch(tiny.inputs, tiny.targets)
    return predict(tiny.model, tiny.inputs, keras)[0]


def _behaviour(tiny: TinyModel, keras: Keras) -> list[Any]:
    """Return predictions and, for a part of the training configuration, loss and metrics."""
    import numpy as np  # noqa: PLC0415 -- Keras has imported it

    results = predict(tiny.model, tiny.inputs, keras)
    if tiny.is_compiled:
        tiny.model.reset_metrics()  # they add up over calls
        measured = tiny.model.test_on_batch(tiny.inputs, tiny.targets)
        results.append(np.asarray(measured, dtype="float64"))
    return results


def _close(one: Any, other: Any) -> bool:
    import numpy as np  # noqa: PLC0415 -- Keras has imported it

    if one.shape != other.shape:
        return False
    if not np.issubdtype(one.dtype, np.number):
        return bool((one == other).all())
    return bool(np.allclose(one, other, equal_nan=True, **TOLERANCE))


def _differs(one: Any, other: Any) -> str:
    if one.shape != other.shape:
        return f"shape {one.shape} instead of {other.shape}"
    return f"{one.ravel()[:3].tolist()} instead of {other.ravel()[:3].tolist()}"


def _check_name(key: str, name: str, model: Any, suffix: str) -> None:
    """Check that the object is in the loaded model: the model would save it by its name again."""
    compiled: Any = getattr(model, "get_compile_config", dict)()
    text = json.dumps([model.get_config(), compiled], default=str)
    # Keras 2, and Keras 3 up to 3.6, save a function without its package.
    if not any(json.dumps(each) in text for each in (name, name_of(name))):
        raise Finding(f"{key} is not in the model that Keras loads from .{suffix}.")
