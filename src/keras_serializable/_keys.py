"""Keys: the names under which Keras stores objects, ``package>name`` or a bare name."""

import sys

SEPARATOR = ">"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT = "__main__"
"""The module of an object that a script or a notebook defines."""

_NO_MODULE = ("builtins", "")
"""What a file states for a function: the module of Python's type `function`, or nothing."""


def key_of(package: str, name: str) -> str:
    """Return the key of a name in a package: ``package>name``.

    Example:
        >>> key_of("acme", "Scale")
        'acme>Scale'
    """
    return f"{package}{SEPARATOR}{name}"


def check_key(package: str, name: str | None) -> None:
    """Check that package and name can make a key that an entry point can advertise.

    Example:
        >>> check_key("acme", "ops>Scale")
        >>> check_key("acme>ops", "Scale")
        Traceback (most recent call last):
            ...
        ValueError: the package 'acme>ops' has a '>' in it, which ends the package of a key: for \
the key 'acme>ops>Scale' write "acme" as the package and "ops>Scale" as the name
    """
    for part in (package, name or ""):
        if not part.isprintable():
            raise ValueError(f"{part!r:.200} has a character that cannot be printed")
    if SEPARATOR in package:
        first, _, rest = package.partition(SEPARATOR)
        rest = key_of(rest, name or "Name")
        raise ValueError(
            f"the package {package!r:.200} has a '>' in it, which ends the package of a key: for "
            f'the key {key_of(first, rest)!r:.200} write "{first:.200}" as the package and '
            f'"{rest:.200}" as the name'
        )


def package_of(key: str) -> str | None:
    """Return what stands before the first ``>`` of a key, `None` for a bare name.

    Example:
        >>> package_of("acme>Scale")
        'acme'
        >>> package_of("MDN") is None
        True
    """
    package, separator, _ = key.partition(SEPARATOR)
    return package if separator else None


def name_of(key: str) -> str:
    """Return what stands after the first ``>`` of a key, or the whole of a bare name.

    Example:
        >>> name_of("acme>Scale"), name_of("MDN")
        ('Scale', 'MDN')
    """
    _, separator, name = key.partition(SEPARATOR)
    return name if separator else key


def stated_module(config: "Mapping[str, object]") -> object:
    """Return the module that a config states for its object, `None` if it states none.

    Keras writes null for a class that a script or a notebook defines.

    Example:
        >>> stated_module({"module": "mdn", "class_name": "MDN"})
        'mdn'
        >>> stated_module({"module": None, "class_name": "MDN"})
        '__main__'
        >>> stated_module({"class_name": "MDN"}) is None
        True
    """
    module = config.get("module")
    return SCRIPT if module is None and "module" in config else module


def library_of(key: str, module: object) -> str | None:
    """Return the library whose object a file means by a bare key, `None` if it does not say.

    Libraries share bare names such as ``GCNConv``, and scripts use them too.

    Example:
        >>> library_of("GCNConv", "spektral.layers")
        'spektral'
        >>> library_of("GCNConv", None) is library_of("acme>Scale", "acme.layers") is None
        True
    """
    if SEPARATOR in key or not isinstance(module, str) or module in _NO_MODULE:
        return None
    return module.partition(".")[0]


def is_of_script(name: str) -> bool:
    """Return whether the running script or notebook defines a class or function of this name.

    Example:
        >>> is_of_script("no_such_function")
        False
    """
    found = getattr(sys.modules.get(SCRIPT), name, None)
    return hasattr(found, "__qualname__") and getattr(found, "__module__", None) == SCRIPT


def means_script(key: str, module: object) -> bool:
    """Return whether a file means an object of the running script by a bare key.

    It does if it states no library, as an ``.h5`` file, and the script defines the name.

    Example:
        >>> means_script("acme>Scale", None), means_script("no_such_function", None)
        (False, False)
    """
    return SEPARATOR not in key and not library_of(key, module) and is_of_script(key)


def advertises_package(name: str, value: str) -> bool:
    """Return whether an entry point advertises a package: a bare name, and no attribute.

    Example:
        >>> advertises_package("acme", "acme.layers"), advertises_package("MDN", "mdn:MDN")
        (True, False)
    """
    return SEPARATOR not in name and ":" not in value
