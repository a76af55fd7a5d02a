"""Installed distributions: their modules and their entry points."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from keras_serializable_build._scan.sources import Library, read_library
from keras_serializable_build._table import GROUP


def read_distribution(name: str) -> Library:
    """Return the modules of an installed distribution, also of an editable installation."""
    distribution = importlib.metadata.distribution(name)
    folder = _editable_folder(distribution)
    if folder is not None:
        return read_library([folder])
    if distribution.files is None:
        message = f"the metadata of {name} has no list of its files: scan its folder instead"
        raise FileNotFoundError(message)
    library = Library()
    for file in distribution.files:
        if file.suffix == ".py" and ".." not in file.parts and not file.is_absolute():
            library.add(file.parts, Path(str(file.locate())))
    return library


def entry_points_of(name: str) -> dict[str, str]:
    """Return the entry points of an installed distribution in our group."""
    found = importlib.metadata.distribution(name).entry_points
    return {point.name: point.value for point in found if point.group == GROUP}


def _editable_folder(distribution: importlib.metadata.Distribution) -> Path | None:
    """Return the source folder of an editable installation, `None` for another distribution."""
    stated = json.loads(distribution.read_text("direct_url.json") or "{}")
    if not stated.get("dir_info", {}).get("editable"):
        return None
    return Path(url2pathname(urlsplit(stated.get("url", "")).path))
