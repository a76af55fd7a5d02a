"""The public names of Keras' classes."""


def get_name_from_symbol(cls):
    return {"Layer": "keras.layers.Layer"}.get(cls.__name__)
