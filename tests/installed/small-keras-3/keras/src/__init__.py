"""Imports what is intercepted, in a fixed order."""

from keras.src import activations
from keras.src import constraints
from keras.src import initializers
from keras.src import losses
from keras.src import metrics
from keras.src import optimizers
from keras.src import regularizers
from keras.src.legacy.saving import serialization
from keras.src import layers
from keras.src import version
