"""Load one model in one way, and compare its prediction with the one made before it was saved.

    python load.py JOB

`run.py` writes the job as JSON, and reads the last line that this prints.
"""

# ruff: noqa: T201 -- the outcome is printed
from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import numpy as np

TOLERANCE = 1e-4


def import_keras(name: str) -> Any:
    """Import `keras`, `tf_keras` or `tensorflow.keras`."""
    if name == "tensorflow.keras":
        import tensorflow as tf

        return tf.keras
    return __import__(name)


def keras_name(name: str, keras: Any) -> str:
    """Return a Keras with its version, and its backend where it has several."""
    root = "tf_keras" if name == "tf_keras" else "keras"
    told = f"{root} {sys.modules[root].__version__}"
    return f"{told} on {keras.backend.backend()}" if hasattr(keras, "ops") else told


def predict(model: Any, values: Any) -> Any:
    """Return the model's prediction for the stored inputs."""
    inputs = {name: values[name] for name in values.files if name.startswith("input")}
    if hasattr(model, "log_prob"):  # an approximator of bayesflow
        return model.log_prob({name.partition("_")[2]: value for name, value in inputs.items()})
    if len(inputs) > 1:  # a graph: nodes and edges, which predict() takes for batches
        return model([inputs[name] for name in sorted(inputs)])
    return model.predict(inputs["input"], verbose=0)


def outcome(job: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of a model.

    A job has `keras`, `file` and `values`; `imports`, the modules to import first; `connect`,
    whether to connect; `is_random`, whether the prediction is a sample.

    The outcome has `result`; `keras`, `message` for an error, and `difference` of the prediction.
    """
    keras = import_keras(job["keras"])
    told = keras_name(job["keras"], keras)
    for module in job["imports"]:
        importlib.import_module(module)
    if job["connect"]:
        import keras_serializable

        keras_serializable.connect()
    try:
        model = keras.models.load_model(job["file"])
        values = np.load(job["values"])
        found, expected = np.asarray(predict(model, values)), values["prediction"]
    except Exception as error:  # noqa: BLE001 -- the error is the outcome
        notes = getattr(error, "__notes__", [])
        message = "\n".join([str(error), *notes])
        return {"result": type(error).__name__, "message": message, "keras": told}
    if found.shape != expected.shape:
        message = f"{found.shape} instead of {expected.shape}"
        return {"result": "differs", "message": message, "keras": told}
    difference = float(np.abs(found - expected).max())
    is_equal = job["is_random"] or difference <= TOLERANCE * max(np.abs(expected).max(), 1.0)
    result = "loads" if is_equal else "differs"
    return {"result": result, "difference": difference, "keras": told}


print("\n" + json.dumps(outcome(json.loads(sys.argv[1]))))
