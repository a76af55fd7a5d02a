"""The text of a stamp comes back as it was written; a broken one ends in an error."""

import json
import zipfile

import h5py
import numpy as np
import pytest
from model_makers import SCALE as LAYER
from model_makers import legacy_sequential, sequential, write_keras

from keras_serializable.model_files import (
    MalformedModelError,
    ModelFileError,
    ModelLimitError,
    Stamp,
    StampedObject,
)
from keras_serializable.model_files._stamp_text import is_stamp, stamp_of, text_of

SCALE = {
    "distribution": "acme-layers",
    "version": "1.2",
    "entry_point": "acme>Scale = acme.layers:Scale",
}
CONTENT = {"format": "1", "python": "3.13.1", "keras": "3.15.1", "objects": {"acme>Scale": SCALE}}


def text(content):
    """Return the text of a stamp with this content."""
    return json.dumps({"keras_serializable_stamp": content}, separators=(",", ":")).encode()


def test_round_trip():
    """Whatever a stamp can hold comes back, in ASCII."""
    key = "caf\N{LATIN SMALL LETTER E WITH ACUTE}>\N{GRINNING FACE}"
    stamp = Stamp({key: StampedObject("acme", "", f"{key} = a:\N{OHM SIGN}")}, "3.13.1", None)
    written = text_of(stamp)
    assert written.isascii()
    assert is_stamp(written)
    assert stamp_of(written, "model.keras") == stamp


def test_one_text_for_one_stamp():
    """Stamps that are equal have one text, in whatever order they were made."""
    one, two = (StampedObject(name, "1", "a = b:c") for name in ("one", "two"))
    first = text_of(Stamp({"a>A": one, "b>B": two}, "3.13.1", None))
    assert first == text_of(Stamp({"b>B": two, "a>A": one}, "3.13.1", None))


def test_a_later_field_is_passed_over():
    """A field that a later release adds hinders nobody."""
    scale = {**SCALE, "hash": ["x"]}
    content = {**CONTENT, "objects": {"acme>Scale": scale}, "built_by": {"x": [1]}}
    assert stamp_of(text(content), "f") == stamp_of(text(CONTENT), "f")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([], "it is no JSON object"),
        ({}, "a format that this release does not know"),
        ({**CONTENT, "format": "2"}, "a format that this release does not know"),
        ({**CONTENT, "objects": []}, "its objects are no JSON object"),
        ({**CONTENT, "objects": {"a": "acme 1.2"}}, "a field is missing or of the wrong type"),
        ({**CONTENT, "objects": {"a": {**SCALE, "version": None}}}, "of the wrong type"),
        ({**CONTENT, "objects": {"a": {**SCALE, "version": ["1"]}}}, "of the wrong type"),
        ({**CONTENT, "objects": {"a": {**SCALE, "distribution": 3}}}, "of the wrong type"),
        (
            {**CONTENT, "objects": {"a": {**SCALE, "distribution": "-r x"}}},
            "the name of a distribution",
        ),
        ({**CONTENT, "objects": {"a": {**SCALE, "entry_point": "\x1b"}}}, "an entry point is"),
        ({**CONTENT, "objects": {"a": {**SCALE, "entry_point": {}}}}, "of the wrong type"),
        ({**CONTENT, "objects": {"a\n": SCALE}}, "a key is"),
        ({**CONTENT, "objects": {"a": {**SCALE, "entry_point": ["x"]}}}, "of the wrong type"),
        ({**CONTENT, "python": None}, "of the wrong type"),
        ({**CONTENT, "python": 3.13}, "of the wrong type"),
        ({**CONTENT, "python": "3 ; rm"}, "the version of Python or of Keras"),
        ({**CONTENT, "keras": {"x": "y"}}, "of the wrong type"),
        ({"format": "1", "objects": {}}, "a field is missing"),
    ],
)
def test_broken_content(content, reason):
    """What is no stamp says which part is wrong, in plain text."""
    with pytest.raises(MalformedModelError, match=reason) as caught:
        stamp_of(text(content), "model.keras")
    assert str(caught.value).isprintable()
    assert caught.value.place == "stamp"


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (text({**CONTENT, "x": "y" * 65_535}), ModelLimitError),
        (b'{"keras_serializable_stamp":' + b"[" * 60_000, ModelLimitError),
        (b'{"keras_serializable_stamp":', MalformedModelError),
        (b'{"keras_serializable_stamp":"\xff"}', MalformedModelError),
        (b"\x1b[31m", MalformedModelError),
        (b"[]", MalformedModelError),
        (b"", MalformedModelError),
    ],
)
def test_broken_text(broken, error):
    """A text that is too long, too deep or no JSON ends in an error of the family."""
    with pytest.raises(ModelFileError) as caught:
        stamp_of(broken, "model.keras")
    assert type(caught.value) is error


@pytest.mark.parametrize("remark", [b"", b"made by hand", b"{}", b'{"note": 1}'])
def test_other_remarks(remark):
    """The comment of an archive that somebody else has written is no stamp."""
    assert not is_stamp(remark)


def commented(path, comment):
    """Write a sound archive with a comment."""
    write_keras(path, sequential(LAYER))
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = comment
    return path


def attributed(path, stamp):
    """Write a sound HDF5 file whose stamp is this value, before the config and behind it."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_serializable_stamp"] = stamp
        file.attrs["model_config"] = json.dumps(legacy_sequential(LAYER))
    return path


def stamped(**objects):
    """Return a stamp with these objects, and what a sound one has besides."""
    content = {"format": "1", "python": "3.13.1", "keras": None, "objects": objects}
    return json.dumps({"keras_serializable_stamp": content}, separators=(",", ":")).encode()


CLAIM = {"distribution": "acme", "version": "1", "entry_point": "a = b:c"}
START = b'{"keras_serializable_stamp":'
STAMPS = {
    "no end": (START, "it is not JSON"),
    "60,000 levels": (START + b"[" * 60_000, "nested more than 256 levels"),
    "nothing but values": (START + b"[" + b"0," * 30_000 + b"0]}", "it is no JSON object"),
    "another type": (START + b'"acme"}', "it is no JSON object"),
    "numbers for texts": (stamped(a={**CLAIM, "version": 1}), "of the wrong type"),
    "lists for texts": (stamped(a={name: [] for name in CLAIM}), "of the wrong type"),
    "no UTF-8": (START + b'{"\xff":1}}', "it is not UTF-8"),
    "a lone surrogate for a key": (stamped(**{"\ud800": CLAIM}), "a key is empty, longer"),
    "control characters": (stamped(**{"a\x1b[31m": CLAIM}), "a key is empty, longer"),
    "a key of 60 KB": (stamped(**{"x" * 60_000: CLAIM}), "a key is empty, longer"),
    "options for pip": (
        stamped(a={**CLAIM, "distribution": "--index-url=https://evil.example"}),
        "the name of a distribution is not valid",
    ),
    "a command for a shell": (
        stamped(a={**CLAIM, "version": "$(reboot)"}),
        "the version of a distribution is not valid",
    ),
    "a line more for pip": (
        stamped(a={**CLAIM, "version": "1\n--pre"}),
        "the version of a distribution is not valid",
    ),
}


@pytest.mark.parametrize(("stamp", "problem"), STAMPS.values(), ids=list(STAMPS))
@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_stamps(read, tmp_path, stamp, problem, suffix):
    """A hostile stamp is passed over: the model is read, and says what is wrong with its stamp."""
    make = commented if suffix == "keras" else attributed
    outcome, said = read(make(tmp_path / f"model.{suffix}", stamp))
    assert outcome == "read"
    assert said.startswith("('acme>Scale',) ")
    assert problem in said


@pytest.mark.parametrize(
    ("stamp", "problem"),
    [
        (b"x" * (20 << 20), "it is longer than 65535 bytes"),
        (stamped(**{f"a>{number}": CLAIM for number in range(100_000)}), "longer than 65535 bytes"),
        (3, "it is no text"),
        (np.zeros(5000), "it is no text"),
        (["a", "b"], "it is not one text"),
        (h5py.Empty("S1"), "it is not one text"),
        (b"", None),
        (b"made by hand", "it is not JSON"),
    ],
    ids=["20 MB", "100,000 objects", "number", "numbers", "two texts", "null", "empty", "remark"],
)
def test_stamps_in_hdf5(read, tmp_path, stamp, problem):
    """An attribute that is no stamp is passed over, however large it is."""
    path = attributed(tmp_path / "model.h5", stamp.decode() if isinstance(stamp, bytes) else stamp)
    outcome, said = read(path)
    assert outcome == "read"
    assert said.startswith("('acme>Scale',)")
    assert (problem or "") in said
