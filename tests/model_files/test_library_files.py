"""Model files of real add-on libraries: each is read with the keys that it holds.

The files were saved with the libraries themselves. What a file must say was found by looking into
it. In an `.h5` file, an `Attention` of another library cannot be told from Keras' own: Keras takes
its own.
"""

import pathlib

import pytest

from keras_serializable.model_files import read_model

FILES = pathlib.Path(__file__).parent / "files"

# Keys by file; one entry for both formats where they agree.
KEYS = {
    "alrelu-keras": [
        "alrelu_keras>alrelu",
        "alrelu_keras>ALReLU",
        "alrelu_keras>TrainableALReLU",
    ],
    "attention.h5": [],
    "attention.keras": ["Attention"],
    "bayesflow": ["bayesflow.networks>MLP"],
    "bayesflow-approx": [
        "bayesflow.approximators>ContinuousApproximator",
        "bayesflow.adapters>Adapter",
        "bayesflow.adapters>FilterTransform",
        "bayesflow.adapters>ConvertDType",
        "bayesflow.adapters>Concatenate",
        "bayesflow.networks>CouplingFlow",
        "bayesflow.distributions>DiagonalNormal",
    ],
    "coral-ordinal": [
        "coral_ordinal>CoralOrdinal",
        "coral_ordinal>OrdinalCrossEntropy",
        "coral_ordinal>MeanAbsoluteErrorLabels",
    ],
    "deel-lip": [
        "deel-lip>SpectralDense",
        "deel-lip>SpectralInitializer",
        "deel-lip>GroupSort2",
        "deel-lip>HKR",
    ],
    "deepctr": ["CrossNet", "DNN", "PredictionLayer"],
    "efficientnet": ["FixedDropout"],
    "hgq1": ["HGQ>HQuantize", "HGQ>MonoL1", "HGQ>HDense"],
    "kdp": ["kdp.layers>GatedLinearUnit"],
    "kecam": ["kecamCommon>EvoNormalization"],
    "keras-cv": ["keras_cv>SqueezeAndExcite2D", "keras_cv>DropPath", "keras_cv>FocalLoss"],
    "keras-efficient-kan": ["keras_efficient_kan>KANLinear"],
    "keras-geometric": ["GCNConv"],
    "keras-hub": [
        "keras_hub>TokenAndPositionEmbedding",
        "keras_hub>TransformerEncoder",
        "keras_hub>FNetEncoder",
    ],
    "keras-mdn-layer": ["MDN"],
    "keras-mdn-layer-loss": ["MDN", "mdn_loss_func"],
    "keras-pos-embd": ["TrigPosEmbedding", "PositionEmbedding"],
    "keras-rs": [
        "keras_rs>FeatureCross",
        "keras_rs>PairwiseHingeLoss",
        "keras_rs>NDCG",
        "Custom>default_gain_fn",
        "Custom>default_rank_discount_fn",
    ],
    "keras-self-attention": ["SeqSelfAttention"],
    "keras-sig": ["Custom>SigLayer"],
    "keras-tcn": ["Custom>TCN"],
    "kgcnn": ["MLP", "kgcnn>LeakySoftplus", "kgcnn>glorot_orthogonal"],
    "medicai": ["SqueezeExcitation"],
    "ncps": ["ncps>CfC", ">lecun_tanh", "ncps>CfCCell"],
    "ncps-fn": [">lecun_tanh"],
    "qkeras-v3": [
        "qkeras>QDense",
        "qkeras>Clip",
        "qkeras>quantized_bits",
        "qkeras>QActivation",
        "qkeras>quantized_relu",
    ],
    "tfa": [
        "Addons>WeightNormalization",
        "Addons>GroupNormalization",
        "Addons>RectifiedAdam",
        "Addons>SigmoidFocalCrossEntropy",
        "Addons>F1Score",
    ],
    # A tf.function as loss: Keras 2.15 saves its class in one format, its name in the other.
    "tfa-fn.h5": ["sigmoid_focal_crossentropy"],
    "tfa-fn.keras": ["Function", "Addons>sigmoid_focal_crossentropy"],
    "tfmot": [
        "QuantizeLayer",
        "AllValuesQuantizer",
        "QuantizeWrapperV2",
        "QuantizeAwareActivation",
        "Default8BitQuantizeConfig",
    ],
    # The .h5 has the code of a lambda, and in it only the name of the function it holds.
    "tfp215.h5": ["IndependentNormal"],
    "tfp215.keras": ["IndependentNormal", "sample"],
    "tfrs": ["Custom>Cross", "Custom>ClippyAdagrad"],
}
KERAS_2 = {
    *("attention", "coral-ordinal", "deel-lip", "deepctr", "efficientnet", "hgq1", "kecam"),
    *("keras-pos-embd", "keras-self-attention", "tfa", "tfa-fn", "tfmot", "tfp215", "tfrs"),
}
PATHS = sorted(FILES.iterdir())


@pytest.mark.parametrize("path", PATHS, ids=[path.name for path in PATHS])
class TestLibraries:
    def test_keys(self, path):
        """Every custom object is found, and nothing else."""
        expected = KEYS.get(path.name, KEYS.get(path.stem))
        assert sorted(read_model(path).keys) == sorted(expected)

    def test_versions(self, path):
        """The Keras and the date are those of the file."""
        model = read_model(path)
        assert model.format == path.suffix[1:]
        assert model.keras_version.startswith("2.15." if path.stem in KERAS_2 else "3.15.1")
        assert bool(model.date_saved) == (path.suffix == ".keras")

    def test_places(self, path):
        """Each object has a place, each place one object, and the tree shows the same objects."""
        model = read_model(path)
        places = [place for each in model.objects for place in each.places]
        assert len(places) == len(set(places))
        assert {node.place for node in nodes(model.tree) if node.is_custom} <= set(places)
        shown = {node.key for node in nodes(model.tree)}
        # What is inside the code of a lambda is no part of the tree.
        assert set(model.keys) - {"sample"} <= shown


def nodes(node):
    """Yield a node and all below it."""
    yield node
    for child in node.children:
        yield from nodes(child)


def test_every_file_is_in_the_table():
    """The table names each file, and no other."""
    names = {path.name for path in PATHS}
    stems = {path.stem for path in PATHS}
    assert {key for key in KEYS if key not in names | stems} == set()
    assert {path.name for path in PATHS if not {path.name, path.stem} & set(KEYS)} == set()


def test_stated_origins():
    """The module and class name are those that a file states."""
    objects = {each.key: each for each in read_model(FILES / "kgcnn.keras").objects}
    assert objects["MLP"].origin == "kgcnn.layers.mlp:MLP"
    assert objects["kgcnn>glorot_orthogonal"].origin == (
        "kgcnn.initializers.initializers:GlorotOrthogonal"
    )
    objects = {each.key: each for each in read_model(FILES / "ncps.h5").objects}
    assert objects["ncps>CfC"].origin is None
    assert objects["ncps>CfCCell"].origin == "ncps.keras.cfc_cell:CfCCell"


def test_lambda():
    """Code in a file is told apart from keys."""
    for name in ("tfp215.keras", "tfp215.h5"):
        (code,) = [each for each in read_model(FILES / name).objects if each.kind == "lambda"]
        assert (code.key, code.places[0]) == ("__lambda__", "config.layers[2].config.function")
