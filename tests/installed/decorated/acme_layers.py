"""Objects that decorators register, as most plugins have them."""

from keras_serializable import register_keras_serializable


@register_keras_serializable("acme")
class Scale:
    """A layer, as far as a registry can tell."""

    def get_config(self):
        return {}


@register_keras_serializable("acme", "double")
def twice(x):
    return 2 * x
