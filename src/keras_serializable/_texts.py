"""Texts: what comes from files and from metadata, made fit for a message.

A key, a path or a version may hold anything: escape sequences that a terminal obeys, a lone
surrogate that no terminal can print, or a megabyte.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 200
"""How many characters of one text a message shows."""

LONGEST_FAILURE = 2000
"""How many characters of another error's text a message shows; Keras' have 1,000 to 4,000."""

LONGEST_REASON = 3000
"""How many characters of a reason a message shows; it may hold another error's text."""

_LISTED = 5


def escaped(text: object, longest: int = LONGEST, *, lines: bool = False) -> str:
    r"""Return a text escaped and cut, as messages show it; `lines` keeps its line breaks.

    Example:
        >>> print(escaped("acme\x1b[2J\n"), escaped("x" * 9, 3))
        acme\x1b[2J\n xxx...
    """
    try:
        text = str(text)
    except Exception:  # noqa: BLE001 -- a message must not fail because of what it is about
        text = f"a {type(text).__name__} without a text"
    kept = text[:longest]
    if not kept.isprintable():
        # str.isprintable() and repr() agree about what has to be escaped.
        kept = "".join(
            each if each.isprintable() or (lines and each == "\n") else repr(each)[1:-1]
            for each in kept
        )
    return kept if len(text) <= longest else f"{kept}..."


def shown(value: object) -> str:
    """Return a value as a message shows it: a string in quotes, a long one cut.

    Example:
        >>> shown("Scale"), len(shown("Scale" * 1000))
        ("'Scale'", 205)
    """
    try:
        text = repr(value[: LONGEST + 1] if isinstance(value, str) else value)
    except Exception:  # noqa: BLE001 -- an error about a value must not fail because of the value
        text = f"a {type(value).__name__}"
    return escaped(text, LONGEST + 2)


def origin(obj: object) -> str:
    """Return where a class or function is defined, as module and qualified name; not escaped.

    Example:
        >>> origin(min), origin(3)
        ('builtins.min', '3')
    """
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    if not isinstance(name, str):
        return shown(obj)
    module = getattr(obj, "__module__", None)
    return f"{module}.{name}" if isinstance(module, str) else name


def failure(error: BaseException | str) -> str:
    """Return an error's class and text; of an error that is only a text, that text.

    Example:
        >>> failure(KeyError("x"))
        "KeyError: 'x'"
    """
    if isinstance(error, str):
        return escaped(error)
    return f"{escaped(type(error).__name__)}: {escaped(error, LONGEST_FAILURE, lines=True)}"


def listed(texts: "Iterable[object]", most: int = _LISTED, separator: str = ", ") -> str:
    """Return texts in a row, escaped, and of a long row how many more there are.

    Example:
        >>> listed("abcdefg")
        'a, b, c, d, e and 2 more'
    """
    texts = list(texts)
    row = separator.join(escaped(each, 5 * LONGEST) for each in texts[:most])
    return row if len(texts) <= most else f"{row} and {len(texts) - most} more"
