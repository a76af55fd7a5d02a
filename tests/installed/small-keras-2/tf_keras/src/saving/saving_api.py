"""Saving and loading. A model is its config, and `answer` is what a user says to a question."""

import json
import zipfile

from tf_keras.src import layers


def save_model(model, filepath, overwrite=True, save_format=None, **kwargs):
    if not str(filepath).endswith(".keras"):
        raise ValueError("Invalid filepath extension for saving.")
    if kwargs.pop("answer", None) == "no" and not overwrite:
        return
    with zipfile.ZipFile(filepath, "w") as archive:
        archive.writestr("config.json", json.dumps(model))


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):  # noqa: A002 -- as in Keras
    with zipfile.ZipFile(filepath) as archive:
        config = json.loads(archive.read("config.json"))
    loaded = [layers.deserialize(each, custom_objects) for each in config["config"]["layers"]]
    for each in loaded:
        if isinstance(each, str):
            raise TypeError(
                "The added layer must be an instance of class Layer. "
                f"Received: layer={each} of type {type(each)}."
            )
    return loaded
