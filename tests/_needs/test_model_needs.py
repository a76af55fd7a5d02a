"""The values: what a model needs, in lines, sentences, JSON and HTML."""

import dataclasses
import json
import pickle

import pytest

from keras_serializable import ModelNeeds, NeededObject
from keras_serializable._needs.needed_objects import provided_by
from keras_serializable.model_files import ModelFile, Node

LAYER = Node("layer", "dense", "Dense", None, "config.layers[0]", ())
SCALE = Node("layer", "scale", "Scale", "acme>Scale", "config.layers[1]", ())
LOSS = Node("loss", "", "mse", None, "compile_config.loss", ())
TREE = Node("model", "m", "Sequential", None, "(root)", (LAYER, LAYER, SCALE, LOSS))


def needed(verdict, key="acme>Scale", **more):
    """Return a needed object with a verdict."""
    return NeededObject(key, "class", None, None, ("config.layers[1]",), verdict, **more)


PROVIDED = needed(
    "provided", distribution="acme", version="1.2", requirements=("acme==1.2",), key="a>Provided"
)
KNOWN = needed(
    "known, not installed",
    distribution="keras-tcn",
    requirements=("keras-tcn>=3", "knowledge==1.0"),
    missing=("keras-tcn>=3",),
)
CLAIMED = needed(
    "known, not installed",
    key="b>Claimed",
    distribution="acme",
    version="1.2",
    requirements=("acme==1.2",),
    missing=("acme==1.2",),
    is_claimed=True,
)
UNKNOWN = needed("unknown", key="c>Unknown")


def needs_of(*objects, keras=("keras 3.15.1",), version="3.15.1", path="m.keras", kind="keras"):
    """Return the needs of a model with some objects."""
    file = ModelFile(path, kind, version, None, objects, TREE)
    return ModelNeeds(file, objects, keras, ("keras-serializable==1",))


@pytest.mark.parametrize(
    ("objects", "keras", "summary"),
    [
        ((), ("keras 3",), "It will load."),
        (
            (PROVIDED,),
            (),
            "It will load where a Keras is installed. To install: pip install keras==3.15.1",
        ),
        (
            (PROVIDED, KNOWN),
            ("keras 3",),
            "It will not load: 1 not installed. To install: pip install k",
        ),
        (
            (CLAIMED, KNOWN),
            (),
            "It will not load: 2 not installed. To install: pip install keras==3.15.1 k; CLAIMED",
        ),
        (
            (CLAIMED,),
            ("keras 3",),
            "It will not load: 1 not installed. To install: CLAIMED",
        ),
        (
            (CLAIMED, UNKNOWN),
            ("keras 3",),
            "It will not load: 1 not installed, 1 unknown. Known to be missing: CLAIMED",
        ),
        ((UNKNOWN,), ("keras 3",), "It will not load: 1 unknown."),
        (
            (UNKNOWN, KNOWN),
            ("keras 3",),
            "It will not load: 1 unknown, 1 not installed. Known to be missing: pip install k",
        ),
    ],
)
def test_summary(objects, keras, summary):
    """One or two sentences say whether the model will load, and what to install for it."""
    told = needs_of(*objects, keras=keras).summary
    told = told.replace("as the file claims, pip install acme==1.2", "CLAIMED")
    assert told.replace('"keras-tcn>=3"', "k") == summary


@pytest.mark.parametrize(
    ("path", "kind", "version", "ending"),
    [
        ("m.keras", "keras", "3.15.1", None),
        ("m.h5", "keras", "2.15.0", ".keras"),
        ("m", "keras", None, ".keras"),
        ("m.h5", "h5", "3.15.1", None),
        ("m.hdf5", "h5", "3.15.1", None),
        ("m.keras", "h5", "3.15.1", ".h5 or .hdf5"),
        ("m.keras", "h5", "2.15.0", None),  # Keras 2 looks into the file
        ("m", "keras-directory", "3.15.1", None),
        ("m.txt", "json", "3.15.1", None),
    ],
)
def test_name(path, kind, version, ending):
    """Keras knows some formats only by the ending of the name."""
    needs = needs_of(path=path, kind=kind, version=version)
    assert needs.loads == (ending is None)
    if ending is not None:
        assert f"only if its name ends in {ending}: rename it." in needs.summary


@pytest.mark.parametrize(
    ("kind", "keras", "cure"),
    [
        ("saved-model", ("keras 3.15.1",), "tf_keras"),
        ("saved-model", ("keras 3.15.1", "tf_keras 2.21.0"), None),
        ("saved-model", (), None),
        ("keras-directory", ("keras 2.15.0",), "keras>=3"),
        ("keras-directory", ("keras 3.15.1", "tf_keras 2.21.0"), None),
    ],
)
def test_format(kind, keras, cure):
    """A folder that no installed Keras loads is told."""
    needs = needs_of(path="m", kind=kind, keras=keras)
    assert needs.loads == (cure is None)
    assert cure is None or cure in needs.summary
    also = needs_of(needed("broken"), path="m", kind=kind, keras=keras)
    assert not also.loads
    assert cure is None or cure in also.summary


def test_restored():
    """Keras 2 restores unknown layers from a SavedModel, and nothing else that is unknown."""
    loss = dataclasses.replace(UNKNOWN, places=(LOSS.place,))
    broken = needed("broken")
    for objects, loads in (
        ((UNKNOWN,), True),
        ((UNKNOWN, loss), False),
        ((UNKNOWN, broken), False),
    ):
        needs = needs_of(*objects, path="folder", kind="saved-model", keras=())
        assert (needs.restored, needs.loads) == ((UNKNOWN,), loads)
        assert "restores without their classes, from the graph in the file: c>U" in needs.summary


def test_requirements():
    """Keras by the version in the file, this package where it finds something, each line once."""
    assert needs_of().requirements == ["keras==3.15.1"]
    lines = [
        "keras==3.15.1",
        "keras-serializable==1",
        "acme==1.2",
        "keras-tcn>=3",
        "knowledge==1.0",
    ]
    assert needs_of(PROVIDED, CLAIMED, KNOWN, UNKNOWN).requirements == lines
    assert needs_of(UNKNOWN, version=None).requirements == []


def test_claimed():
    """A line is a claim where the stamp of the file is all that names it."""
    assert needs_of(PROVIDED, KNOWN).claimed == []
    assert needs_of(CLAIMED, KNOWN).claimed == ["acme==1.2"]
    assert needs_of(CLAIMED, PROVIDED).claimed == []
    assert needs_of(CLAIMED, PROVIDED).requirements[-1] == "acme==1.2"


def test_comments():
    """What no line covers is a comment, an unknown Keras among it."""
    backend = "# Keras 3 also needs a backend of your choice: jax, tensorflow, torch"
    assert needs_of(PROVIDED, KNOWN).comments == [backend]
    assert needs_of(PROVIDED, version="2.15.0").comments == []
    assert needs_of(UNKNOWN, version="nightly").comments == [
        "# Keras: the file does not say which version has saved it",
        "# c>Unknown: unknown (class, at config.layers[1])",
    ]


def test_built_in():
    """Keras' own parts are told with all their places; what may be a function is a name."""
    told = [(each.key, each.kind, each.verdict, each.places) for each in needs_of().built_in]
    assert told == [
        ("Sequential", "class", "built in", ("(root)",)),
        ("Dense", "class", "built in", ("config.layers[0]", "config.layers[0]")),
        ("mse", "name", "built in", ("compile_config.loss",)),
    ]


def test_json():
    """JSON holds what the attributes hold."""
    needs = needs_of(PROVIDED, KNOWN)
    value = json.loads(json.dumps(needs.to_dict()))
    assert [each["key"] for each in value["objects"]] == [
        *("a>Provided", "acme>Scale", "Sequential", "Dense", "mse")
    ]
    assert len(needs.to_dict(custom_only=True)["objects"]) == 2
    assert (value["path"], value["loads"]) == ("m.keras", False)
    assert value["objects"][1]["requirement"] == "keras-tcn>=3"
    assert value["objects"][1]["distribution"] == "keras-tcn"


def test_html():
    """Jupyter shows a table of the custom objects."""
    text = needs_of(PROVIDED, UNKNOWN)._repr_html_()
    assert "provided by acme 1.2" in text
    assert "c&gt;Unknown" in text


def test_words():
    """A verdict names its distribution, and a claim as a claim."""
    assert provided_by(PROVIDED) == "provided by acme 1.2"
    assert provided_by(KNOWN) == "known, not installed: keras-tcn"
    assert provided_by(CLAIMED) == "known, not installed: the file claims acme 1.2"
    assert provided_by(UNKNOWN) == "unknown"


def test_immutable_and_picklable():
    """The values cannot be changed, and pickle by their public address."""
    needs = needs_of(PROVIDED)
    for value in (needs, PROVIDED):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.verdict = "built in"
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 -- our own
