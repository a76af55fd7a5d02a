"""The losses."""

from keras_serializable import register_keras_serializable


@register_keras_serializable("acme", "double")
def twice(x):
    return 2 * x
