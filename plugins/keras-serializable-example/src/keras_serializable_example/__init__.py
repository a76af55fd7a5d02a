"""One object of each kind that Keras can save, registered and advertised.

This file imports none of its modules, so that looking one key up imports one module. Import the
objects from where they are defined: `from keras_serializable_example.layers import Scale`.
"""

__version__ = "1.0.0"
