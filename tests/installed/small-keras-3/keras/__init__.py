"""A package of the small Keras."""

import keras.src
