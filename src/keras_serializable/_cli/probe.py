"""The probe: a process of its own that loads one provider, and says what it found.

It reads the provider and the path of its parent as JSON from standard input, and writes what it has
found as JSON to standard output. What the provider prints goes to standard error.
"""

import json
import os
import sys
import time
from typing import Any

import keras_serializable
from keras_serializable import get_registered_name
from keras_serializable._installed.index import Index
from keras_serializable._keras.packages import present
from keras_serializable._keys import key_of
from keras_serializable._loading.loader import Loader
from keras_serializable._providers import Distribution, Provider
from keras_serializable._registry.registered import Receiver, RegisteredObjects
from keras_serializable.errors import ProviderError


def probe(provider: Provider) -> "dict[str, Any]":
    """Load a provider as a lookup does, under no rule and without hooks, and say what it has."""
    key = provider.name
    if provider.advertises_package:
        key = key_of(provider.name, "*")  # the import is what counts: no key is called so
    # What decorators fill.
    default: RegisteredObjects = keras_serializable._default._registered  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    told: dict[str, Any] = {"problem": None, "own": None}
    started = time.perf_counter()
    try:
        found = Loader().load(Index(), key, (provider,), (), Receiver(default), ())
    except ProviderError as error:
        told["problem"] = error.reason
        found = None
    told["seconds"] = round(time.perf_counter() - started, 4)
    told["registered"] = _registered_keys(provider, default)
    if found is not None:
        told["own"] = {
            "key": get_registered_name(found),
            "module": getattr(found, "__module__", None),
            "name": getattr(found, "__name__", None),
            "is_class": isinstance(found, type),
        }
    return told


def _registered_keys(provider: Provider, default: RegisteredObjects) -> "list[str]":
    """Return the keys that the import has registered for objects of the provider's own library."""
    library = provider.module.partition(".")[0]
    objects = dict(default.objects)
    for keras in present():
        objects.update(keras.objects)
    return sorted(
        key
        for key, obj in objects.items()
        if str(getattr(obj, "__module__", None)).partition(".")[0] == library
    )


def main() -> None:
    """Probe the provider that standard input describes, and end the process."""
    asked = json.load(sys.stdin)
    sys.path[:] = asked["path"]
    answer = os.dup(1)
    os.dup2(2, 1)  # a plugin may print, also from C
    sys.stdout = sys.stderr
    told = probe(Provider(asked["name"], asked["value"], Distribution(*asked["distribution"])))
    with os.fdopen(answer, "w") as stream:
        stream.write(json.dumps(told))
    sys.stderr.flush()
    # Threads of a plugin must not keep the process.
    os._exit(0)
