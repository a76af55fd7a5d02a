"""SavedModel directories of Keras 2: the configs are in the records of `keras_metadata.pb`."""

from model_makers import legacy_object, legacy_sequential, record, write_saved_model

from keras_serializable.model_files import read_model


def test_functional_models(tmp_path):
    """The root has the config; the other records repeat it, and metrics have their own."""
    root = {
        **legacy_sequential(legacy_object("acme>Scale", activation="acme>squish")),
        "training_config": {"loss": "mine", "optimizer_config": legacy_object("Custom>Adam")},
    }
    records = [
        record("root.layer-0", legacy_object("acme>Scale")),
        record("root", root, "_tf_keras_sequential"),
        record("root.keras_api.metrics.0", legacy_object("Mean"), "_tf_keras_metric"),
        record("root.keras_api.metrics.1", legacy_object("acme>Error"), "_tf_keras_metric"),
    ]
    model = read_model(write_saved_model(tmp_path / "model", *records))
    assert (model.format, model.keras_version) == ("saved-model", None)
    assert {each.key: each.places for each in model.objects} == {
        "acme>Scale": ("config.layers[0]",),
        "acme>squish": ("config.layers[0].config.activation",),
        "mine": ("training_config.loss",),
        "acme>Error": ("root.keras_api.metrics.1",),
    }
    assert [node.class_name for node in model.tree.children] == [
        *("acme>Scale", "mine", "Custom>Adam"),
    ]


def test_subclassed_models(tmp_path):
    """A subclassed model has no config: its layers are in records of their own."""
    records = [
        record("root", {"class_name": "acme>Net", "name": "net"}, "_tf_keras_model"),
        record("root.d", legacy_object("Dense", activation="acme>squish")),
    ]
    model = read_model(write_saved_model(tmp_path / "model", *records))
    assert {each.key: each.places for each in model.objects} == {
        "acme>Net": ("(root)",),
        "acme>squish": ("root.d.config.activation",),
    }
    assert (model.tree.role, model.tree.name, model.tree.key) == ("model", "net", "acme>Net")


def test_packed_code(tmp_path):
    """Tuples are packed, and so is the code of a Lambda layer."""
    packed = {"class_name": "__tuple__", "items": ["4w==", None, None]}
    layer = legacy_object("Lambda", function=packed, function_type="lambda")
    path = write_saved_model(tmp_path / "model", record("root", legacy_sequential(layer)))
    (found,) = read_model(path).objects
    assert (found.kind, found.places) == ("lambda", ("config.layers[0].config.function",))
