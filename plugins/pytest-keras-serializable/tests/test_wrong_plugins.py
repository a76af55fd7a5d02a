"""Tests for the advice that the compliance suite gives about plugins that are wrong."""

import pytest
from distributions import install

HEAD = """
import keras
from keras_serializable import register_keras_serializable
"""
LAYER = """
class Scale(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs
"""
WRONG = {
    "undecorated": ({"undecorated>Scale": "undecorated:Scale"}, {"undecorated.py": HEAD + LAYER}),
    "mismatched": (
        {"mismatched>Scale": "mismatched:Scale"},
        {"mismatched.py": HEAD + '@register_keras_serializable("mismatched", "Scaled")' + LAYER},
    ),
    "attribute": (
        {"attribute>Scale": "attribute:Scal"},
        {"attribute.py": HEAD + LAYER},
    ),
    "astray": (
        {"astray>Scale": "astray:Shift"},
        {
            "astray.py": HEAD
            + f'@register_keras_serializable("astray"){LAYER}'
            + '@register_keras_serializable("astray")'
            + LAYER.replace("Scale", "Shift")
        },
    ),
    "local": (
        {"local>Local": "local:Local"},
        {
            "local.py": HEAD
            + """
def make():
    @register_keras_serializable("local")
    class Local(keras.layers.Layer):
        pass
    return Local
"""
        },
    ),
    "heavy": (
        {"heavy>Scale": "heavy.layers:Scale"},
        {
            "heavy/__init__.py": "import os\nfrom . import plots\nfrom heavy.tables import rows\n",
            "heavy/plots.py": "",
            "heavy/tables.py": "rows = []\n",
            "heavy/tools.py": "",
            "heavy/layers.py": HEAD
            + 'from . import tools\n@register_keras_serializable("heavy")'
            + LAYER,
        },
    ),
    "alone": (
        {"alone>Scale": "alone_scale:Scale", "alone>Shift": "alone_shift:Shift"},
        {
            "alone_shift.py": HEAD
            + 'by = 1\n@register_keras_serializable("alone")'
            + LAYER.replace("Scale", "Shift"),
            "alone_scale.py": HEAD
            + 'import sys\nby = sys.modules["alone_shift"].by\n'
            + '@register_keras_serializable("alone")'
            + LAYER,
        },
    ),
    "forgetful": (
        {"forgetful>Shift": "forgetful:Shift"},
        {
            "forgetful.py": HEAD
            + """
@register_keras_serializable("forgetful")
class Shift(keras.layers.Layer):
    def __init__(self, by=1.0, **options):
        super().__init__(**options)
        self.by = by

    def call(self, inputs):
        return inputs + self.by

    def get_config(self):
        return super().get_config()
"""
        },
    ),
    "required": (
        {"required>Shift": "required:Shift"},
        {
            "required.py": HEAD
            + """
@register_keras_serializable("required")
class Shift(keras.layers.Layer):
    def __init__(self, by, of=1.0, **options):
        super().__init__(**options)
        self.by, self.of = by, of

    def call(self, inputs):
        return inputs + self.by * self.of

    def get_config(self):
        return super().get_config()
"""
        },
    ),
    "absent": (
        {"absent>Scale": "absent:Scale"},
        {
            "absent.py": HEAD
            + f'@register_keras_serializable("absent"){LAYER}'
            + '@register_keras_serializable("absent")'
            + LAYER.replace("Scale", "Shift")
        },
    ),
    "ghost": ({"ghost>Ghost": "ghost.layers:Ghost"}, {"ghost/__init__.py": ""}),
    "lambda": (
        {"lambda>double": "lambda_:double"},
        {
            "lambda_.py": HEAD
            + 'double = register_keras_serializable("lambda", "double")(lambda x: 2 * x)\n'
        },
    ),
    "arguments": (
        {"arguments>Shift": "arguments:Shift"},
        {
            "arguments.py": HEAD
            + """
@register_keras_serializable("arguments")
class Shift(keras.layers.Layer):
    def __init__(self, by, **options):
        super().__init__(**options)
        self.by = by

    def get_config(self):
        return {**super().get_config(), "by": self.by}
"""
        },
    ),
    "empty": ({"empty": "empty"}, {"empty.py": ""}),
    "secret": (
        {"secret>Noise": "secret:Noise"},
        {
            "secret.py": HEAD
            + """
import os

@register_keras_serializable("secret")
class Noise(keras.layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.by = os.getpid() % 1000 + 1.0

    def call(self, inputs):
        return inputs + self.by
"""
        },
    ),
    "unstorable": (
        {"unstorable>Shift": "unstorable:Shift"},
        {
            "unstorable.py": HEAD
            + """
@register_keras_serializable("unstorable")
class Shift(keras.layers.Layer):
    def __init__(self, by=None, **options):
        super().__init__(**options)
        self.by = by or object()

    def call(self, inputs):
        return inputs

    def get_config(self):
        return {**super().get_config(), "by": self.by}
"""
        },
    ),
    "configless": (
        {"configless>Shape": "configless:Shape"},
        {"configless.py": "class Shape:\n    pass\n"},
    ),
    "inner": (
        {"inner>Scale": "inner.layers:Scale"},
        {
            "inner/__init__.py": "",
            "inner/starts.py": HEAD
            + """
@register_keras_serializable("inner")
class Start(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None):
        return keras.ops.ones(shape, dtype)
""",
            "inner/layers.py": HEAD
            + """
@register_keras_serializable("inner")
class Scale(keras.layers.Layer):
    def __init__(self, start=None, **options):
        super().__init__(**options)
        if start is None:
            from inner.starts import Start
            start = Start()
        self.start = keras.initializers.get(start)

    def build(self, shape):
        self.factor = self.add_weight(shape=(shape[-1],), initializer=self.start)

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), "start": keras.initializers.serialize(self.start)}
""",
        },
    ),
    "hidden": (
        {},
        {
            "hidden.py": HEAD
            + 'import os\n@register_keras_serializable(os.environ["HIDDEN_PACKAGE"])'
            + LAYER
        },
    ),
    "crash": ({"crash>Scale": "crash:Scale"}, {"crash.py": "import os\nos._exit(3)\n"}),
    "stateless": (
        {"stateless>Momentum": "stateless:Momentum"},
        {
            "stateless.py": HEAD
            + """
import os

@register_keras_serializable("stateless")
class Momentum(keras.optimizers.SGD):
    def __init__(self, learning_rate=0.1, **options):
        super().__init__(learning_rate=learning_rate, **options)
        self.scale = os.getpid() % 1000 + 1.0

    def apply(self, grads, trainable_variables=None):
        grads = [grad * self.scale for grad in grads]
        return super().apply(grads, trainable_variables)
"""
        },
    ),
    "unusable": (
        {"unusable>mix": "unusable:mix"},
        {
            "unusable.py": HEAD
            + """
@register_keras_serializable("unusable")
def mix(one, other, third):
    return one + other + third
"""
        },
    ),
}
EXPECTED = {
    ("undecorated>Scale", "is_saved_under_an_advertised_key"): (
        "Scale has no decorator, so Keras saves it as 'Scale'",
        "where:   undecorated.py:5",
        'instead: @register_keras_serializable("undecorated") above Scale',
        '"Scale" = "undecorated:Scale"',
    ),
    ("mismatched>Scale", "is_saved_under_an_advertised_key"): (
        "the decorator of Scale has the key 'mismatched>Scaled', which is not advertised",
        "where:   mismatched.py:4",
        'instead: @register_keras_serializable("mismatched"), or in the table "mismatched',
    ),
    ("attribute>Scale", "loads_alone"): (
        "attribute has no attribute 'Scal'",
        'instead: "attribute>Scale" = "attribute:Scale"',
    ),
    ("astray", "table_has_every_key"): (
        'advertises "astray>Scale" = "astray:Shift"; the source registers another object',
        'instead: "astray>Scale" = "astray:Scale"',
    ),
    ("local>Local", "loads_alone"): (
        "local has no attribute 'Local'",
        "local.py:6: ",
        "make()",
        "instead: Define Local at the top level of local: an object inside a function has no",
    ),
    ("heavy>Scale", "imports_no_more_than_it_needs"): (
        "and 2 modules that heavy.layers does not need: heavy.plots, heavy.tables",
        "where:   heavy/__init__.py:2",
        "keras_serializable_import_limit = 2",
    ),
    ("alone>Scale", "loads_alone"): (
        "importing alone_scale fails with KeyError: 'alone_shift'",
        "It works after `import alone_shift`, but not alone.",
        "where:   alone_scale.py:5",
        "instead: Let alone_scale import what it uses itself, for example alone_shift",
    ),
    ("forgetful>Shift", "comes_back_from_its_config"): (
        "get_config() of Shift leaves out 'by': a loaded Shift always has by=1.0",
        "where:   forgetful.py:14",
        'return {**super().get_config(), "by": self.by}',
    ),
    ("required>Shift", "comes_back_from_its_config"): (
        "get_config() of Shift leaves out 'by', 'of': a saved Shift cannot be loaded.",
        'return {**super().get_config(), "by": self.by, "of": self.of}',
    ),
    ("absent", "table_has_every_key"): (
        "absent registers absent>Shift, which its entry points do not advertise",
        "where:   absent.py:",
        '"absent>Shift" = "absent:Shift"',
    ),
    ("ghost>Ghost", "loads_alone"): (
        "there is no module ghost.layers",
        "instead: Name the module that defines the object, or delete the line",
    ),
    ("lambda>double", "is_saved_under_an_advertised_key"): (
        "is a lambda: Keras saves its bytecode",
        "where:   lambda_.py:4",
        "def double(...): return ...",
    ),
    ("arguments>Shift", "comes_back_from_its_config"): (
        "No Shift can be made without arguments",
        "where:   arguments.py:5",
        'keras_serializable_arguments = ["arguments>Shift(by=...)"]',
    ),
    ("empty", "loads_alone"): (
        "advertises every key of the package 'empty', and importing empty registers none",
    ),
    ("secret>Noise", "comes_back_from_keras_file"): (
        "a model with it, loaded from .keras, gives other results",
        "where:   secret.py:7",
        "in get_config(), or in weights that add_weight() makes",
    ),
    ("unstorable>Shift", "comes_back_from_its_config"): (
        "unstorable>Shift does not come back from its config",
        "where:   unstorable.py:14",
    ),
    ("configless>Shape", "loads_alone"): (
        "the class Shape has no get_config() method",
        "instead: Give Shape a get_config()",
    ),
    ("inner>Scale", "comes_back_from_keras_file"): (
        "a process that has imported nothing of the plugin cannot load a .keras model with it",
        "every key inside its config, has to be advertised",
    ),
    ("inner", "table_has_every_key"): ('"inner>Start" = "inner.starts:Start"',),
    ("hidden", "source_can_be_followed"): (
        "It cannot be told what hidden registers here",
        "where:   hidden.py:",
        '"PACKAGE>Scale" = "hidden:Scale"',
    ),
    ("crash>Scale", "loads_alone"): ("crash>Scale: its process ended with status 3",),
    ("stateless>Momentum", "comes_back_from_keras_file"): (
        "stateless>Momentum: training goes on in another way after loading",
        "where:   stateless.py:7",
        "in variables that build() makes",
    ),
    ("unusable>mix", "comes_back_from_keras_file"): (
        "unusable>mix works in no tiny model",
        "use='loss' or 'metric'",
    ),
    ("nowhere", "is_installed"): (
        "keras_serializable_distribution names nowhere, which is not installed",
        "instead: python -m pip install --editable .",
    ),
}


@pytest.fixture(scope="module")
def run(run_suite, tmp_path_factory):
    """Run the suite once on all wrong plugins."""
    site = tmp_path_factory.mktemp("site")
    for name, (table, files) in WRONG.items():
        install(site, name, table, files)
    options = {
        "distribution": " ".join([*WRONG, "nowhere"]),
        "arguments": ["required>Shift(2.0)"],
    }
    return run_suite(site, options)


@pytest.mark.parametrize(("key", "check"), EXPECTED, ids=lambda each: each)
def test_advice(run, key, check):
    """A wrong plugin fails the check of its fault, which says what, where, and what to write."""
    name = f"{check}[{key}]"
    assert run.outcomes.get(name) == "failed", run.output
    for part in EXPECTED[key, check]:
        assert part in run.texts[name]


@pytest.mark.parametrize("key", ["undecorated>Scale", "mismatched>Scale", "heavy>Scale"])
def test_one_fault_fails_one_check(run, key):
    """A fault that hinders nothing else fails one check alone."""
    assert len(run.failures(key)) == 1, run.output


def test_what_does_not_load_is_not_checked_further(run):
    """The other checks of a key that does not load are skipped, and say why."""
    assert set(run.of("ghost>Ghost").values()) == {"failed", "skipped"}
    assert "loads_alone failed" in run.texts["comes_back_from_its_config[ghost>Ghost]"]


def test_no_traceback(run):
    """A failure is advice, not a traceback of this plugin."""
    assert "Traceback" not in run.texts["is_saved_under_an_advertised_key[undecorated>Scale]"]
    assert "_reports.py" not in run.output
