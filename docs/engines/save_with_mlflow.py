"""MLflow: save a model as `served`, with the requirements and the inputs that it has.

The program that saves a model has made or loaded it, here with `connect()`.
"""

import sys

import keras
import mlflow.keras
import numpy as np
from mlflow.models import infer_signature

import keras_serializable


def main(file: str, example: str) -> None:
    """Save the model of a file; the example is an array of its inputs."""
    keras_serializable.connect()
    model = keras.saving.load_model(file)
    rows = np.load(example)[:8]
    mlflow.keras.save_model(
        model,
        "served",
        signature=infer_signature(rows, model.predict(rows, verbose=0)),
        extra_pip_requirements=keras_serializable.requirements(model),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
