"""A hook plugin that keeps what it is told."""

from keras_serializable.hooks import hookimpl

seen = []


@hookimpl
def keras_serializable_loaded(key, provider, obj, seconds):
    seen.append((key, str(provider.distribution), obj, 0 < seconds < 60))


@hookimpl
def keras_serializable_failed(key, provider, error, seconds):
    seen.append((key, str(provider.distribution), type(error), 0 < seconds < 60))
