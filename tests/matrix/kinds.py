"""One model for each kind of object, in which that object alone comes from the plugin.

It runs in every Keras of the matrix, so it uses only what all of them have.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 7
INPUTS = np.linspace(-1.5, 1.5, 20, dtype="float32").reshape(5, 4)
TARGETS = np.linspace(0.0, 2.0, 15, dtype="float32").reshape(5, 3)


def import_keras() -> Any:
    """Import the Keras that `MATRIX_KERAS` names: `keras`, `tf_keras` or `tensorflow.keras`."""
    name = os.environ.get("MATRIX_KERAS", "keras")
    if name == "tensorflow.keras":
        import tensorflow as tf

        return tf.keras
    return __import__(name)


class Kind(NamedTuple):
    """A kind of object.

    `model` and `example` make a model and the object alone. `family` is the module of Keras whose
    `serialize`, `deserialize` and `get` are for this kind. For `is_compiled` only the compiled half
    of the model knows the object.
    """

    model: Callable[[Any, Any], Any]
    family: str
    example: Callable[[Any, Any], Any]
    is_compiled: bool = False


def _dense(**options: Any) -> Callable[[Any, Any], Any]:
    def build(keras: Any, plugin: Any) -> Any:
        made = {name: make(plugin) for name, make in options.items()}
        return keras.Sequential([_input(keras), keras.layers.Dense(3, name="dense", **made)])

    return build


def _stack(layer: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda keras, plugin: keras.Sequential([_input(keras), layer(keras, plugin)])


def _compiled(**options: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def build(keras: Any, plugin: Any) -> Any:
        model = keras.Sequential([_input(keras), keras.layers.Dense(3, name="dense")])
        made = {
            # No string stands for the loss: Keras cannot read an .h5 file with one.
            "loss": keras.losses.MeanSquaredError(),
            "optimizer": keras.optimizers.SGD(0.01),
            **{name: make(keras, plugin) for name, make in options.items()},
        }
        model.compile(**made)
        model.fit(INPUTS, TARGETS, verbose=0)
        return model

    return build


def _input(keras: Any) -> Any:
    return keras.layers.InputLayer((4,))


def _shared(keras: Any, plugin: Any) -> Any:
    inputs = keras.Input((4,))
    scale = plugin.layers.Scale(factor_initializer=keras.initializers.Constant(1.5), name="scale")
    return keras.Model(inputs, scale(scale(inputs)))


def _model(keras: Any, plugin: Any) -> Any:
    model = plugin.models.ResidualMLP(outputs=3, width=4, depth=1, name="residual")
    model(INPUTS)
    return model


def _wrapped(keras: Any, plugin: Any) -> Any:
    return keras.Sequential(
        [
            _input(keras),
            keras.layers.Reshape((2, 2), name="pairs"),
            keras.layers.TimeDistributed(plugin.layers.Scale(name="scale"), name="wrapper"),
        ]
    )


def _scale(keras: Any, plugin: Any) -> Any:
    return plugin.layers.Scale(factor_initializer=keras.initializers.Constant(1.5), name="scale")


KINDS = {
    "layer": Kind(_stack(_scale), "layers", _scale),
    "model subclass": Kind(_model, "layers", _model),
    "activation in a Dense": Kind(
        _dense(activation=lambda plugin: plugin.activations.squish),
        "activations",
        lambda _, plugin: plugin.activations.squish,
    ),
    "activation in an Activation": Kind(
        _stack(lambda keras, plugin: keras.layers.Activation(plugin.activations.squish, name="a")),
        "layers",
        lambda keras, plugin: keras.layers.Activation(plugin.activations.squish, name="a"),
    ),
    "initializer": Kind(
        _dense(kernel_initializer=lambda plugin: plugin.initializers.Stripes(2.0, 0.5)),
        "initializers",
        lambda _, plugin: plugin.initializers.Stripes(2.0, 0.5),
    ),
    "regularizer": Kind(
        _dense(kernel_regularizer=lambda plugin: plugin.regularizers.Elastic(0.1)),
        "regularizers",
        lambda _, plugin: plugin.regularizers.Elastic(0.1),
    ),
    "constraint": Kind(
        _dense(kernel_constraint=lambda plugin: plugin.constraints.UnitRange(signed=True)),
        "constraints",
        lambda _, plugin: plugin.constraints.UnitRange(signed=True),
    ),
    "wrapped layer": Kind(
        _wrapped,
        "layers",
        lambda keras, plugin: keras.layers.TimeDistributed(
            plugin.layers.Scale(name="scale"), name="wrapper"
        ),
    ),
    "shared layer": Kind(_shared, "layers", _shared),
    "loss class": Kind(
        _compiled(loss=lambda _, plugin: plugin.losses.TrimmedError(limit=0.5)),
        "losses",
        lambda _, plugin: plugin.losses.TrimmedError(limit=0.5),
        is_compiled=True,
    ),
    "loss function": Kind(
        _compiled(loss=lambda _, plugin: plugin.losses.smooth_error),
        "losses",
        lambda _, plugin: plugin.losses.smooth_error,
        is_compiled=True,
    ),
    "metric class": Kind(
        _compiled(metrics=lambda _, plugin: [plugin.metrics.WithinTolerance(tolerance=0.7)]),
        "metrics",
        lambda _, plugin: plugin.metrics.WithinTolerance(tolerance=0.7),
        is_compiled=True,
    ),
    "metric function": Kind(
        _compiled(metrics=lambda _, plugin: [plugin.metrics.largest_error]),
        "metrics",
        lambda _, plugin: plugin.metrics.largest_error,
        is_compiled=True,
    ),
    "optimizer": Kind(
        _compiled(optimizer=lambda _, plugin: plugin.optimizers.SignDescent(0.1)),
        "optimizers",
        lambda _, plugin: plugin.optimizers.SignDescent(0.1),
        is_compiled=True,
    ),
    "schedule": Kind(
        _compiled(
            optimizer=lambda keras, plugin: keras.optimizers.SGD(plugin.schedules.SawTooth(0.1))
        ),
        "optimizers.schedules",
        lambda _, plugin: plugin.schedules.SawTooth(0.1),
        is_compiled=True,
    ),
}

FORMATS = {
    ".keras": ".keras",
    ".h5": ".h5",
    "JSON": ".json",
    "weights": ".weights.h5",
    "checkpoint": ".ckpt",
    "SavedModel": ".savedmodel",
    "deserialize": ".config",
    "get": ".config",
    "name": ".key",
}
"""Each format and how its files end. The last three are no files: two configs and a key."""


def expected_file_of(folder: Path, kind: str) -> Path:
    """Return the file that holds what the saved model made of `INPUTS`."""
    return folder / f"{kind.replace(' ', '-')}.expected"


def as_data(value: Any) -> Any:
    """Return tensors, and what holds them, as lists of numbers."""
    if isinstance(value, dict):
        return {name: as_data(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_data(part) for part in value]
    if hasattr(value, "detach"):  # PyTorch
        value = value.detach()
    return value if isinstance(value, str) else np.asarray(value).tolist()


def file_of(folder: Path, kind: str, file_format: str) -> Path:
    """Return where the file of a cell is."""
    return folder / f"{kind.replace(' ', '-')}{FORMATS[file_format]}"


def family_of(keras: Any, kind: Kind) -> Any:
    """Return the module of `keras` that reads and writes this kind alone."""
    family = keras
    for name in kind.family.split("."):
        family = getattr(family, name)
    return family


def save(keras: Any, plugin: Any, kind_name: str, file_format: str, folder: Path) -> None:
    """Write the file of one cell; a LookupError says that this Keras does not have the format."""
    kind = KINDS[kind_name]
    file = file_of(folder, kind_name, file_format)
    is_legacy = not hasattr(keras, "ops")
    keras.utils.set_random_seed(SEED)
    if file_format in {"deserialize", "name"}:
        config = family_of(keras, kind).serialize(kind.example(keras, plugin))
        if file_format == "deserialize":
            file.write_text(json.dumps(config))
            return
        key = config if isinstance(config, str) else config.get("registered_name")
        if key == "function":
            key = config["config"]
        file.write_text(json.dumps(key))
        return
    if file_format == "get":
        if not hasattr(family_of(keras, kind), "get"):
            raise LookupError
        return
    if file_format in {"checkpoint", "SavedModel"} and not is_legacy:
        raise LookupError
    model = kind.model(keras, plugin)
    if file_format == "JSON":
        file.write_text(model.to_json())
    elif file_format in {"weights", "checkpoint"}:
        model.save_weights(file)
    elif file_format == "SavedModel":
        model.save(file, save_format="tf")
    else:
        model.save(file)
    expected_file_of(folder, kind_name).write_text(json.dumps(as_data(model(INPUTS))))


def load(keras: Any, kind_name: str, file_format: str, folder: Path) -> Any:
    """Return the model, or the object alone, from the file of one cell."""
    kind = KINDS[kind_name]
    file = file_of(folder, kind_name, file_format)
    keras.utils.set_random_seed(SEED)
    if file_format == "deserialize":
        return family_of(keras, kind).deserialize(json.loads(file.read_text()))
    if file_format in {"get", "name"}:
        family = family_of(keras, kind)
        return getattr(family, "get", family.deserialize)(json.loads(file.read_text()))
    if file_format in {"weights", "checkpoint"}:
        # Weights belong to a model; the one of the JSON file has other weights until they are read.
        json_file = file_of(folder, kind_name, "JSON")
        model = keras.models.model_from_json(json_file.read_text())
        model.build((None, 4))
        model.load_weights(file)
        return model
    if file_format == "JSON":
        return keras.models.model_from_json(file.read_text())
    return keras.models.load_model(file)
