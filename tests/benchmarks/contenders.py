"""The contenders: libraries that find an object by the name of an entry point.

Each is a function that imports what the contender needs, and returns a function of a key.
"""

import importlib
import sys

GROUP = "keras_serializable"


def floor():
    """Use the fewest system calls, and import one module: see floor.py."""
    from floor import scan

    def find(key):
        module, _, attribute = scan(sys.path)[key].partition(":")
        return getattr(importlib.import_module(module), attribute)

    return find


def ours():
    """Use the default registry."""
    from keras_serializable import get_registered_object

    return get_registered_object


def entry_points(module):
    """Use importlib.metadata or its backport, as a program does by hand."""
    entry_points = importlib.import_module(module).entry_points
    return lambda key: entry_points(group=GROUP, name=key)[key].load()


def stevedore():
    """Use a DriverManager, which loads one plugin."""
    from stevedore import DriverManager

    return lambda key: DriverManager(GROUP, key).driver


def catalogue():
    """Use the registry of spaCy and Thinc."""
    from catalogue import create

    return create(GROUP, entry_points=True).get


def pluggy():
    """Use a plugin manager, as pytest does; it loads every plugin of the group."""
    from pluggy import PluginManager

    manager = PluginManager(GROUP)
    manager.load_setuptools_entrypoints(GROUP)
    return manager.get_plugin


def class_registry():
    """Use phx-class-registry, which loads every class of the group."""
    from class_registry.entry_points import EntryPointClassRegistry

    return EntryPointClassRegistry(GROUP).get_class


def sqlalchemy():
    """Use the PluginLoader that finds dialects; it loads one plugin."""
    from sqlalchemy.util.langhelpers import PluginLoader

    return PluginLoader(GROUP).load


CONTENDERS = {
    "floor": floor,
    "keras-serializable": ours,
    "importlib.metadata": lambda: entry_points("importlib.metadata"),
    "importlib_metadata": lambda: entry_points("importlib_metadata"),
    "stevedore, no cache": stevedore,
    "stevedore, disk cache": stevedore,
    "catalogue": catalogue,
    "pluggy": pluggy,
    "class-registry": class_registry,
    "SQLAlchemy": sqlalchemy,
}
