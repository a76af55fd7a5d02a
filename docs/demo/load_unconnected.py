"""Demo, third process: a program that does not call `keras_serializable.connect()`."""

import re
import sys
from pathlib import Path

import keras

print("3. A new process loads it without a call of keras_serializable.connect().")
print()
try:
    keras.saving.load_model(Path(sys.argv[1]) / "model.keras")
except (TypeError, ValueError) as error:
    # Keras quotes the whole config, and each level quotes the one below: 1 to 4 KB.
    message = str(error)
    reason = re.search(r"Could not \w+ .*?\.", message)
    print(f"   Keras raises a {type(error).__name__} of {len(message)} characters, which says")
    print(f"   {reason[0] if reason else message}")
    print()
else:
    sys.exit("   BROKEN: it loaded, so the demo shows nothing")
print("   ok  Keras alone cannot load the file, though the plugin is installed")
