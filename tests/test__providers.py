"""Providers, distributions and problems: values."""

import copy
import pickle

import pytest

from keras_serializable._providers import Distribution, Problem, Provider

ACME = Distribution("acme", "1.2", "site/acme-1.2.dist-info")
VALUES = [
    ACME,
    Provider("acme>Scale", "acme.layers:Scale", ACME),
    Provider("acme>Scale", "acme.layers:Scale [acme]", ACME, ("acme>=1",), ("acme>=1",)),
    Problem("site/bad.dist-info/entry_points.txt", "not UTF-8"),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
class TestValues:
    """What every value can do."""

    def test_pickle(self, value):
        """A value survives pickling, in every protocol."""
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(value, protocol)) == value  # noqa: S301 -- our own

    def test_copy(self, value):
        """A copy is equal."""
        assert copy.copy(value) == value
        assert copy.deepcopy(value) == value

    def test_equality(self, value):
        """Equal content makes equal values, with equal hashes; nothing else is equal to one."""
        twin = copy.deepcopy(value)
        assert hash(twin) == hash(value)
        assert len({twin, value}) == 1
        assert value != str(value)
        assert all(value != other for other in VALUES if other is not value)

    @pytest.mark.parametrize("attribute", ["name", "path", "invented"])
    def test_immutable(self, value, attribute):
        """An assignment is refused, and the error says what to do instead."""
        kind = type(value).__name__
        with pytest.raises(AttributeError, match=f"^{kind} is immutable; make a new one instead$"):
            setattr(value, attribute, "x")

    def test_repr(self, value):
        """The representation is the expression that makes the value."""
        assert eval(repr(value)) == value  # noqa: S307 -- our own


@pytest.mark.parametrize("slot", ["name", "value", "distribution", "requirements", "missing"])
def test_every_part_counts(slot):
    """Providers that differ in one part only are different."""
    parts = {"name": "acme>Scale", "value": "acme.layers:Scale", "distribution": ACME}
    parts |= {"requirements": ("acme>=1",), "missing": ()}
    other = {**parts, slot: Distribution("b") if slot == "distribution" else "b"}
    assert Provider(**parts) != Provider(**other)


@pytest.mark.parametrize(
    ("value", "module", "attribute"),
    [
        ("acme.layers:Scale", "acme.layers", "Scale"),
        ("acme.layers", "acme.layers", ""),
        ("acme.layers:Scale.Inner", "acme.layers", "Scale.Inner"),
        ("acme.layers : Scale", "acme.layers", "Scale"),
        ("acme.layers:Scale [extra, other]", "acme.layers", "Scale"),
        ("acme.layers [extra]", "acme.layers", ""),
        ("acme.layers:Scale[extra]", "acme.layers", "Scale"),
    ],
)
def test_reference(value, module, attribute):
    """The value is an object reference, module and attribute, before the extras."""
    provider = Provider("acme>Scale", value, ACME)
    assert (provider.module, provider.attribute) == (module, attribute)


def test_hostile_texts():
    """What a value tells about itself has no control character; its parts are as they were."""
    hostile = "\x1b[2J\n\u202e\udcff"
    distribution = Distribution(f"acme{hostile}", f"1{hostile}", hostile)
    provider = Provider(f"acme>{hostile}", f"acme{hostile}:S", distribution)
    for value in (distribution, provider, Problem(hostile, hostile)):
        assert str(value).isprintable()
        assert repr(value).isprintable()
    assert str(distribution) == "acme\\x1b[2J\\n\\u202e\\udcff 1\\x1b[2J\\n\\u202e\\udcff"
    assert provider.name == f"acme>{hostile}"


def test_texts():
    """The text of a value names distribution, version and entry point."""
    assert str(ACME) == "acme 1.2"
    assert str(Distribution("acme")) == "acme"
    provider = Provider("acme>Scale", "acme.layers:Scale", ACME)
    assert str(provider) == '"acme>Scale" = "acme.layers:Scale" of acme 1.2'
    assert str(Problem("x/entry_points.txt", "not UTF-8")) == "x/entry_points.txt: not UTF-8"


def test_optional():
    """Extras make a provider optional, and it tells what it requires and what is missing."""
    requirements = ["keras-tcn[plot]>=3", "numpy (>=1)", "local @ file:///local"]
    provider = Provider("TCN", "tcn:TCN [keras-tcn]", ACME, requirements, ["numpy (>=1)"])
    assert provider.is_optional
    assert not provider.is_available
    assert provider.libraries == ("keras-tcn", "numpy", "local")
    assert str(provider) == (
        '"TCN" = "tcn:TCN [keras-tcn]" of acme 1.2, not installed: numpy (>=1)'
    )
    installed = Provider("TCN", "tcn:TCN [keras-tcn]", ACME, requirements)
    assert installed.is_available
    assert str(installed) == '"TCN" = "tcn:TCN [keras-tcn]" of acme 1.2, optional'
    plain = Provider("TCN", "tcn:TCN", ACME)
    assert plain.is_available
    assert not plain.is_optional
    assert (plain.requirements, plain.missing, plain.libraries) == ((), (), ())
