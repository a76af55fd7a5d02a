"""Limits: how large a config may be. Nothing that people save comes near."""

MAX_DEPTH = 1000
"""Levels of dictionaries and lists inside each other; Python's own limit for calls often comes
first, and is reported in the same way."""

MAX_VALUES = 10_000_000
"""Values in all, a value that is in several places counted in each."""
