"""The state that Keras keeps for each thread, here for the process."""

attributes = {}


def get_global_attribute(name, default=None):
    return attributes.get(name, default)


def set_global_attribute(name, value):
    attributes[name] = value
