"""A hook plugin that refuses every provider."""

from keras_serializable.hooks import hookimpl


@hookimpl
def keras_serializable_refuse(key, provider):
    return f"{key} of {provider.distribution} is not on the list"
