"""One object of each kind that Keras can save, registered and advertised.

This file imports no module, so the lookup of one key imports one module. Import each object from
its module: `from keras_serializable_example.layers import Scale`.
"""

__version__ = "1.0.0"
