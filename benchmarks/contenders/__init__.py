"""The contenders, each behind one small class in a file of its own.

Making a `Contender` imports what it needs, and no more than that. Its methods:

- ``first(key)``: the object of an advertised key; the first call scans and loads.
- ``scan()``, where a contender can scan without loading anything.
- ``warm()``, where one keeps what it has loaded: a function of a key, for the following lookups.
"""

LABELS = {
    "floor": "floor",
    "ours": "keras-serializable",
    "stdlib": "importlib.metadata",
    "backport": "importlib_metadata",
    "stevedore_uncached": "stevedore, no cache",
    "stevedore_cached": "stevedore, disk cache",
    "catalogue_registry": "catalogue",
    "pluggy_manager": "pluggy",
    "class_registry_entry_points": "class-registry",
    "sqlalchemy_loader": "SQLAlchemy PluginLoader",
    "keras_registry": "Keras' own registry",
}
"""The contenders by module, as tables and plots name them."""

SCANNING = [name for name in LABELS if name != "keras_registry"]
"""Those that find entry points."""
