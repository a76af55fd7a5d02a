"""A class that was renamed: its former keys are advertised beside its own."""

from keras_serializable import register_keras_serializable


@register_keras_serializable("acme")
class Scale:
    """A layer, as far as a registry can tell."""

    def get_config(self):
        return {}
