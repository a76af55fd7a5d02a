"""keras-serializable, as a program uses it."""


class Contender:
    """The function of the default registry; a miss scans and loads nothing."""

    def __init__(self):
        from keras_serializable import get_registered_object

        self.first = get_registered_object

    def scan(self):
        return self.first("nobody>Nothing")

    def warm(self):
        return self.first
