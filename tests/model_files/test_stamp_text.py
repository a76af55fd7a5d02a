"""The text of a stamp comes back as it was written; a broken one ends in an error."""

import json

import pytest

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
        ({**CONTENT, "objects": {"a": {**SCALE, "distribution": "-r x"}}}, "a name that none"),
        ({**CONTENT, "objects": {"a": {**SCALE, "entry_point": "\x1b"}}}, "an entry point is"),
        ({**CONTENT, "objects": {"a": {**SCALE, "entry_point": {}}}}, "of the wrong type"),
        ({**CONTENT, "objects": {"a\n": SCALE}}, "a key is"),
        ({**CONTENT, "objects": {"a": {**SCALE, "entry_point": ["x"]}}}, "of the wrong type"),
        ({**CONTENT, "python": None}, "of the wrong type"),
        ({**CONTENT, "python": 3.13}, "of the wrong type"),
        ({**CONTENT, "python": "3 ; rm"}, "a version has a form"),
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
