"""A library whose keys another distribution advertises."""


class Scale:
    """A layer, as far as a registry can tell."""

    def get_config(self):
        return {}
