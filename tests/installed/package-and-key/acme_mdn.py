"""A layer that no decorator registers."""


class MDN:
    """A layer, as far as a registry can tell."""

    def get_config(self):
        return {}
