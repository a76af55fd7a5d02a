"""Objects that decorators register in the registry of a test."""

from under_test import imported, register_keras_serializable

imported.append(__name__)


@register_keras_serializable("acme")
class Scale:
    def get_config(self):
        return {}


@register_keras_serializable("acme", "double")
def twice(x):
    return 2 * x
