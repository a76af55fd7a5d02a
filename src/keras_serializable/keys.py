"""Keys: the names under which Keras stores objects, ``package>name`` or a bare name."""

SEPARATOR = ">"


def join(package: str, name: str) -> str:
    """Return the key of `name` in `package`.

    Args:
        package: The package part, as given to the decorator.
        name: The name of the object inside the package.

    Returns:
        The key, ``package>name``.

    Example:
        >>> join("acme", "Scale")
        'acme>Scale'
    """
    return f"{package}{SEPARATOR}{name}"


def package_of(key: str) -> str | None:
    """Return the package part of `key`.

    Args:
        key: A key, or a bare name.

    Returns:
        What stands before the first ``>``, or `None` for a bare name.

    Example:
        >>> package_of("acme>Scale")
        'acme'
        >>> package_of("MDN") is None
        True
    """
    package, separator, _ = key.partition(SEPARATOR)
    return package if separator else None


def name_of(key: str) -> str:
    """Return the name part of `key`.

    Args:
        key: A key, or a bare name.

    Returns:
        What stands after the first ``>``, or the whole of a bare name.

    Example:
        >>> name_of("acme>Scale"), name_of("MDN")
        ('Scale', 'MDN')
    """
    _, separator, name = key.partition(SEPARATOR)
    return name if separator else key


def advertises_package(name: str, value: str) -> bool:
    """Return whether an entry point advertises a package: a bare name, and no attribute.

    Args:
        name: The entry point's name.
        value: The entry point's object reference.

    Returns:
        `True` for a package, `False` for a key.

    Example:
        >>> advertises_package("acme", "acme.layers"), advertises_package("MDN", "mdn:MDN")
        (True, False)
    """
    return SEPARATOR not in name and ":" not in value
