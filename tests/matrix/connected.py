"""A pytest plugin: the tests run in a process that is connected."""

import keras_serializable

keras_serializable.connect()
