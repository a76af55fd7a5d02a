"""What a program or Keras resolves without us it resolves alike with us, and what an import loads.

Each test is a program in a process of its own, with libraries that it lays on disk.
"""

import textwrap

import pytest
from virtual_environments import ROOT

PREFACE = """
import importlib, os, sys, warnings
os.mkdir("site")
sys.path.insert(0, "site")
import numpy as np
import keras
import keras_serializable as ks
from keras.src.saving import object_registration

ones = np.ones((1, 3), "float32")

def install(name, entry_points, files, version="1.0", requires=()):
    import distributions
    distributions.install("site", name, version, entry_points, files, requires=requires)
    importlib.invalidate_caches()

def model_of(layer):
    return keras.Sequential([keras.Input((3,)), layer])

def layer(times, name="Scale", module="__main__"):
    def call(self, inputs):
        return inputs * times
    return type(name, (keras.layers.Layer,), {"call": call, "__module__": module})

def first(model):
    return float(np.asarray(model(ones))[0, 0])

def error_of(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return error
    raise AssertionError("it did not fail")
"""

LAYERS = (
    "import keras\n"
    "class {name}(keras.layers.Layer):\n"
    "    def call(self, inputs): return inputs * {times}\n"
)


@pytest.fixture
def run(environment, tmp_path):
    """Return a function that runs a program, which ends by printing "done"."""

    def run(program):
        code = PREFACE + f"LAYERS = {LAYERS!r}\n" + textwrap.dedent(program) + "\nprint('done')"
        output = environment.run("-W", "error", "-c", code, cwd=tmp_path, path=[ROOT / "tests"])
        assert output.endswith("done\n"), output

    return run


def test_our_decorator_takes_over_a_key_of_keras(run):
    """The newest object has the key, for Keras, for our functions and for a loaded model."""
    run("""
        older, newer, newest = layer(2.0, "Pos", "one"), layer(3.0, "Pos"), layer(5.0, "Pos", "two")
        keras.saving.register_keras_serializable("beit")(older)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            ks.register_keras_serializable("beit")(newer)
        assert [each.category for each in caught] == [ks.KeyOverrideWarning]
        assert "__main__.Pos, and no longer one.Pos." in str(caught[0].message)
        model_of(newer()).save("m.keras")
        for connect in (ks.disconnect, ks.connect):
            connect()
            assert keras.saving.get_registered_object("beit>Pos") is newer
            assert ks.get_registered_object("beit>Pos") is newer
            assert first(keras.saving.load_model("m.keras")) == 3.0
        keras.saving.register_keras_serializable("beit")(newest)
        assert ks.get_registered_object("beit>Pos") is newest
    """)


def test_an_import_by_discovery_replaces_nothing(run):
    """A class that the program defined anew stays, though the plugin's module registers its own."""
    run("""
        code = "import keras\\n"
        for name in ("Pos", "Patch"):
            code += "@keras.saving.register_keras_serializable('beit')\\n"
            code += LAYERS.format(name=name, times=2.0).partition("\\n")[2]
        keys = {"beit>Pos": "beit_m:Pos", "beit>Patch": "beit_m:Patch"}
        install("beit", keys, {"beit_m.py": code})
        own = layer(7.0, "Pos")
        keras.saving.register_keras_serializable("beit")(own)
        ks.connect()
        patch = keras.saving.get_registered_object("beit>Patch")
        assert patch.__module__ == "beit_m"
        assert keras.saving.get_registered_object("beit>Pos") is own
        assert ks.get_registered_object("beit>Pos") is own
        assert keras.saving.get_registered_name(patch) == "beit>Patch"
    """)


def test_what_discovery_found_stays_last(run):
    """An undecorated class never goes before the caller's objects, also after it was found."""
    run("""
        install("mdn", {"MDN": "mdn_m:MDN"}, {"mdn_m.py": LAYERS.format(name="MDN", times=2.0)})
        import mdn_m
        model_of(mdn_m.MDN()).save("m.keras")
        model_of(mdn_m.MDN()).save("m.h5")
        own = layer(7.0, "MDN")
        ks.connect()
        for name in ("m.keras", "m.h5"):
            assert first(keras.saving.load_model(name)) == 2.0
            assert ks.get_registered_object("MDN") is mdn_m.MDN
            assert first(keras.saving.load_model(name, custom_objects={"MDN": own})) == 7.0
            with keras.saving.custom_object_scope({"MDN": own}):
                assert first(keras.saving.load_model(name)) == 7.0
            with ks.custom_object_scope({"MDN": own}):
                assert first(keras.saving.load_model(name)) == 7.0
        assert "MDN" not in keras.saving.get_custom_objects()
        ks.disconnect()
        assert first(keras.saving.load_model("m.keras", custom_objects={"MDN": own})) == 7.0
    """)


def test_what_keras_imports_by_itself(run):
    """A stale or refused provider does not matter where Keras finds the class in its module."""
    run("""
        code = LAYERS.format(name="Embed", times=4.0)
        package = {"__init__.py": "", "layers.py": code}
        install("keras-hub", {"keras_hub": "keras_hub_moved"}, {"keras_hub": package})
        config = {
            "module": "keras_hub.layers", "class_name": "Embed",
            "config": {"name": "e"}, "registered_name": "keras_hub>Embed",
        }
        plain = keras.saving.deserialize_keras_object(dict(config))
        ks.connect()
        assert type(keras.saving.deserialize_keras_object(dict(config))) is type(plain)
        ks.set_policy(ks.Policy(deny_distributions=["keras-hub"]))
        assert type(keras.saving.deserialize_keras_object(dict(config))) is type(plain)
    """)


def test_two_libraries_share_a_bare_name(run):
    """A file gets the class of the library that it names, and never another one's."""
    run("""
        for name, times in (("geometric", 2.0), ("spektral", 3.0)):
            package = {"__init__.py": "", "conv.py": LAYERS.format(name="GCNConv", times=times)}
            install(name, None, {name: package})
        import geometric.conv, spektral.conv
        model_of(geometric.conv.GCNConv()).save("g.keras")
        model_of(spektral.conv.GCNConv()).save("s.keras")
        plain = error_of(keras.saving.load_model, "g.keras")
        install("one", {"GCNConv": "spektral.conv:GCNConv"}, {})
        ks.connect()
        assert first(keras.saving.load_model("s.keras")) == 3.0
        error = error_of(keras.saving.load_model, "g.keras")
        assert type(error) is type(plain) and str(error) == str(plain), error
        install("two", {"GCNConv": "geometric.conv:GCNConv"}, {})
        assert first(keras.saving.load_model("g.keras")) == 2.0
        assert first(keras.saving.load_model("s.keras")) == 3.0
    """)


@pytest.mark.parametrize("value", ["mdn_m:MDN", "mdn_m:MDN [mdn]"])
def test_a_class_of_the_users_own(run, value):
    """A library's class is never taken for one of a script or of the user's own module."""
    program = """
        install("mdn", None, {"mdn_m.py": LAYERS.format(name="MDN", times=2.0)})
        install("knowledge", {"MDN": "VALUE"}, {}, requires=["mdn; extra == 'mdn'"])
        install("mine", None, {"my_layers.py": LAYERS.format(name="MDN", times=5.0)})
        import my_layers
        scripted = layer(7.0, "MDN")
        for name, cls in (("script", scripted), ("module", my_layers.MDN)):
            for ending in (".keras", ".h5"):
                model_of(cls()).save(name + ending)
        plain = {name: error_of(keras.saving.load_model, name)
                 for name in ("script.keras", "module.keras", "script.h5")}
        ks.connect()
        for name in ("script.keras", "module.keras"):
            error = error_of(keras.saving.load_model, name)
            assert type(error) is type(plain[name]), error
            place = "a script or a notebook" if "script" in name else "'my_layers'"
            told = "".join(getattr(error, "__notes__", [str(error)]))
            assert f"It is defined in {place}, and the object of this name in " in told, told
            for objects in ({"MDN": scripted}, {"MDN": my_layers.MDN}):
                times = first(keras.saving.load_model(name, custom_objects=objects))
                assert times == (7.0 if objects["MDN"] is scripted else 5.0)
                with keras.saving.custom_object_scope(objects):
                    assert first(keras.saving.load_model(name)) == times
        # An .h5 file names no module: then a class of the running script is meant first.
        assert first(keras.saving.load_model("script.h5")) == 2.0
        assert first(keras.saving.load_model("script.h5", custom_objects={"MDN": scripted})) == 7.0
        MDN = scripted
        error = error_of(keras.saving.load_model, "script.h5")
        assert type(error) is type(plain["script.h5"]), error
        assert first(keras.saving.load_model("script.h5", custom_objects={"MDN": MDN})) == 7.0
        from mdn_m import MDN
        assert first(keras.saving.load_model("script.h5")) == 2.0
    """
    run(program.replace("VALUE", value))


def test_a_class_that_only_an_import_registers(run):
    """A bare key whose value is a module: importing it registers a class that has no path."""
    run("""
        code = (
            "import keras\\n"
            "def register():\\n"
            "    class FixedDropout(keras.layers.Layer):\\n"
            "        def call(self, inputs): return inputs * 6.0\\n"
            "    keras.saving.get_custom_objects()['FixedDropout'] = FixedDropout\\n"
            "    return FixedDropout\\n"
            "made = register()\\n"
        )
        install("efficient", {"FixedDropout": "efficient.keras", "Nothing": "efficient.keras"},
                {"efficient": {"__init__.py": "", "keras.py": code}})
        import efficient.keras
        for name in ("m.keras", "m.h5"):
            model_of(efficient.keras.made()).save(name)
        keras.saving.get_custom_objects().clear()
        for name in ("m.keras", "m.h5"):
            del sys.modules["efficient.keras"]
            ks.connect()
            assert first(keras.saving.load_model(name)) == 6.0
            assert "FixedDropout" in keras.saving.get_custom_objects()
            keras.saving.get_custom_objects().clear()
        assert keras.saving.get_registered_object("Nothing") is None
        assert ks.get_registered_object("Nothing") is None
    """)


def test_found_by_its_place(run):
    """A class saved under its bare name is the one that a provider has at that module and name."""
    run("""
        install("acme", {"acme>Scale": "acme.layers:Scale", "other": "acme.others"},
                {"acme": {"__init__.py": "", "layers.py": LAYERS.format(name="Scale", times=2.0)}})
        import acme.layers
        model = model_of(acme.layers.Scale())
        model.save("m.keras")
        del sys.modules["acme.layers"], sys.modules["acme"]
        error = error_of(keras.saving.load_model, "m.keras")
        ks.connect()
        assert first(keras.saving.load_model("m.keras")) == 2.0
        # Another module, another class, another case of letters: none of them is the place.
        text = model.to_json()
        places = ("acme.layers", "acme.others"), ("acme.layers", "acme"), ('"Scale"', '"scale"')
        for old, new in places:
            assert old in text
            error_of(keras.models.model_from_json, text.replace(old, new))
        ks.set_policy(ks.Policy(deny_keys=["acme>*"]))
        assert isinstance(error_of(keras.saving.load_model, "m.keras"), ks.ProviderRefusedError)
    """)


def test_a_class_named_like_one_of_keras(run):
    """A class named like one of Keras is found by its place, and Keras' class keeps its name."""
    run("""
        code = LAYERS.format(name="Attention", times=9.0) + "def tanh(x): return 9.0 * x\\n"
        install("attention", {"Attention": "attention:Attention", "tanh": "attention:tanh"},
                {"attention.py": code})
        import attention
        model_of(attention.Attention()).save("m.keras")
        ks.connect()
        assert first(keras.saving.load_model("m.keras")) == 9.0
        assert keras.activations.get("tanh") is keras.activations.tanh
        assert keras.saving.get_registered_object("Attention") is None
        own = keras.layers.deserialize(keras.layers.serialize(keras.layers.Attention()))
        assert type(own) is keras.layers.Attention
        causes = [each.cause for each in ks.problems() if "attention" in each.path]
        assert len(causes) == 2 and all("Keras' own" in cause for cause in causes), causes
    """)


def test_a_key_over_a_built_in_name(run):
    """A plugin's loss with a built-in's class name is the plugin's, not Keras' own."""
    run("""
        code = (
            "import keras\\n@keras.saving.register_keras_serializable('acme')\\n"
            "class MeanSquaredError(keras.losses.Loss):\\n"
            "    def call(self, y_true, y_pred): return y_pred * 3.0\\n"
        )
        install("acme", {"acme>MeanSquaredError": "acme_m:MeanSquaredError"}, {"acme_m.py": code})
        import acme_m
        config = keras.losses.serialize(acme_m.MeanSquaredError())
        keras.saving.get_custom_objects().clear()
        del sys.modules["acme_m"]
        ks.connect()
        assert type(keras.losses.deserialize(config)).__module__ == "acme_m"
    """)


def test_a_note_tells_of_the_key(run):
    """An error that a loader wraps carries the note too, with the name of the missing function."""
    run("""
        ks.connect()
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, activation="relu")])
        text = model.to_json().replace('"relu"', '{"module": "builtins", "class_name": "function",'
                                       ' "config": "wavy", "registered_name": "function"}')
        notes = error_of(keras.models.model_from_json, text).__notes__
        assert len(notes) == 1 and notes[0].startswith("keras_serializable: 'wavy'"), notes
        model_of(layer(2.0, "Widen")()).save("m.keras")
        notes = error_of(keras.saving.load_model, "m.keras").__notes__
        assert len(notes) == 1 and "'Widen'" in notes[0], notes
    """)
