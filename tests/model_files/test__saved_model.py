"""SavedModel directories of Keras 2: the configs are in the records of `keras_metadata.pb`."""

from hostile_files import GOOD, cases, check
from model_makers import field, legacy_object, legacy_sequential, record, varint, write_saved_model

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


def test_places_are_escaped(tmp_path):
    """The place that a record states is escaped and cut, as each other place."""
    metric = {"class_name": "acme>Error", "config": {}}
    layer = {"class_name": "acme>Scale", "config": {}}
    records = (
        record("root", legacy_sequential()),
        record("root.a\0\x1b[31m\n", metric, "_tf_keras_metric"),
        record("root." + "b" * 10_000, layer),
    )
    model = read_model(write_saved_model(tmp_path / "model", *records))
    assert [each.places for each in model.objects] == [
        (r"root.a\x00\x1b[31m\n",),
        (f"root.{'b' * 195}...",),
    ]


SAVED_MODELS = {
    "a record cut off": ([record("root", GOOD)[:-40]], "MalformedModelError", "it is cut off"),
    "a record of 2**60 bytes": (
        [varint(1 << 3 | 2) + varint(2**60)],
        "MalformedModelError",
        "it is cut off",
    ),
    "a number without end": ([b"\xff" * 99], "MalformedModelError", "a number without end"),
    "a number cut off": ([b"\x80"], "MalformedModelError", "it is cut off"),
    "a fixed number cut off": (
        [varint(9 << 3 | 1) + b"x" * 8 + varint(9 << 3 | 5) + b"x"],
        "MalformedModelError",
        "it is cut off",
    ),
    "a group": ([varint(1 << 3 | 3)], "MalformedModelError", "field type 3"),
    "records of nothing": ([field(1, b"") * 2], "MalformedModelError", "it is not JSON"),
    "no records": ([], "NoConfigError", "no objects of Keras"),
    "records without a class": ([record("root", {})], "NoConfigError", "no model of Keras"),
    "metadata that is no JSON": ([record("root", b"{")], "MalformedModelError", "it is not JSON"),
    "a deep record": (
        [record("root", GOOD), record("root.a", b"[" * 99_999)],
        "ModelLimitError",
        "keras_metadata.pb root.a: it is nested",
    ),
    "a record that places control characters": (
        [record("root\x1b[31m\n", b"{")],
        "MalformedModelError",
        r"root\x1b[31m\n: it is not JSON",
    ),
}


@cases(SAVED_MODELS)
def test_saved_models(read, tmp_path, make, error, text):
    """A hostile or broken SavedModel."""
    path = write_saved_model(tmp_path / "model", *make)
    check(read(path), path, error, text)
