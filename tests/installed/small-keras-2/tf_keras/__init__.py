"""A package of the small Keras."""

import tf_keras.src
from tf_keras.src import layers
from tf_keras.src.saving import serialization_lib as saving
