"""Demo, second act, first process: a program saves a model of a library that anybody can install.

keras-mdn-layer has a layer `MDN`, and does not register it.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from keras_mdn_layer import MDN

folder = Path(sys.argv[1])
inputs = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)

entry = keras.Input((3,))
model = keras.Model(entry, MDN(2, 4)(keras.layers.Dense(8, activation="tanh")(entry)))
model.save(folder / "mixture.keras")
np.save(folder / "mixture-inputs.npy", inputs)
np.save(folder / "mixture-predictions.npy", model.predict(inputs, verbose=0))

print("4. A program saves a model of a real library, keras-mdn-layer, as mixture.keras.")
print()
