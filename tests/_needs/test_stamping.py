"""A stamp names whom a lookup would ask; a hint that is known already is not lost."""

import platform
import shutil
import sys

import pytest
from distributions import install
from model_makers import SCALE, function, keras_object, sequential, write_json, write_keras

import keras_serializable
from keras_serializable import Policy
from keras_serializable._needs.stamping import stamp_file
from keras_serializable.model_files import Stamp, StampedObject, StampError, read_model
from keras_serializable.model_files._stamp_writing import write_stamp

CLASS = "def squish(x): return x\nclass Scale: pass\n"


@pytest.fixture
def stamp(resolver, tmp_path):
    """Return a function that stamps a model with these layers, and returns what its stamp says."""

    def stamp(*layers, path=tmp_path / "model.keras"):
        if layers:
            write_keras(path, sequential(*layers))
        made = stamp_file(path, resolver)
        assert read_model(path).stamp in (made, None)
        return {key: str(each) for key, each in made.objects.items()}

    return stamp


def test_a_key(site, stamp):
    """The distribution that advertises a key, its version and its entry point; nothing imported."""
    install(site, "acme-layers", "1.2", {"acme>Scale": "acme_m:Scale"}, {"acme_m.py": CLASS})
    assert stamp(SCALE) == {"acme>Scale": "acme-layers 1.2"}
    assert "acme_m" not in sys.modules


def test_the_whole_stamp(site, resolver, tmp_path):
    """A stamp also says which Python made it, and which Keras had saved the model."""
    install(site, "acme-layers", "1.2", {"acme>Scale": "acme_m:Scale"}, {"acme_m.py": CLASS})
    path = write_keras(tmp_path / "model.keras", sequential(SCALE))
    scale = StampedObject("acme-layers", "1.2", "acme>Scale = acme_m:Scale")
    expected = Stamp({"acme>Scale": scale}, platform.python_version(), "3.15.1")
    assert stamp_file(path, resolver) == read_model(path).stamp == expected
    path = write_keras(path, sequential(SCALE), {"keras_version": "3; rm -rf"})
    assert stamp_file(path, resolver).keras is None


def test_other_ways_to_be_advertised(site, stamp):
    """A package, a bare key, a place and a function are named as a lookup finds them."""
    install(site, "whole", "1", {"acme": "acme_m"}, {"acme_m.py": CLASS})
    install(site, "bare", "2", {"MDN": "mdn:MDN"}, {"mdn.py": CLASS})
    install(site, "placed", "3", {"new>Old": "placed_m:Old"}, {"placed_m.py": CLASS})
    layers = (
        SCALE,
        keras_object("MDN", "mdn", "MDN"),
        keras_object("Old", "placed_m", "Old"),
        keras_object("Dense", activation=function("acme>squish")),
    )
    assert stamp(*layers) == {
        "acme>Scale": "whole 1",
        "MDN": "bare 2",
        "Old": "placed 3",
        "acme>squish": "whole 1",
    }


def test_what_is_not_named(site, stamp, resolver):
    """Unknown keys, lambdas, conflicts and what a rule refuses are left out."""
    install(site, "one", "1", {"acme>Scale": "one:Scale"}, {"one.py": CLASS})
    install(site, "two", "1", {"acme>Scale": "two:Scale"}, {"two.py": CLASS})
    install(site, "three", "1", {"other>Scale": "three:Scale"}, {"three.py": CLASS})
    code = {"class_name": "__lambda__", "config": {"value": "x"}}
    layers = (
        SCALE,
        keras_object("Scale", "three", "other>Scale"),
        keras_object("Unknown", "unknown", "unknown>Unknown"),
        keras_object("Lambda", function=code),
    )
    assert stamp(*layers) == {"other>Scale": "three 1"}
    resolver.policy = Policy(deny_distributions=["three"])
    assert stamp(*layers) == {}
    resolver.policy = Policy(prefer={"acme>*": "two"})
    assert stamp(*layers) == {"acme>Scale": "two 1", "other>Scale": "three 1"}
    resolver.policy = Policy(discovery=False)
    assert stamp(*layers) == {}


def test_an_optional_provider(site, stamp):
    """Of a library that another distribution knows, the library is named."""
    metadata = (
        "Metadata-Version: 2.1\nName: keras-known\nVersion: 9\nProvides-Extra: keras-tcn\n"
        'Requires-Dist: keras-tcn>=3; extra == "keras-tcn"\n\n'
    )
    points = {"Custom>TCN": "tcn:TCN [keras-tcn]"}
    install(site, "keras-known", "9", points, metadata=metadata)
    install(site, "keras-tcn", "3.5.7", None, {"tcn.py": CLASS})
    assert stamp(keras_object("TCN", "tcn", "Custom>TCN")) == {"Custom>TCN": "keras-tcn 3.5.7"}


def test_what_a_former_stamp_said(site, stamp, tmp_path):
    """A key that nothing advertises here keeps what the file said; one that is here is renewed."""
    install(site, "acme-layers", "1.2", {"acme>Scale": "acme_m:Scale"}, {"acme_m.py": CLASS})
    path = write_keras(
        tmp_path / "model.keras", sequential(SCALE, keras_object("A", "gone", "gone>A"))
    )
    former = {
        "acme>Scale": StampedObject("acme-layers", "1.0", "acme>Scale = acme_m:Scale"),
        "gone>A": StampedObject("gone", "7", "gone = gone"),
        "no>More": StampedObject("no", "1", "no = no"),
    }
    write_stamp(read_model(path), Stamp(former, "3.9.1", "3.0"))
    expected = {"acme>Scale": "acme-layers 1.2", "gone>A": "gone 7"}
    assert stamp(path=path) == expected
    shutil.rmtree(site / "acme_layers-1.2.dist-info")
    assert stamp(path=path) == expected


def test_nothing_to_write(site, stamp, tmp_path):
    """A file without a key that can be named, or with this very stamp, is not touched."""
    path = tmp_path / "model.keras"
    assert stamp(keras_object("Dense")) == {}
    assert stamp(SCALE) == {}
    before = path.stat()
    assert stamp(path=path) == {}
    assert path.stat() == before
    install(site, "acme-layers", "1.2", {"acme>Scale": "acme_m:Scale"}, {"acme_m.py": CLASS})
    stamp(path=path)
    before = path.stat()
    stamp(path=path)
    assert path.stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("acme layers", "1", {}),
        ("acme", "1 2", {"acme>Scale": "acme"}),
        ("acme", "", {"acme>Scale": "acme"}),
    ],
)
def test_metadata_that_no_index_has(site, stamp, name, version, expected):
    """A name that pip could not install is left out, and so is a version that none can have."""
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n"
    files = {"acme_m.py": CLASS}
    points = {"acme>Scale": "acme_m:Scale"}
    install(site, "acme", version or "0", points, files, folder="acme.dist-info", metadata=metadata)
    assert stamp(SCALE) == expected


def test_keys_that_cannot_be_shown(site, stamp):
    """A key with a control character in it is left out, and the others are named."""
    install(site, "acme", "1", {"acme": "acme_m"}, {"acme_m.py": CLASS})
    assert stamp(SCALE, keras_object("A\x1b", "acme_m", "acme>A\x1b")) == {"acme>Scale": "acme 1"}


def test_public(fresh, site, tmp_path):
    """The public function takes any path, and asks what is installed in this process."""
    install(site, "acme-layers", "1.2", {"acme>Scale": "acme_m:Scale"}, {"acme_m.py": CLASS})
    write_keras(tmp_path / "model.keras", sequential(SCALE))
    code = """
import pathlib, keras_serializable, sys
print(keras_serializable.stamp(pathlib.Path("model.keras")).objects["acme>Scale"].requirement)
print(sorted({"acme_m", "keras", "pluggy", "h5py", "numpy"} & set(sys.modules)))
"""
    assert fresh(code, site) == "acme-layers==1.2\n[]\n"


def test_public_errors(tmp_path):
    """The public function raises the errors of model files."""
    path = write_json(tmp_path / "model.json", sequential(SCALE))
    assert keras_serializable.stamp(path).objects == {}
    assert issubclass(StampError, OSError)
