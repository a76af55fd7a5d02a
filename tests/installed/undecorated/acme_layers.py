"""Objects of a library that knows nothing of registries."""


class Scale:
    """A layer, as far as a registry can tell."""

    def get_config(self):
        return {}

    class Inner:
        """A class inside a class."""

        def get_config(self):
            return {}


def twice(x):
    return 2 * x
