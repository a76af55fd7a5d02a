"""A module that needs what is not installed."""

import no_such_jax  # noqa: F401 -- importing it fails


class Scale:
    """A layer, as far as a registry can tell."""

    def get_config(self):
        return {}
