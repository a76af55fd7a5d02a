"""A package of the small Keras."""

import tf_keras.src
