"""Classes that nothing registers are offered under their bare names, apart."""

import pytest


def test_bare(scan):
    """A subclass of a class of Keras that is never registered has its bare name as key."""
    result = scan(
        {
            "acme/layers.py": """
            import keras
            from tensorflow import keras as old

            class Scale(keras.layers.Layer): pass
            class Shift(Scale): pass
            class Loss(old.losses.Loss): pass
            @keras.saving.register_keras_serializable("acme")
            class Registered(Scale): pass
            class Plain: pass
            """
        }
    )
    assert result.entry_points == {"acme>Registered": "acme.layers:Registered"}
    assert result.bare == {
        "Loss": "acme.layers:Loss",
        "Scale": "acme.layers:Scale",
        "Shift": "acme.layers:Shift",
    }
    assert result.bare_entries["Loss"].kerases == ("tensorflow.keras",)
    assert result.bare_entries["Loss"].sure
    assert result.sources["Loss"] == ["static"]


def test_not_saved(scan):
    """Callbacks, data sets and the like are never saved."""
    result = scan(
        {
            "acme.py": "import keras\n"
            "class A(keras.callbacks.Callback): pass\nclass B(keras.utils.PyDataset): pass\n"
        }
    )
    assert result.bare == {}


def test_get_config_without_keras(scan):
    """A class with `get_config` of another base is offered, and marked as not sure."""
    code = "class Config:\n    def get_config(self): return {}\nclass Mine(Config): pass\n"
    result = scan({"acme.py": code})
    assert result.bare == {"Config": "acme:Config", "Mine": "acme:Mine"}
    assert not result.bare_entries["Mine"].sure


def test_two_classes_with_one_name(scan):
    """Two public classes of one name cannot share the bare key: that is told."""
    code = "import keras\nclass MLP(keras.layers.Layer): pass\n"
    result = scan({"acme/a.py": code, "acme/b.py": code})
    assert result.bare == {}
    (told,) = result.unresolved
    assert "'MLP' belongs to several classes: acme.a:MLP and acme.b:MLP" in told.reason


@pytest.mark.parametrize("other", ["_b", "experimental", "src/b"])
def test_public_class_goes_first(scan, other):
    """A private or experimental class gives way to a public one of its name."""
    code = "import keras\nclass MLP(keras.layers.Layer): pass\n"
    result = scan({"acme/a.py": code, f"acme/{other}.py": code})
    assert result.bare == {"MLP": "acme.a:MLP"}


def test_local_class(scan):
    """A class of Keras that is local to a function has no name: that is told, once for each."""
    result = scan(
        {
            "acme.py": """
            import keras

            def make(registers):
                class Local(keras.layers.Layer): pass
                class Plain: pass
                class Watch(keras.callbacks.Callback): pass
                if registers:
                    class Inner(Local): pass
                return Local

            Made = make(True)

            class Model:
                def build(self):
                    class Block(keras.Model): pass
                    return Block

            def never():
                @keras.saving.register_keras_serializable("acme")
                class Told(keras.layers.Layer): pass
            """
        }
    )
    assert result.bare == {"Local": "acme:Made"}
    reasons = [told.reason for told in result.unresolved]
    assert reasons == [
        (
            "no entry point can name the class Block, which is local to build(): define it at the "
            "top of a module"
        ),
        "register_keras_serializable is in never(), which nothing calls at import",
    ]
