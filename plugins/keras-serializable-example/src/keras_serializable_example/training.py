"""The package `example.training` of keys: the import of this module registers all of them."""

from . import losses, metrics, optimizers, schedules

__all__ = ["losses", "metrics", "optimizers", "schedules"]
