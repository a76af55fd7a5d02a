"""pluggy's own loader of entry points, as pytest and tox use it."""

GROUP = "keras_serializable"


class Contender:
    """A plugin manager that loads what the group holds; every plugin is loaded."""

    def __init__(self):
        from pluggy import PluginManager

        self._manager = PluginManager(GROUP)

    def first(self, key):
        self._manager.load_setuptools_entrypoints(GROUP)
        return self._manager.get_plugin(key)

    def warm(self):
        return self._manager.get_plugin
