"""Demo, second act, second process: a program that does not know the library loads its model."""

import sys
from pathlib import Path

import keras
import numpy as np

import keras_serializable

folder = Path(sys.argv[1])
LIBRARY = "keras_mdn_layer"

print("5. A new process imports keras and keras_serializable, but not the library, and loads it.")
print()
(provider,) = (each for each in keras_serializable.providers() if each.name == "MDN")
print(f"   {provider.distribution} knows what {provider.name} is: {provider.value}")
print()

keras_serializable.connect()
imported_before = LIBRARY in sys.modules
model = keras.saving.load_model(folder / "mixture.keras")
predicted = model.predict(np.load(folder / "mixture-inputs.npy"), verbose=0)

if imported_before:
    sys.exit(f"   BROKEN: {LIBRARY} was imported before the load")
print(f"   ok  before the load {LIBRARY} was not imported")
if not np.array_equal(predicted, np.load(folder / "mixture-predictions.npy")):
    sys.exit("   BROKEN: the predictions differ")
print(f"   ok  the {predicted.size} predictions equal those of the program that saved the model")
print()
