"""The contenders: those who find an object by the name of an entry point.

Each is a function that imports what the contender needs, and no more, and returns a function of a
key. The first call of that one scans and loads.
"""

import sys

GROUP = "keras_serializable"


def floor():
    """Use the fewest system calls, and import one module: see floor.py."""
    from floor import scan

    def first(key):
        module, _, attribute = scan(sys.path)[key].partition(":")
        __import__(module)
        return getattr(sys.modules[module], attribute)

    return first


def ours():
    """Use the default registry."""
    from keras_serializable import get_registered_object

    return get_registered_object


def stdlib():
    """Use importlib.metadata, as a program does by hand."""
    from importlib.metadata import entry_points

    return lambda key: entry_points(group=GROUP, name=key)[key].load()


def backport():
    """Use importlib_metadata, the backport, as a program does by hand."""
    from importlib_metadata import entry_points

    return lambda key: entry_points(group=GROUP, name=key)[key].load()


def stevedore():
    """Use a DriverManager, which loads one plugin."""
    from stevedore import DriverManager

    return lambda key: DriverManager(GROUP, key).driver


def stevedore_warm():
    """Use an ExtensionManager, which has loaded every plugin of the group."""
    from stevedore import ExtensionManager

    manager = ExtensionManager(GROUP)
    return lambda key: manager[key].plugin


def catalogue():
    """Use the registry of spaCy and Thinc."""
    from catalogue import create

    return create(GROUP, entry_points=True).get


def pluggy():
    """Use a plugin manager, as pytest does; it loads every plugin of the group."""
    from pluggy import PluginManager

    manager = PluginManager(GROUP)

    def first(key):
        manager.load_setuptools_entrypoints(GROUP)
        return manager.get_plugin(key)

    return first


def pluggy_warm():
    """Use a plugin manager that has loaded every plugin of the group."""
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


FIRST = {
    "floor": floor,
    "keras-serializable": ours,
    "importlib.metadata": stdlib,
    "importlib_metadata": backport,
    "stevedore, no cache": stevedore,
    "stevedore, disk cache": stevedore,
    "catalogue": catalogue,
    "pluggy": pluggy,
    "class-registry": class_registry,
    "SQLAlchemy": sqlalchemy,
}
"""The contenders for the first lookup. What stevedore caches on disk, the processes decide."""

WARM = {
    "keras-serializable": ours,
    "stevedore": stevedore_warm,
    "catalogue": catalogue,
    "pluggy": pluggy_warm,
    "class-registry": class_registry,
    "SQLAlchemy": sqlalchemy,
}
"""The contenders for lookups after the first: those that keep what they have loaded."""
