"""Custom objects: what a file states for one key in several places is put together."""

from model_makers import function, keras_object, legacy_object, legacy_sequential, sequential


class TestMerging:
    def test_stated_once(self, legacy):
        """A key that is stated in full inside a wrapper is the one that stands alone elsewhere."""
        full = keras_object("Scale", "acme.layers", "acme>Scale")
        wrapped = legacy_object("TimeDistributed", layer=full)
        found = legacy(legacy_sequential(legacy_object("acme>Scale"), wrapped))
        places = ("config.layers[0]", "config.layers[1].config.layer")
        assert found == [("acme>Scale", "class", *places)]

    def test_named_once(self, legacy):
        """A name is the function that the file tells elsewhere."""
        dense = legacy_object("Dense", activation=function("a>f"))
        found = legacy(legacy_sequential(dense), {"loss": "a>f"})
        assert found == [
            ("a>f", "function", "config.layers[0].config.activation", "training_config.loss")
        ]

    def test_different_statements(self, objects):
        """One key from two modules stays two objects."""
        layers = [keras_object("A", module, "a>A") for module in ("one", "two", "one")]
        found = objects(sequential(*layers))
        assert [(each.module, len(each.places)) for each in found] == [("one", 2), ("two", 1)]

    def test_a_class_and_a_function(self, objects):
        """One key for a class and a function stays two objects."""
        layer = keras_object(
            "Dense", activation=function("a>f"), bias=keras_object("f", "m", "a>f")
        )
        assert [each.kind for each in objects(sequential(layer))] == ["function", "class"]
