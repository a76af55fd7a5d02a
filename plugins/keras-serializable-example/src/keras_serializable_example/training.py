"""The key package `example.training`, advertised whole: importing this registers all its keys."""

from . import losses, metrics, optimizers, schedules

__all__ = ["losses", "metrics", "optimizers", "schedules"]
