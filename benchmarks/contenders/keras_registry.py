"""Keras' own registry, for warm lookups: it finds only what the program has registered."""


class Contender:
    """Keras' function, with the object registered under its key by Keras' decorator."""

    def __init__(self):
        from keras.saving import get_registered_object

        self.first = get_registered_object

    def warm(self):
        return self.first
