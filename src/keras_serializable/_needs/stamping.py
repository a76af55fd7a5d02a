"""Stamping: a model file gets to carry which distributions provide its custom objects here."""

import os
import platform

from keras_serializable._loading.resolver import Resolver
from keras_serializable._providers import Provider
from keras_serializable.model_files import CustomObject, ModelFile, Stamp, StampedObject, read_model
from keras_serializable.model_files._stamp_writing import write_stamp
from keras_serializable.model_files.stamps import is_version


def stamp(path: str | os.PathLike[str]) -> Stamp:
    """Let a model file carry which distributions provide its custom objects.

    The stamp says it for each key that an installed distribution advertises. A key that none
    advertises keeps what a former stamp said of it. Nothing is imported.

    The file is replaced in one step by a copy with the stamp: nobody sees half of it. Mode, times
    and, where allowed, the owner stay, and so does everything else in the file. A file without
    custom objects that can be named is left as it is, and so is one that has this stamp already.

    Args:
        path: A `.keras` archive or an `.h5` file. The latter needs h5py, in the extra ``h5``.

    Returns:
        The stamp.

    Raises:
        StampError: If the stamp cannot be written. The file is as it was.
        ModelFileError: If the file cannot be read, or is no model file.

    Example:
        >>> import pathlib, tempfile, zipfile
        >>> file = pathlib.Path(tempfile.mkdtemp(), "model.keras")
        >>> with zipfile.ZipFile(file, "w") as archive:
        ...     archive.writestr("config.json", '{"class_name": "Sequential", "config": {}}')
        >>> stamp(file).objects
        {}
    """
    # Imported here because importing it reads the environment, which may be wrong.
    from keras_serializable._loading.process import resolver  # noqa: PLC0415

    return stamp_by(resolver, path)


def stamp_by(resolver: Resolver, path: str | os.PathLike[str]) -> Stamp:
    """Stamp a file by what a resolver would import for its keys."""
    model = read_model(path)
    made = Stamp(
        _objects(resolver, model),
        platform.python_version(),
        model.keras_version if is_version(model.keras_version) else None,
    )
    if made != model.stamp and (made.objects or model.stamp or model.stamp_problem):
        write_stamp(model, made)
    return made


def _objects(resolver: Resolver, model: ModelFile) -> dict[str, StampedObject]:
    """Return what is known of each key: from what is installed, or else from a former stamp."""
    former = model.stamp.objects if model.stamp else {}
    known: dict[str, StampedObject] = {}
    for each in model.objects:
        if each.kind == "lambda" or each.key in known:
            continue
        stamped = _stamped(_provider_of(resolver, each)) or former.get(each.key)
        if stamped is not None and each.key.isprintable():
            known[each.key] = stamped
    return known


def _provider_of(resolver: Resolver, found: CustomObject) -> Provider | None:
    index = resolver.discovery.current()
    providers = index.find(found.key) or index.defined_at(found.module, found.class_name)
    return providers[0] if len({each.value for each in providers}) == 1 else None


def _stamped(provider: Provider | None) -> StampedObject | None:
    """Return what a stamp says of a provider, `None` where its metadata has no proper name."""
    if provider is None:
        return None
    distribution = provider.distribution
    version = distribution.version if is_version(distribution.version) else ""
    try:
        return StampedObject(distribution.name, version, f"{provider.name} = {provider.value}")
    except ValueError:
        return None
