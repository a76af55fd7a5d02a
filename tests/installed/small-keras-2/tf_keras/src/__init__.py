"""Imports what is intercepted, in a fixed order."""

from tf_keras.src import activations
from tf_keras.src import constraints
from tf_keras.src import initializers
from tf_keras.src import losses
from tf_keras.src import metrics
from tf_keras.src import optimizers
from tf_keras.src import regularizers
from tf_keras.src import layers
