"""Demo, first process: a program that uses the plugin trains a model and saves it."""

import sys
from pathlib import Path

import keras
import numpy as np

from keras_serializable_example.activations import squish
from keras_serializable_example.initializers import Stripes
from keras_serializable_example.layers import Scale
from keras_serializable_example.losses import TrimmedError
from keras_serializable_example.metrics import WithinTolerance
from keras_serializable_example.models import ResidualMLP
from keras_serializable_example.optimizers import SignDescent
from keras_serializable_example.regularizers import Elastic
from keras_serializable_example.schedules import SawTooth

folder = Path(sys.argv[1])
inputs = np.linspace(-1, 1, 96, dtype="float32").reshape(32, 3)
truth = inputs[:, :2] ** 2

entry = keras.Input((3,))
x = Scale(factor_initializer=Stripes(1.0, 0.5), factor_regularizer=Elastic(0.01))(entry)
x = keras.layers.Dense(8, activation=squish)(x)
model = keras.Model(entry, ResidualMLP(outputs=2, width=8)(x))
model.compile(
    optimizer=SignDescent(learning_rate=SawTooth(high=0.01, low=0.001, period=4)),
    loss=TrimmedError(limit=2.0),
    metrics=[WithinTolerance(tolerance=0.25)],
)
losses = model.fit(inputs, truth, epochs=5, verbose=0).history["loss"]

model.save(folder / "model.keras")
np.save(folder / "inputs.npy", inputs)
np.save(folder / "predictions.npy", model.predict(inputs, verbose=0))

print("1. A program that imports the plugin trains a model and saves it.")
print()
print(f"   Keras {keras.__version__} on {keras.backend.backend()}; loss {losses[0]:.3f}", end="")
print(f" before, {losses[-1]:.3f} after training; saved as model.keras.")
print()
