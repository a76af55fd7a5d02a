"""Fields: where a config may name an object by a string."""

import pytest
from model_makers import legacy_object, legacy_sequential, sequential

from keras_serializable.model_files import _fields


class TestNames:
    @pytest.mark.parametrize(
        ("field", "own"),
        [
            ("loss", "mse"),
            ("metrics", "accuracy"),
            ("weighted_metrics", "AUC"),
        ],
    )
    def test_compiled(self, objects, legacy, field, own):
        """A name in the compile config, alone, in lists and by output."""
        for value in ("mine", ["mine"], {"out": "mine"}, [[own, "mine"]], {"out": [own, "mine"]}):
            (found,) = objects(sequential(compile_config={field: value}))
            assert (found.key, found.kind) == ("mine", "name")
            ((key, kind, _),) = legacy(legacy_sequential(), {field: value})
            assert (key, kind) == ("mine", "name")
        assert objects(sequential(compile_config={field: [own, {"out": own}]})) == ()

    def test_optimizers(self, objects):
        """The name of an optimizer, in whatever letters."""
        (found,) = objects(sequential(compile_config={"optimizer": "mine"}))
        assert (found.key, found.places) == ("mine", ("compile_config.optimizer",))
        assert objects(sequential(compile_config={"optimizer": "AdaM"})) == ()

    def test_outputs_named_like_fields(self, objects):
        """In a dictionary of losses, keys are names of outputs."""
        losses = {"activation": "mse", "layer": "mine", "my.out": "acme>loss"}
        found = objects(sequential(compile_config={"loss": losses}))
        assert {each.key: each.places for each in found} == {
            "mine": ("compile_config.loss.layer",),
            "acme>loss": ('compile_config.loss["my.out"]',),
        }

    @pytest.mark.parametrize(
        ("field", "own"),
        [
            ("activation", "relu"),
            ("recurrent_activation", "hard_sigmoid"),
            ("kernel_initializer", "glorot_uniform"),
            ("activity_regularizer", "l2"),
            ("bias_constraint", "non_neg"),
        ],
    )
    def test_in_layers_of_keras(self, legacy, field, own):
        """A name in a field of one of Keras' layers."""
        layer = legacy_object("LSTM", **{field: "mine"})
        place = f"config.layers[0].config.{field}"
        assert legacy(legacy_sequential(layer)) == [("mine", "name", place)]
        assert legacy(legacy_sequential(legacy_object("LSTM", **{field: own}))) == []

    def test_in_custom_layers(self, legacy):
        """What a custom layer makes of a bare name is its own affair; a key is a key."""
        layer = legacy_object("a>DNN", activation="dice", output_activation="acme>squish")
        assert [each[0] for each in legacy(legacy_sequential(layer))] == ["a>DNN", "acme>squish"]

    def test_other_fields(self, legacy):
        """Strings elsewhere are no names, even with `>` in them."""
        layer = legacy_object("EinsumDense", name="a>b", equation="ab,bc->ac", dtype="float16")
        assert legacy(legacy_sequential(layer)) == []

    def test_wrapped_functions(self, legacy):
        """Keras 2 stores the function of a metric by name."""
        metrics = [
            legacy_object("MeanMetricWrapper", fn="acme>error"),
            legacy_object("MeanMetricWrapper", fn="error"),
            legacy_object("MeanMetricWrapper", fn="mean_absolute_error"),
        ]
        found = legacy(legacy_sequential(), {"metrics": metrics})
        assert [each[0] for each in found] == ["acme>error", "error"]

    def test_operations(self, legacy):
        """The function of a TensorFlow operation is TensorFlow's."""
        layer = legacy_object("TFOpLambda", function="math.multiply")
        assert legacy(legacy_sequential(layer)) == []


@pytest.mark.parametrize(
    ("field", "kind", "takes_names"),
    [
        ("layers", "layers", False),
        ("weighted_metrics", "metrics", True),
        ("kernel_initializer", "initializers", True),
        ("activation", "activations", True),
        ("learning_rate", "schedules", False),
        ("units", None, False),
        ("", None, False),
    ],
)
def test_kinds(field, kind, takes_names):
    """The name of a field tells which kind of object it expects, and whether a name will do."""
    assert _fields.kind_of(field) == kind
    assert _fields.takes_names(kind) is takes_names


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("keras", True),
        ("keras.src.layers", True),
        ("tf_keras.layers", True),
        ("tensorflow.python.keras.layers", True),
        ("tensorflow.keras", True),
        ("tensorflow_addons.layers", False),
        ("keras_hub.layers", False),
        ("", False),
    ],
)
def test_modules_of_keras(module, expected):
    """A module is one of Keras by its first part, or by its place in TensorFlow."""
    assert _fields.is_of_keras(module) is expected
