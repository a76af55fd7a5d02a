"""A layer without a decorator: Keras saves it under its bare name."""

import keras


class PlainDoubling(keras.layers.Layer):
    """Doubles its inputs."""

    def call(self, inputs):
        return inputs * 2
