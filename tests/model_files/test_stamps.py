"""The values of a stamp hold nothing that a terminal or an installer would take for more."""

import pickle

import pytest

from keras_serializable.model_files import Stamp, StampedObject

ENTRY_POINT = "acme>Scale = acme.layers:Scale"
SCALE = StampedObject("acme-layers", "1.2", ENTRY_POINT)


def test_requirement():
    """A requirement names the version where the metadata stated one."""
    assert SCALE.requirement == "acme-layers==1.2"
    assert StampedObject("acme", "", ENTRY_POINT).requirement == "acme"
    assert str(StampedObject("acme", "", ENTRY_POINT)) == "acme"


@pytest.mark.parametrize("name", ["a", "Acme.Layers_2-x", "A" * 200])
@pytest.mark.parametrize("version", ["", "1", "1!2.0rc1.post2.dev3+cu118", "2.2.4-tf"])
def test_what_a_distribution_can_have(name, version):
    """Every name and version that an index or a local build has is taken."""
    assert StampedObject(name, version, ENTRY_POINT).distribution == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "-acme", "--index-url", "acme @ https://evil.example/x", "acme[extra]", "acme;x"),
        *("acme\n", "ac me", "acm\N{LATIN SMALL LETTER E WITH ACUTE}", "A" * 201, "\x1b[31m"),
    ],
)
def test_no_name(name):
    """A name that says more than a distribution is refused."""
    with pytest.raises(ValueError, match="the name of a distribution is not valid"):
        StampedObject(name, "1.2", ENTRY_POINT)


@pytest.mark.parametrize("version", ["1 2", "1.2\n--pre", "$(id)", "1.2 # x", "1" * 101, "-1"])
def test_no_version(version):
    """A version that says more is refused, also that of the Python and the Keras."""
    with pytest.raises(ValueError, match="the version of a distribution is not valid"):
        StampedObject("acme", version, ENTRY_POINT)
    with pytest.raises(ValueError, match="the version of Python or of Keras"):
        Stamp({}, version, None)
    with pytest.raises(ValueError, match="the version of Python or of Keras"):
        Stamp({}, "3.13.1", version)


@pytest.mark.parametrize("text", ["", "x" * 1001, "a\x1b[31m", "a\nb", "\ud800"])
def test_no_text(text):
    """A key or an entry point that cannot be shown in one line is refused."""
    with pytest.raises(ValueError, match="an entry point is empty"):
        StampedObject("acme", "1", text)
    with pytest.raises(ValueError, match="a key is empty"):
        Stamp({text: SCALE}, "3.13.1", None)


def test_value():
    """A stamp is a value: it compares by content, has a hash and travels."""
    stamp = Stamp({"acme>Scale": SCALE}, "3.13.1", "3.15.1")
    again = pickle.loads(pickle.dumps(stamp))  # noqa: S301 -- our own
    assert again == stamp
    assert hash(again) == hash(stamp)
    assert stamp != Stamp({}, "3.13.1", "3.15.1")
