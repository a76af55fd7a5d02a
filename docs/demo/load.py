"""Demo, second process: a program that knows no plugin loads the model."""

import sys
from pathlib import Path

import keras
from watching import Watch

import keras_serializable

folder = Path(sys.argv[1])

with Watch(folder / "model.keras") as watch:
    keras_serializable.connect()
    model = keras.saving.load_model(folder / "model.keras")

watch.report()
watch.check(model, folder / "inputs.npy", folder / "predictions.npy")
