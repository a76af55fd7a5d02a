"""A package that registers everything when it is imported."""

from acme import layers, losses

__all__ = ["layers", "losses"]
