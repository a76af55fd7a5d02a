"""A package of the small Keras."""

from tf_keras.src.layers.serialization import Dense, Layer, deserialize
