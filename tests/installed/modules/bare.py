"""Objects that no decorator registers, and some that no registry takes."""

from under_test import imported

imported.append(__name__)


class Scale:
    def get_config(self):
        return {}

    class Inner:
        """A class inside a class."""

        def get_config(self):
            return {}


def twice(x):
    return 2 * x


class NoConfig:
    pass


NOTHING = None
LIST = []
