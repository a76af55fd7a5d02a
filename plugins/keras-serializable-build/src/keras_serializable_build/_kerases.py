"""Kerases: which of the installed ones loads a model, and why one never does."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras_serializable.model_files import ModelFile

KERAS_2, KERAS_3 = 2, 3


def keras_of(model: ModelFile) -> str:
    """Return the installed Keras that loads a file: tf_keras where Keras 2 has saved it."""
    if os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in {"1", "true"}:
        return "tf_keras"
    is_old = (model.keras_version or "").startswith("2.") or model.format == "saved-model"
    found = {name: _major(name) for name in ("keras", "tf_keras")}
    if found["tf_keras"] and (found["keras"] is None or (is_old and found["keras"] >= KERAS_3)):
        return "tf_keras"
    return "keras"


def why_not_loaded(root: str, model: ModelFile) -> str:
    """Return why a Keras never loads a model, empty if it may: for its absence, or a folder."""
    if importlib.util.find_spec(root) is None:
        return f"{root}, which is to load {model.path}, is not installed: pip install {root}"
    major = KERAS_2 if root == "tf_keras" else _major(root)
    if model.format == "saved-model" and major == KERAS_3:
        return f"{model.path} is a SavedModel, which Keras 3 does not load: pip install tf_keras"
    if model.format == "keras-directory" and major == KERAS_2:
        cure = 'pip install "keras>=3"'
        return f"{model.path} is an unpacked .keras file, which only Keras 3 loads: {cure}"
    return ""


def _major(distribution: str) -> int | None:
    """Return the first number of the version of an installed Keras, `None` without it."""
    try:
        version = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
    first = version.partition(".")[0]
    return int(first) if first.isdecimal() else KERAS_3
