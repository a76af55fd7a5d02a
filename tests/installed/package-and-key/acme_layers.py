"""Layers that a decorator registers."""

from keras_serializable import register_keras_serializable


@register_keras_serializable("acme")
class Scale:
    """A layer, as far as a registry can tell."""

    def get_config(self):
        return {}
