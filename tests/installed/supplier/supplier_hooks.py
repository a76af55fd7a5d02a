"""A hook plugin that supplies one key that nobody advertises."""

from keras_serializable.hooks import hookimpl


@hookimpl
def keras_serializable_missing(key):
    return len if key == "length" else None
