"""Stamping: a model file gets to carry which distributions provide its custom objects here."""

import os
import platform

from keras_serializable._keys import means_script
from keras_serializable._loading.resolver import Resolver
from keras_serializable._needs.model_file_lines import keras_root
from keras_serializable._needs.requirement_lines import source_of
from keras_serializable._needs.verdicts import provider_of
from keras_serializable.errors import KerasSerializableError
from keras_serializable.model_files import CustomObject, ModelFile, Stamp, StampedObject, read_model
from keras_serializable.model_files._stamp_writing import write_stamp
from keras_serializable.model_files.stamps import is_version


def stamp_file(path: str | os.PathLike[str], resolver: Resolver) -> Stamp:
    """Stamp a file by whom a lookup would ask for its keys, and return the stamp."""
    model = read_model(path)
    made = Stamp(
        _objects(model, resolver),
        platform.python_version(),
        model.keras_version if is_version(model.keras_version) else None,
    )
    if made != model.stamp and (made.objects or model.stamp or model.stamp_problem):
        write_stamp(model, made)
    return made


def _objects(model: ModelFile, resolver: Resolver) -> dict[str, StampedObject]:
    """Return what is known of each key: from what is installed, or else from a former stamp."""
    former = model.stamp.objects if model.stamp else {}
    root = keras_root(model)
    known: dict[str, StampedObject] = {}
    for each in model.objects:
        # A key with a control character has no place in a stamp.
        if each.kind != "lambda" and each.key.isprintable():
            stamped = _stamped(each, resolver, root) or former.get(each.key)
            if stamped is not None:
                known.setdefault(each.key, stamped)
    return known


def _stamped(found: CustomObject, resolver: Resolver, root: str | None) -> StampedObject | None:
    """Return what a stamp says of an object, `None` where nothing here provides it."""
    if means_script(found.key, found.module):
        return None
    try:
        provider = provider_of(found, resolver, root)
        if provider is None:
            return None
        by, _ = source_of(provider, resolver.discovery.index)
        version = by.version if is_version(by.version) else ""
        return StampedObject(by.name, version, f"{provider.name} = {provider.value}")
    except (KerasSerializableError, ValueError):
        return None  # a conflict, a rule, or a name that no distribution has
