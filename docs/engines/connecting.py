"""The set-up of a worker, for engines that import a module or a file when a worker starts."""

import keras_serializable

keras_serializable.connect()
