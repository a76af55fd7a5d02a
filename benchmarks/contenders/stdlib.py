"""importlib.metadata of the standard library, as a program uses it by hand."""

GROUP = "keras_serializable"


class Contender:
    """Selects the group, and loads the one entry point asked for."""

    def __init__(self):
        from importlib.metadata import entry_points

        self._entry_points = entry_points

    def scan(self):
        return self._entry_points(group=GROUP)

    def first(self, key):
        (found,) = self._entry_points(group=GROUP, name=key)
        return found.load()
