"""Verification: which objects of a model are of the draft, and which Keras loads it."""

import importlib.metadata
import importlib.util
import json

import pytest
from distributions import install
from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.resolver import Resolver
from keras_serializable.model_files import CustomObject
from model_makers import legacy_sequential, record, sequential, write_saved_model

from keras_serializable_build._trial import complete
from keras_serializable_build._verification import Adapter, Verification, VerificationError, verify

KEYS = {
    "acme>Scale": "acme.layers:Scale",
    "nets": "nets.layers",
    "MDN": "mdn:MDN",
    "one>twist": "one:twist",
    "two>twist": "two:twist",
    "one>squish": "one:squish",
}
ADAPTER = Adapter("Acme_Nets", "acme-nets>=1", KEYS)


@pytest.mark.parametrize(
    ("key", "kind", "module", "name", "found"),
    [
        ("acme>Scale", "class", "anywhere", "Scale", "acme>Scale"),
        ("nets>Gate", "class", None, None, "nets"),
        ("old>MDN", "class", "mdn", "MDN", "MDN"),
        ("squish", "name", None, None, "one>squish"),
        ("twist", "function", None, None, None),
        ("Other", "class", "other", "Other", None),
        ("MDN", "lambda", None, None, None),
    ],
)
def test_value_of(key, kind, module, name, found):
    """By its key, its package, its place, or as the one function of a bare name."""
    value = ADAPTER.value_of(CustomObject(key, kind, module, name, ("config",)))
    assert value == (None if found is None else (found, KEYS[found]))


def test_it_takes_the_place_of_the_real_one(tmp_path):
    """The distribution of the draft goes before the installed one, and is an optional provider."""
    wrong = {"MDN": "wrong:MDN [acme-nets]", "other>A": "other:A [acme-nets]"}
    extra = 'Provides-Extra: acme-nets\nRequires-Dist: acme-nets; extra == "acme-nets"\n\n'
    metadata = f"Metadata-Version: 2.1\nName: keras-serializable-adapters\nVersion: 9\n{extra}"
    install(tmp_path / "real", "keras-serializable-adapters", "9", wrong, metadata=metadata)
    install(tmp_path / "real", "acme-nets", "1.0")
    ADAPTER.install(tmp_path / "draft")
    resolver = Resolver(Discovery([str(tmp_path / "draft"), str(tmp_path / "real")]))
    ((_, provider),) = resolver.foresee("MDN")
    assert (provider.value, provider.is_optional) == ("mdn:MDN [acme-nets]", True)
    assert resolver.foresee("other>A") == []


def test_folder_that_a_keras_does_not_load(tmp_path, monkeypatch):
    """The error names the Keras that loads it."""
    old = write_saved_model(
        tmp_path / "old", record("root", legacy_sequential(), "_tf_keras_model")
    )
    new = tmp_path / "new"
    new.mkdir()
    (new / "config.json").write_text(json.dumps(sequential()))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    for path, version, remedy in ((old, 3, "tf_keras"), (new, 2, '"keras>=3"')):
        monkeypatch.setattr(importlib.metadata, "version", lambda _, found=version: f"{found}.1")
        with pytest.raises(VerificationError, match=f"{path.name} is .* pip install {remedy}"):
            verify(ADAPTER, path, keras="keras", time_limit=1, say=print)


def test_class_that_keras_made():
    """Keras 2 makes a class of its own for a layer of a SavedModel whose class it does not find."""

    class Model:
        submodules = ()

    assert complete(Model()).submodules == ()
    made = type("Scale", (), {"__module__": "keras.src.saving.legacy.saved_model.load"})
    Model.submodules = (Model(), made(), made())
    with pytest.raises(TypeError, match="did not find Scale, and made a class in its place"):
        complete(Model())


@pytest.mark.parametrize(
    ("keys", "hidden", "after_import", "is_verified"),
    [
        (("acme>Scale",), (), "", True),
        ((), ("Flatten",), "", False),
        ((), ("Flatten",), "Keras' own fails", True),
        ((), (), "fails", False),
    ],
)
def test_name_of_keras(keys, hidden, after_import, is_verified):
    """A key that names an object of Keras, too, counts where Keras' own object does not load."""
    told = Verification(
        path="model.h5",
        format="h5",
        keras="keras 2.15.0",
        keys=keys,
        missing=(),
        hidden=hidden,
        after_import=after_import,
        with_draft="",
        predictions="equal",
        weights="equal",
    )
    assert told.is_verified is is_verified
