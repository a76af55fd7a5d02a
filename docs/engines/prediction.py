"""What a worker of every engine runs. It loads the model at the first block, and keeps it."""

import functools

import keras
import numpy as np

load_once = functools.cache(keras.saving.load_model)


def predict(model: str, block: np.ndarray) -> np.ndarray:
    """Return what the saved model predicts for a block of rows."""
    return load_once(model).predict(block, batch_size=16384, verbose=0)
