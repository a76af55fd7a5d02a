"""Objects of a plugin for a small Keras, which makes classes from their configs."""

from under_test import imported

imported.append(__name__)


class Scale:
    def __init__(self, factor=1):
        self.factor = factor

    def get_config(self):
        return {"factor": self.factor}


class Dense(Scale):
    pass


def squish(x):
    return x


def twice(x):
    return x
