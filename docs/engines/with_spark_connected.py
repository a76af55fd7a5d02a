"""PySpark, without autoload: the function that a worker runs calls `connect()`."""

import sys

import numpy as np
import prediction
import with_spark

import keras_serializable


def predict(model: str, block: np.ndarray) -> np.ndarray:
    """Connect, which costs nothing the second time, and predict."""
    keras_serializable.connect()
    return prediction.predict(model, block)


with_spark.main(*sys.argv[1:], predict=predict)
