"""The installed distributions of this process: what the default registry asks on a miss.

A module of its own so that importing the package imports neither discovery nor loading: a
program that never misses never pays for them. The import system makes it exactly once.
"""

from keras_serializable.discovery import Discovery
from keras_serializable.loading import Resolver

discovery = Discovery()
resolver = Resolver(discovery)
