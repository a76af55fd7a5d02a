"""Programs that resolve keys in other ways: by themselves, or not at all.

Each is run without us, with the plugin imported, and with `connect()`. What a program resolves by
itself must come out alike with us; what nobody resolves must fail as it did.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from distributions import GROUP, install
from kinds import INPUTS, SEED, file_of, load

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, Callable[[Any, Path], Any]] = {}
SELF_SUFFICIENT: set[str] = set()
"""Programs that resolve their keys themselves, or need none: they must not notice us at all."""
FOUND_BY_PLACE: set[str] = set()
"""Programs whose configs hold no key that Keras finds, and the place of an advertised class."""


def _program(
    title: str, *, is_self_sufficient: bool = False, is_found_by_place: bool = False
) -> Callable[[Any], Any]:
    def add(function: Any) -> Any:
        PROGRAMS[title] = function
        if is_self_sufficient:
            SELF_SUFFICIENT.add(title)
        if is_found_by_place:
            FOUND_BY_PLACE.add(title)
        return function

    return add


def _own_scale(keras: Any) -> type:
    """Return a layer of the program: not the plugin's `Scale`, though it takes its config."""

    class Scale(keras.layers.Layer):
        def __init__(
            self,
            factor_initializer: Any = None,
            factor_regularizer: Any = None,
            factor_constraint: Any = None,
            **options: Any,
        ) -> None:
            super().__init__(**options)
            self.arguments = (factor_initializer, factor_regularizer, factor_constraint)

        def build(self, input_shape: Any) -> None:
            self.factor = self.add_weight(name="factor", shape=(input_shape[-1],))
            super().build(input_shape)

        def call(self, inputs: Any) -> Any:
            return inputs * 3.0

    return Scale


def _own_squish(x: Any) -> Any:
    return x * 5.0


def _legacy_json(class_name: str, config: dict[str, Any]) -> str:
    """Return a model as JSON in the format of Keras 2.12 and older."""
    first = {"name": "x", "batch_input_shape": [None, 4], "dtype": "float32", "sparse": False}
    return json.dumps(
        {
            "class_name": "Sequential",
            "config": {
                "name": "sequential",
                "layers": [
                    {"class_name": "InputLayer", "config": first},
                    {"class_name": class_name, "config": config},
                ],
            },
            "keras_version": "2.12.0",
            "backend": "tensorflow",
        }
    )


def _layer_config(**changes: Any) -> dict[str, Any]:
    return {
        "module": "keras_serializable_example.layers",
        "class_name": "Scale",
        "config": {"name": "scale"},
        "registered_name": "example>Scale",
        "build_config": {"input_shape": [None, 4]},
        **changes,
    }


for _file_format in (".keras", ".h5", "JSON"):

    @_program(f"{_file_format}: custom_objects= with the key", is_self_sufficient=True)
    def _with_key(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        return _load(keras, folder, file_format, {"example>Scale": _own_scale(keras)})

    @_program(f"{_file_format}: custom_objects= with the bare name", is_self_sufficient=True)
    def _with_bare_name(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        return _load(keras, folder, file_format, {"Scale": _own_scale(keras)})

    @_program(f"{_file_format}: custom_objects= with another object")
    def _with_other(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        return _load(keras, folder, file_format, {"example>Other": _own_scale(keras)})

    @_program(f"{_file_format}: custom_object_scope with the key", is_self_sufficient=True)
    def _in_scope(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        with keras.utils.custom_object_scope({"example>Scale": _own_scale(keras)}):
            return _load(keras, folder, file_format)

    @_program(f"{_file_format}: custom_object_scope with the bare name", is_self_sufficient=True)
    def _in_bare_scope(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        with keras.utils.custom_object_scope({"Scale": _own_scale(keras)}):
            return _load(keras, folder, file_format)

    @_program(
        f"{_file_format}: an object of the program registered under the key",
        is_self_sufficient=True,
    )
    def _registered(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        keras.utils.register_keras_serializable("example", "Scale")(_own_scale(keras))
        return _load(keras, folder, file_format)

    @_program(
        f"{_file_format}: an object of the program put into get_custom_objects()",
        is_self_sufficient=True,
    )
    def _put(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        keras.utils.get_custom_objects()["example>Scale"] = _own_scale(keras)
        return _load(keras, folder, file_format)

    @_program(
        f"{_file_format}: an activation of the program registered under the key",
        is_self_sufficient=True,
    )
    def _registered_function(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        keras.utils.register_keras_serializable("example", "squish")(_own_squish)
        return load(keras, "activation in a Dense", file_format, folder)

    @_program(
        f"{_file_format}: an activation of the program in custom_objects=", is_self_sufficient=True
    )
    def _function_given(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        objects = {"example>squish": _own_squish}
        return _load(keras, folder, file_format, objects, "activation in a Dense")

    @_program(f"{_file_format}: an activation of the program in a scope", is_self_sufficient=True)
    def _function_in_scope(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        with keras.utils.custom_object_scope({"example>squish": _own_squish}):
            return load(keras, "activation in a Dense", file_format, folder)

    @_program(f"{_file_format}: a loss of the program in custom_objects=", is_self_sufficient=True)
    def _loss_given(keras: Any, folder: Path, file_format: str = _file_format) -> Any:
        def smooth_error(y_true: Any, y_pred: Any) -> Any:
            return (y_pred - y_true) ** 2 * 7.0

        objects = {"example.training>smooth_error": smooth_error, "smooth_error": smooth_error}
        return _load(keras, folder, file_format, objects, "loss function")


def _load(
    keras: Any,
    folder: Path,
    file_format: str,
    custom_objects: dict[str, Any] | None = None,
    kind: str = "layer",
) -> Any:
    file = file_of(folder, kind, file_format)
    keras.utils.set_random_seed(SEED)
    if file_format == "JSON":
        return keras.models.model_from_json(file.read_text(), custom_objects=custom_objects)
    return keras.models.load_model(file, custom_objects=custom_objects)


@_program(
    "load_model(compile=False) of a model compiled with plugin objects", is_self_sufficient=True
)
def _uncompiled(keras: Any, folder: Path) -> Any:
    return keras.models.load_model(file_of(folder, "loss function", ".keras"), compile=False)


@_program("clone_model of a loaded model")
def _cloned(keras: Any, folder: Path) -> Any:
    keras.utils.set_random_seed(SEED)
    return keras.models.clone_model(load(keras, "layer", ".keras", folder))


@_program("from_config of a Sequential")
def _from_config(keras: Any, folder: Path) -> Any:
    config = json.loads(file_of(folder, "layer", "JSON").read_text())["config"]
    return keras.Sequential.from_config(config)


@_program("a pickled model")
def _pickled(keras: Any, folder: Path) -> Any:
    return pickle.loads(pickle.dumps(load(keras, "layer", ".keras", folder)))  # noqa: S301


@_program("JSON of Keras 2.12 with the key")
def _old_json(keras: Any, _folder: Path) -> Any:
    return keras.models.model_from_json(_legacy_json("example>Scale", {"name": "scale"}))


@_program("JSON of Keras 2.12 with an activation's key")
def _old_json_activation(keras: Any, _folder: Path) -> Any:
    config = {"name": "a", "activation": "example>squish"}
    return keras.models.model_from_json(_legacy_json("Activation", config))


@_program("JSON of Keras 2.12 with an initializer's key")
def _old_json_initializer(keras: Any, _folder: Path) -> Any:
    initializer = {"class_name": "example>Stripes", "config": {"even": 2.0, "odd": 1.0}}
    config = {"name": "a", "units": 3, "kernel_initializer": initializer}
    return keras.models.model_from_json(_legacy_json("Dense", config))


@_program("JSON of Keras 2.12 with a bare name")
def _old_json_bare(keras: Any, _folder: Path) -> Any:
    return keras.models.model_from_json(_legacy_json("Scale", {"name": "scale"}))


@_program("a plugin's key over a built-in's module and class")
def _spoofed(keras: Any, _folder: Path) -> Any:
    config = _layer_config(module="keras.layers", class_name="Activation")
    return keras.layers.deserialize(config)


@_program("a built-in's key over a plugin's module and class", is_self_sufficient=True)
def _spoofed_the_other_way(keras: Any, _folder: Path) -> Any:
    return keras.layers.deserialize(_layer_config(registered_name="Flatten", config={}))


@_program("a plugin's module and class without a key")
def _module_only(keras: Any, _folder: Path) -> Any:
    return keras.layers.deserialize(_layer_config(registered_name=None))


@_program("a plugin's module and class with a bare name", is_found_by_place=True)
def _module_and_bare_name(keras: Any, _folder: Path) -> Any:
    return keras.saving.deserialize_keras_object(_layer_config(registered_name="Scale"))


# What Keras imports by itself, because the file names its module, it imports with us too, whatever
# is advertised under the key. A Keras that imports no such module must not find the class at all.
_LAYER = """
from kinds import import_keras

class Own(import_keras().layers.Layer):
    pass
"""

for _title, _key, _entry_points, _variables in (
    ("another class", "Own", "Own = other_layers:Own", {}),
    ("a class that is gone", "Own", "Own = gone_layers:Own", {}),
    ("a package that is gone", "own>Own", "own = gone_layers", {}),
    (
        "a class that is refused",
        "Own",
        "Own = other_layers:Own",
        {"KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS": "advertiser"},
    ),
):

    @_program(
        f"a module that the file names, its key advertised for {_title}", is_self_sufficient=True
    )
    def _keras_first(
        keras: Any,
        folder: Path,
        key: str = _key,
        entry_points: str = _entry_points,
        variables: dict[str, str] = _variables,
    ) -> Any:
        site = Path(tempfile.mkdtemp(dir=folder))
        for module in ("own_layers", "other_layers"):
            (site / f"{module}.py").write_text(_LAYER)
        install(site, "advertiser", "1.0", f"[{GROUP}]\n{entry_points}\n")
        sys.path.append(str(site))
        os.environ.update(variables)
        config = _layer_config(module="own_layers", class_name="Own", registered_name=key)
        try:
            found = keras.saving.deserialize_keras_object({**config, "config": {"name": "own"}})
        except Exception:  # noqa: BLE001 - which error it is depends on the provider.
            return "not imported by Keras"
        is_own = type(found).__module__ == "own_layers"
        return "imported by Keras" if is_own else "not imported by Keras"


@_program("a module nobody knows")
def _unknown_module(keras: Any, _folder: Path) -> Any:
    config = _layer_config(registered_name=None, module="nowhere.at.all")
    return keras.layers.deserialize(config)


@_program("a key of an advertised package that it does not have")
def _missing_in_package(keras: Any, _folder: Path) -> Any:
    config = _layer_config(module="m", registered_name="example.training>Nothing")
    return keras.layers.deserialize(config)


@_program("a key of a package that nobody advertises")
def _missing(keras: Any, _folder: Path) -> Any:
    return keras.layers.deserialize(_layer_config(module="m", registered_name="nowhere>Scale"))


@_program("a missing key inside a model")
def _missing_inside(keras: Any, folder: Path) -> Any:
    keras.utils.set_random_seed(SEED)
    text = file_of(folder, "initializer", "JSON").read_text()
    text = text.replace("example>Stripes", "nowhere>Stripes")
    text = text.replace("keras_serializable_example.initializers", "nowhere")
    return keras.models.model_from_json(text)


@_program("a plugin's key with a wrong argument")
def _wrong_argument(keras: Any, _folder: Path) -> Any:
    return keras.layers.deserialize(_layer_config(config={"nonsense": 1}))


@_program("a plugin's layer where an initializer belongs")
def _wrong_kind(keras: Any, _folder: Path) -> Any:
    return type(keras.initializers.get("example>Scale")).__name__


@_program("a plugin's key in plain data of a config")
def _plain_data(keras: Any, _folder: Path) -> Any:
    return keras.layers.deserialize(_layer_config(config={"name": "example>squish"})).name


@_program("a lambda, which safe mode refuses", is_self_sufficient=True)
def _lambda(keras: Any, folder: Path) -> Any:
    model = keras.Sequential([keras.layers.InputLayer((4,)), keras.layers.Lambda(lambda x: x + 1)])
    file = folder / f"lambda-{id(model)}.keras"
    model.save(file)
    return keras.models.load_model(file)


@_program("a model of built-in objects alone", is_self_sufficient=True)
def _built_in(keras: Any, folder: Path) -> Any:
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.layers.InputLayer((4,)),
            keras.layers.Dense(3, activation="relu", kernel_regularizer="l2", name="dense"),
        ]
    )
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    model.fit(INPUTS, INPUTS[:, :3], verbose=0)
    file = folder / f"built-in-{id(model)}.keras"
    model.save(file)
    return keras.models.load_model(file)


@_program("get_registered_object of an advertised key")
def _object(keras: Any, _folder: Path) -> Any:
    found = keras.utils.get_registered_object("example>Scale")
    return f"{found.__module__}.{found.__qualname__}"


@_program("get_registered_object with custom_objects and module_objects", is_self_sufficient=True)
def _object_given(keras: Any, _folder: Path) -> Any:
    get = keras.utils.get_registered_object
    given = {"example>Scale": 1}, {"example>Scale": 2}
    return [str(get("example>Scale", *given)), str(get("example>Scale", None, given[1]))]


@_program("get_registered_object of a key nobody has", is_self_sufficient=True)
def _object_missing(keras: Any, _folder: Path) -> Any:
    return repr(keras.utils.get_registered_object("nowhere>Scale"))


@_program("the name of a built-in class and of an own one", is_self_sufficient=True)
def _names(keras: Any, _folder: Path) -> Any:
    get = keras.utils.get_registered_name
    return [get(keras.layers.Dense), get(_own_scale(keras)), get(_own_squish)]
