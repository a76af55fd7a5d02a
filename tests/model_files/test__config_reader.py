"""What counts as a custom object follows from how Keras looks objects up."""

import pytest
from model_makers import (
    SCALE,
    function,
    keras_object,
    legacy_object,
    legacy_sequential,
    sequential,
    write_h5,
    write_json,
    write_keras,
)

from keras_serializable.model_files import CustomObject, Node, read_model


class TestClasses:
    def test_registered(self, objects):
        """A class with a key, with the module and class name that the file states."""
        place = "config.layers[0]"
        expected = CustomObject("acme>Scale", "class", "acme.layers", "Scale", (place,))
        assert objects(sequential(SCALE)) == (expected,)

    def test_unregistered(self, objects):
        """A class with a bare name: its module is not one of Keras'."""
        (found,) = objects(sequential(keras_object("MDN", "mdn", "MDN")))
        assert (found.key, found.package, found.origin) == ("MDN", None, "mdn:MDN")

    def test_named_like_one_of_keras(self, objects):
        """The module tells an `Attention` of another library from Keras' own."""
        found = objects(sequential(keras_object("Attention", "attention", "Attention")))
        assert [each.key for each in found] == ["Attention"]

    def test_defined_in_main(self, objects):
        """Keras states null for the module of a class of a notebook, and a name."""
        (found,) = objects(sequential(keras_object("Dense", None, "Dense")))
        assert (found.key, found.module, found.origin) == ("Dense", "__main__", None)

    @pytest.mark.parametrize(
        "module",
        [
            "keras",
            "keras.layers",
            "keras.src.models.functional",
            "tf_keras.src.engine.functional",
            "tensorflow.keras.layers",
            "tensorflow.python.keras.engine.training",
        ],
    )
    def test_modules_of_keras(self, objects, module):
        """Keras' own modules, of each generation."""
        assert objects(sequential(keras_object("NewLayer", module, "NewLayer"))) == ()

    @pytest.mark.parametrize(
        "module", ["keras_hub.src.layers", "kerastuner", "tensorflow.python.eager", "Keras.layers"]
    )
    def test_modules_of_others(self, objects, module):
        """Modules whose names only begin like Keras' own."""
        (found,) = objects(sequential(keras_object("New", module, "New")))
        assert found.key == "New"

    def test_a_key_in_a_module_of_keras(self, objects):
        """A key with a package is looked up first, whatever module the file states."""
        (found,) = objects(sequential(keras_object("Dense", "keras.layers", "acme>Dense")))
        assert found.key == "acme>Dense"

    def test_the_model_itself(self, objects, legacy):
        """A subclassed model is its own first object."""
        (found,) = objects(keras_object("Net", "acme.nets", "acme>Net", units=3))
        assert found.places == ("(root)",)
        assert legacy(legacy_object("Net", units=3)) == [("Net", "class", "(root)")]

    def test_type_specifications(self, objects):
        """A TypeSpec of TensorFlow is known, one of another library is looked up."""

        def specification(module, name):
            return {
                "class_name": "__typespec__",
                "spec_name": name,
                "module": module,
                "config": [],
                "registered_name": None,
            }

        layer = keras_object(
            "Input",
            spec=specification("tensorflow.python.framework.tensor", "TensorSpec"),
            own=specification("acme.specs", "AcmeSpec"),
        )
        (found,) = objects(sequential(layer))
        assert (found.key, found.kind, found.origin) == (
            "AcmeSpec",
            "class",
            "acme.specs:AcmeSpec",
        )

    def test_data(self, objects):
        """Values that Keras stores like objects are no custom objects."""
        values = {
            name.strip("_"): legacy_object(name, value="QQ==")
            for name in ("__bytes__", "__tensor__", "__numpy__", "__keras_tensor__", "__slice__")
        }
        assert objects(sequential(keras_object("Dense", **values))) == ()

    def test_an_object_without_a_module(self, objects):
        """A library may write objects itself, as model-optimization does its quantizers."""
        layer = keras_object("Quantize", "tfmot", "Quantize", quantizer=legacy_object("AllValues"))
        assert [each.key for each in objects(sequential(layer))] == ["Quantize", "AllValues"]


class TestFunctions:
    def test_registered(self, objects):
        """The key of a function is its config; no module of it is stated."""
        layer = keras_object("Dense", activation=function("acme>squish"))
        place = "config.layers[0].config.activation"
        expected = CustomObject("acme>squish", "function", None, None, (place,))
        assert objects(sequential(layer)) == (expected,)

    def test_bare(self, objects):
        """A bare name is one of Keras' functions, of whatever kind, or custom."""
        layer = keras_object("Dense", activation=function("mse"), other=function("squish"))
        assert [each.key for each in objects(sequential(layer))] == ["squish"]

    @pytest.mark.parametrize(("module", "custom"), [("keras.activations", 0), ("acme.fns", 1)])
    def test_with_a_module(self, objects, module, custom):
        """Where a module is stated, it decides."""
        stated = {**function("relu"), "module": module}
        assert len(objects(sequential(keras_object("Dense", activation=stated)))) == custom

    def test_an_empty_package(self, objects):
        """A key may begin with its separator: ncps registers one so."""
        (found,) = objects(sequential(keras_object("Dense", activation=function(">tanh"))))
        assert (found.package, found.bare_name) == ("", "tanh")

    def test_wrapped(self, objects):
        """A tf.function is saved as an object of that class, with its key for its config."""
        loss = {**keras_object("Function", "tensorflow.python.eager", "Function"), "config": "a>b"}
        found = objects(sequential(compile_config={"loss": loss}))
        assert [(each.key, each.kind) for each in found] == [("Function", "class"), ("a>b", "name")]


class TestLegacyClasses:
    @pytest.mark.parametrize("name", ["Dense", "Bidirectional", "MaxPooling2D", "Functional"])
    def test_of_keras(self, legacy, name):
        """A bare class name that Keras has."""
        for version in ("1.2.2", "2.2.4-tf", "2.15.0", "3.15.1", ""):
            assert legacy(legacy_sequential(legacy_object(name)), version=version) == []

    def test_of_another_kind(self, legacy):
        """A name counts where Keras looks for its kind: an optimizer is no layer."""
        found = legacy(legacy_sequential(legacy_object("Adam"), legacy_object("Dense")))
        assert found == [("Adam", "class", "config.layers[0]")]

    def test_keys(self, legacy):
        """The class name is the key itself."""
        found = legacy(legacy_sequential(legacy_object("acme>Scale")))
        assert found == [("acme>Scale", "class", "config.layers[0]")]

    def test_keys_of_keras(self, legacy):
        """Keras 2 registers its optimizers under `Custom`; Keras 3 does not."""
        training = {"optimizer_config": legacy_object("Custom>Adam", learning_rate=0.1)}
        assert legacy(legacy_sequential(), training) == []
        found = legacy(legacy_sequential(), training, version="3.15.1")
        assert found == [("Custom>Adam", "class", "training_config.optimizer_config")]

    def test_layers_of_one_generation(self, legacy):
        """Each generation has layers that the other has not."""
        old, new = legacy_object("LocallyConnected1D"), legacy_object("RMSNormalization")
        assert [each[0] for each in legacy(legacy_sequential(old, new))] == ["RMSNormalization"]
        found = legacy(legacy_sequential(old, new), version="3.15.1")
        assert [each[0] for each in found] == ["LocallyConnected1D"]
        assert legacy(legacy_sequential(old, new), version="nightly") == []

    def test_a_list_for_a_config(self, legacy):
        """Before Keras 2.2.3, the config of a Sequential was the list of its layers."""
        old = {"class_name": "Sequential", "config": [legacy_object("MDN")]}
        assert legacy(old, version="2.0.6") == [("MDN", "class", "config[0]")]


class TestCode:
    def test_lambdas(self, objects):
        """A lambda is found as such, and its closure is searched."""
        code = {"class_name": "__lambda__", "config": {"value": ["4w", None, [function("inner")]]}}
        found = objects(sequential(keras_object("Lambda", function=code)))
        assert [(each.key, each.kind) for each in found] == [
            ("__lambda__", "lambda"),
            ("inner", "function"),
        ]

    @pytest.mark.parametrize("name", ["Lambda", "acme>Lambda"])
    def test_keras_2(self, legacy, name):
        """Keras 2 stores code in a list."""
        layer = legacy_object(
            name,
            function=["4w==", None, ["x", "<lambda>"]],
            function_type="lambda",
            output_shape=[None, 3],
            output_shape_type="raw",
        )
        found = [each for each in legacy(legacy_sequential(layer)) if each[0] != name]
        assert found == [("__lambda__", "lambda", "config.layers[0].config.function")]

    def test_functions_of_keras_2(self, legacy):
        """Keras 2 stores a function of a Lambda layer by name, with its module."""
        layer = legacy_object("Lambda", function="squish", function_type="function", module="a.b")
        found = legacy(legacy_sequential(layer))
        assert found == [("squish", "function", "config.layers[0].config.function")]
        layer["config"]["function"] = "relu"
        assert legacy(legacy_sequential(layer)) == []


def test_tree(tmp_path):
    """The tree has the parts of a model, and of the small objects those that are custom."""
    dense = keras_object(
        "Dense",
        name="dense",
        activation="relu",
        kernel_initializer=keras_object("Zeros", "keras.initializers"),
        kernel_regularizer=keras_object("Decay", "acme", "acme>Decay"),
    )
    inner = sequential(keras_object("TimeDistributed", name="td", layer=SCALE))
    compiled = {
        "optimizer": keras_object("Adam", "keras.optimizers", name="adam", learning_rate=0.1),
        "loss": {"out": "mse"},
        "metrics": [function("acme>error")],
        "loss_weights": None,
    }
    path = write_keras(tmp_path / "m.keras", sequential(dense, inner, compile_config=compiled))

    def shown(node):
        line = (node.role, node.name or node.class_name, node.key)
        return (*line, *map(shown, node.children)) if node.children else line

    assert shown(read_model(path).tree) == (
        *("model", "sequential", None),
        ("layer", "dense", None, ("regularizer", "Decay", "acme>Decay")),
        (
            *("model", "sequential", None),
            ("layer", "td", None, ("layer", "scale", "acme>Scale")),
        ),
        ("optimizer", "adam", None),
        ("loss", "mse", None),
        ("metric", "acme>error", "acme>error"),
    )


def test_tree_of_a_legacy_model(tmp_path):
    """What a model was compiled with stands in the tree beside its layers."""
    training = {"loss": "mine", "optimizer_config": legacy_object("SGD", name="sgd")}
    tree = read_model(write_h5(tmp_path / "m.h5", legacy_sequential(), training)).tree
    assert tree.children == (
        Node("loss", "", "mine", "mine", "training_config.loss", ()),
        Node("optimizer", "sgd", "SGD", None, "training_config.optimizer_config", ()),
    )


def test_nested_models(tmp_path):
    """Models inside models, and JSON that Keras 2 wrote."""
    inner = legacy_object("Functional", layers=[legacy_object("acme>Scale")])
    model = {**legacy_sequential(inner), "keras_version": "2.15.0", "backend": "tensorflow"}
    found = read_model(write_json(tmp_path / "model.json", model))
    assert found.keras_version == "2.15.0"
    assert found.objects[0].places == ("config.layers[0].config.layers[0]",)
    assert [node.role for node in found.tree.children] == ["model"]
