"""Tiny models: one for each use of an object."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pytest_keras_serializable._findings import Finding, Inapplicable, first_line
from pytest_keras_serializable._process.sources import place_of
from pytest_keras_serializable.examples import USES, Example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_keras_serializable._process.kerases import Keras

MOST_SHOWN = 4
ROWS = 4
PAIRS = [[0, 1], [1, 0], [0, 1], [1, 0]]
"""The targets, one row for each of the inputs."""
SHAPES = ((4,), (5, 4), (6, 6, 3), (4, 4, 4, 3))
"""The shapes that a layer is tried with, without the batch axis."""
IN_DENSE = {
    "activation": "activation",
    "constraint": "kernel_constraint",
    "dtype policy": "dtype",
    "initializer": "kernel_initializer",
    "regularizer": "kernel_regularizer",
}
"""What a Dense layer takes -> under which argument."""

OF_TRAINING = {"loss", "metric", "optimizer", "schedule"}
"""The uses that are a part of the training configuration."""
STEPPING = {"optimizer", "schedule"}
"""The uses that show in a step of training alone."""


class TinyModel:
    """A model with the object of a key in it, and what it is tried with."""

    def __init__(self, model: Any, inputs: Any, targets: Any, use: str) -> None:
        self.model = model
        self.inputs = inputs
        self.targets = targets
        self.use = use

    @property
    def is_compiled(self) -> bool:
        """Whether the object is a part of the training configuration."""
        return self.use in OF_TRAINING


def make_model(
    task: dict[str, Any], found: Any, make: Callable[[], Example], keras: Keras
) -> TinyModel:
    """Return a tiny model with the object in it."""
    example = make()
    failures: list[str] = []
    uses = [example.use] if example.use else _uses(example.object, keras)
    if not uses:
        reason = "a plain object stands only in the config of another one"
        raise Inapplicable(reason)
    for use in uses:
        for attempt in _attempts(use, example):
            try:
                tiny = _tiny_model(use, make().object, *attempt, keras)
                _change_weights(tiny.model)
            except Exception as error:  # noqa: BLE001 -- the author's code and Keras'
                shapes = _shown(attempt[0])
                failures.append(f"{use} on {shapes}: {first_line(error)}")
            else:
                return tiny
    raise Finding(
        f"{task['key']} works in no tiny model:\n  " + "\n  ".join(failures[:MOST_SHOWN]),
        place_of(found, task["root"]),
        "Say what it takes, in the file that keras_serializable_examples names:\n"
        "from pytest_keras_serializable import Example\n"
        f'def examples():\n    return {{"{task["key"]}": Example(..., inputs=..., '
        f"use={' or '.join(repr(use) for use in uses)})}}",
    )


def _uses(instance: Any, keras: Keras) -> list[str]:
    """Return what an object may be used for, the likeliest first."""
    use = keras.use_of(instance)
    if use or not inspect.isfunction(instance):
        return [use] if use else []
    kinds = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    names = [
        name
        for name, each in inspect.signature(instance).parameters.items()
        if each.kind in kinds and each.default is inspect.Parameter.empty
    ]
    if names[:1] == ["shape"]:
        return ["initializer"]
    if len(names) > 1:
        return ["loss", "metric"]
    return ["activation", "regularizer", "constraint"] if names else []


def _attempts(use: str, example: Example) -> Iterator[tuple[Any, Any]]:
    """Yield the inputs and targets to try."""
    import numpy as np  # noqa: PLC0415 -- Keras has imported it

    if example.inputs is not None:
        targets = example.targets
        if targets is None and use in OF_TRAINING:
            targets = np.resize(PAIRS, (len(example.inputs), 2)).astype("float32")
        yield example.inputs, targets
        return

    def ramp(shape: tuple[int, ...]) -> Any:
        size = ROWS * int(np.prod(shape))
        return np.linspace(-1, 1, size, dtype="float32").reshape(ROWS, *shape)

    if use != "layer":
        pairs = np.array(PAIRS, "float32")
        for targets in [example.targets] if example.targets is not None else [pairs, pairs[:, 0]]:
            yield ramp((4,)), targets
        return
    for shape in SHAPES:
        yield ramp(shape), None
    yield np.arange(ROWS * 4, dtype="int32").reshape(ROWS, 4) % 3, None
    yield [ramp((4,)), ramp((4,))], None
    yield [ramp((5, 4)), ramp((5, 4))], None


def _shown(inputs: Any) -> str:
    if isinstance(inputs, (list, tuple)):
        return f"[{', '.join(_shown(each) for each in inputs)}]"
    return f"{inputs.dtype}{list(inputs.shape)}"


def _tiny_model(use: str, instance: Any, inputs: Any, targets: Any, keras: Keras) -> TinyModel:
    layers, Model = keras.module.layers, keras.module.Model  # noqa: N806 -- Keras' name of the class
    symbols: Any = [
        keras.module.Input(each.shape[1:], dtype=str(each.dtype))
        for each in (inputs if isinstance(inputs, (list, tuple)) else [inputs])
    ]
    symbols = symbols if isinstance(inputs, (list, tuple)) else symbols[0]
    if use == "layer":
        model = Model(symbols, instance(symbols))
        predict(model, inputs, keras)
        return TinyModel(model, inputs, None, use)
    if use in IN_DENSE:
        _check_function(use, instance, inputs, keras)
        model = Model(symbols, layers.Dense(2, **{IN_DENSE[use]: instance})(symbols))
        predict(model, inputs, keras)
        return TinyModel(model, inputs, targets, use)
    model = Model(symbols, layers.Dense(2, activation="sigmoid")(symbols))
    # Not "mse": Keras 3 does not load that name from .h5.
    loss = keras.module.losses.MeanSquaredError()
    options: dict[str, Any] = {"optimizer": "sgd", "loss": loss}
    if use == "metric":
        options["metrics"] = [instance]
    elif use == "schedule":
        options["optimizer"] = keras.module.optimizers.SGD(learning_rate=instance)
    elif use in USES:
        options[use] = instance
    model.compile(**options)
    if use in STEPPING:
        model.train_on_batch(inputs, targets)  # so that the optimizer has a state to save
    else:
        model.test_on_batch(inputs, targets)
    return TinyModel(model, inputs, targets, use)


def _check_function(use: str, instance: Any, inputs: Any, keras: Keras) -> None:
    """Refuse a function for a use that it does not have: a penalty is one number."""
    if inspect.isfunction(instance) and use != "initializer":
        (result,) = (
            keras.array(instance(keras.module.ops.convert_to_tensor(inputs)))
            if (keras.is_newer_than_2)
            else keras.array(instance(inputs))
        )
        expected = () if use == "regularizer" else inputs.shape
        if result.shape != expected:
            message = f"returns the shape {result.shape}, not {expected}"
            raise ValueError(message)


def _change_weights(model: Any) -> None:
    """Change each weight a little: a weight that is not saved then gives another result."""
    import numpy as np  # noqa: PLC0415 -- Keras has imported it

    changed = []
    for weight in model.get_weights():
        is_float = np.issubdtype(weight.dtype, np.floating)
        step = np.linspace(0.05, 0.1, weight.size or 1, dtype="float32")[: weight.size]
        change = step.reshape(weight.shape) if is_float else np.zeros_like(weight)
        changed.append((weight + change).astype(weight.dtype))
    model.set_weights(changed)


def predict(model: Any, inputs: Any, keras: Keras) -> list[Any]:
    """Return what a model makes of inputs, as a list of arrays."""
    return keras.array(model(inputs, training=False))
