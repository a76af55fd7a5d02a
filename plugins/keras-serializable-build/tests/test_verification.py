"""Verification: by which key of a draft a lookup finds an object of a model."""

import pytest
from distributions import install
from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.resolver import Resolver
from keras_serializable.model_files import CustomObject

from keras_serializable_build._verification import Adapter

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
    _, provider = resolver.foresee("MDN")
    assert (provider.value, provider.is_optional) == ("mdn:MDN [acme-nets]", True)
    assert resolver.foresee("other>A") is None
