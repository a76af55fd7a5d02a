"""Texts: what comes from elsewhere is escaped and cut before a message shows it."""

import pytest

from keras_serializable import _texts as texts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("acme 1.2", "acme 1.2"),
        ("ünïcode>層", "ünïcode>層"),
        ("C:\\site-packages", "C:\\site-packages"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\r\nb\tc\0", "a\\r\\nb\\tc\\x00"),
        ("\x9b31m", "\\x9b31m"),  # a terminal obeys it like ESC [
        ("\udcff", "\\udcff"),
        ("\u202egpj.exe", "\\u202egpj.exe"),  # turns the direction of writing
        ("", ""),
    ],
)
def test_escaped(text, shown):
    """What a terminal would obey, or could not print, is escaped; all else stays as it is."""
    assert texts.escaped(text) == shown
    assert texts.escaped(text).isprintable()


def test_line_breaks_may_stay():
    """Where they are asked for, line breaks stay, and nothing else does."""
    assert texts.escaped("a\nb\x1b\r", lines=True) == "a\nb\\x1b\\r"


@pytest.mark.parametrize("function", [texts.escaped, texts.shown])
def test_cut(function):
    """A long text is cut after it was escaped."""
    assert len(function("x" * 1_000_000)) < 210
    assert len(function("\udcff" * 1_000_000)) < 1300


def test_shown():
    """A value is shown as its repr, cut and escaped."""

    class Hostile:
        def __repr__(self):
            return "\x1b[2J"

    class Broken:
        def __repr__(self):
            raise ValueError

    assert texts.shown("a'\x1b") == '"a\'\\x1b"'
    assert texts.shown(Hostile()) == "\\x1b[2J"
    assert texts.shown(Broken()) == "a Broken"


def test_origin():
    """The origin of a class or function is its module and qualified name, and else its repr."""

    class Unnamed:
        __module__ = None
        __qualname__ = "Unnamed\x1b"

    assert texts.origin(texts.escaped) == "keras_serializable._texts.escaped"
    assert texts.origin(Unnamed) == "Unnamed\x1b"
    assert texts.origin("\x1b") == "'\\x1b'"


def test_failure():
    """An error is shown with its class; one whose text raises is shown without it."""

    class SilentError(Exception):
        def __str__(self):
            raise ValueError

    assert texts.failure(ValueError("one\ntwo\x1b")) == "ValueError: one\ntwo\\x1b"
    assert texts.failure(SilentError()) == "SilentError: a SilentError without a text"
    assert len(texts.failure(ValueError("x" * 1_000_000))) < 2100


def test_listed():
    """Of a long row the first few are shown, and how many more there are."""
    assert texts.listed([]) == ""
    assert texts.listed("ab") == "a, b"
    assert texts.listed("abc", 2, "; ") == "a; b and 1 more"
    assert texts.listed(["\x1b"]) == "\\x1b"
