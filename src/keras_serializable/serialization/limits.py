"""Limits: how large a config may be. Configs of real models are far smaller."""

MAX_DEPTH = 1000
"""Levels of dictionaries and lists inside each other.

Python's recursion limit is often reached first. In both cases a `ConfigLimitError` is raised.
"""

MAX_VALUES = 10_000_000
"""Values in the whole config. A value in several places is counted in each of them."""
