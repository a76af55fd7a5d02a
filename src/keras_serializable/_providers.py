"""Providers: which installed distribution advertises what, and what is wrong with its metadata.

Plain immutable values, made when somebody asks for one. Importing `dataclasses` or `typing` for
them would cost more than a whole scan.
"""

from keras_serializable._keys import advertises_package
from keras_serializable._texts import escaped, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType
    from typing import NoReturn


class _Value:
    """What the values share: no assignment, equality by content, pickling by constructor."""

    __slots__: "tuple[str, ...]" = ()  # in a subclass: the constructor's arguments, in its order

    def _content(self) -> "tuple[object, ...]":
        return tuple(getattr(self, slot) for slot in self.__slots__)

    def __setattr__(self, attribute: str, value: object) -> "NoReturn":
        raise AttributeError(f"{type(self).__name__} is immutable; make a new one instead")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())

    def __reduce__(self) -> "tuple[object, ...]":
        return type(self), self._content()

    def __repr__(self) -> str:
        content = ", ".join(f"{slot}={getattr(self, slot)!r}" for slot in self.__slots__)
        return f"{type(self).__name__}({content})"


class Distribution(_Value):
    """An installed distribution, as far as its provenance matters here.

    Args:
        name: The name, as its metadata spells it.
        version: The version, empty where the metadata does not tell.
        path: The folder or file the metadata was read from, empty where it has none.

    Example:
        >>> str(Distribution("acme-layers", "1.2", "site-packages/acme_layers-1.2.dist-info"))
        'acme-layers 1.2'
    """

    __module__ = "keras_serializable"

    __slots__ = ("name", "version", "path")

    name: str
    path: str
    version: str

    def __init__(self, name: str, version: str = "", path: str = "") -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "version", version)
        object.__setattr__(self, "path", path)

    def __str__(self) -> str:
        return escaped(f"{self.name} {self.version}".rstrip())


class Provider(_Value):
    """One entry point of the group ``keras_serializable``.

    A value with extras is optional: it is asked after every other, and only where all that its
    extras require is installed.

    Args:
        name: The entry point's name: a key (``package>name`` or a bare name), or a package.
        value: The entry point's object reference: ``module:attribute`` or ``module``, and extras
            of the distribution in brackets.
        distribution: The distribution that advertises it.
        requirements: What the extras require, as the distribution's metadata has it:
            ``keras-tcn>=3``.
        missing: Those of the requirements whose distribution is not installed, in any version.

    Example:
        >>> scale = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2"))
        >>> scale.module, scale.attribute, scale.advertises_package
        ('acme.layers', 'Scale', False)
        >>> Provider("acme", "acme.layers", Distribution("acme", "1.2")).advertises_package
        True
        >>> tcn = Provider(
        ...     "Custom>TCN", "tcn:TCN [keras-tcn]", Distribution("knowledge", "1.0"),
        ...     requirements=("keras-tcn>=3",), missing=("keras-tcn>=3",),
        ... )
        >>> tcn.attribute, tcn.is_optional, tcn.is_available
        ('TCN', True, False)
    """

    __module__ = "keras_serializable"

    __slots__ = ("name", "value", "distribution", "requirements", "missing")

    name: str
    value: str
    distribution: Distribution
    requirements: "tuple[str, ...]"
    missing: "tuple[str, ...]"

    def __init__(
        self,
        name: str,
        value: str,
        distribution: Distribution,
        requirements: "Iterable[str]" = (),
        missing: "Iterable[str]" = (),
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "distribution", distribution)
        object.__setattr__(self, "requirements", tuple(requirements))
        object.__setattr__(self, "missing", tuple(missing))

    @property
    def module(self) -> str:
        """The module to import."""
        return self._reference().partition(":")[0].rstrip()

    @property
    def attribute(self) -> str:
        """The attribute of the module, dotted where it is nested; empty where there is none."""
        return self._reference().partition(":")[2].lstrip()

    def attribute_of(self, module: "ModuleType") -> object:
        """Return what the attribute refers to in `module`.

        Args:
            module: The imported module.

        Returns:
            The object.

        Raises:
            AttributeError: If there is no such attribute.

        Example:
            >>> import string
            >>> letters = Provider("letters", "string:ascii_letters.upper", Distribution("acme"))
            >>> letters.attribute_of(string)()[:3]
            'ABC'
        """
        found: object = module
        for name in self.attribute.split("."):
            found = getattr(found, name)
        return found

    @property
    def advertises_package(self) -> bool:
        """Whether it advertises every key of a package instead of one key."""
        return advertises_package(self.name, self.value)

    @property
    def is_optional(self) -> bool:
        """Whether its value has extras: it then describes an object of another distribution."""
        return "[" in self.value

    @property
    def is_available(self) -> bool:
        """Whether all that its extras require is installed; it is asked for no key otherwise."""
        return not self.missing

    @property
    def libraries(self) -> "tuple[str, ...]":
        """The names of the distributions that its extras require."""
        return tuple(map(required_distribution, self.requirements))

    def _reference(self) -> str:
        return self.value.partition("[")[0].rstrip()

    def __str__(self) -> str:
        text = f'"{escaped(self.name)}" = "{escaped(self.value)}" of {self.distribution}'
        if self.missing:
            return f"{text}, not installed: {listed(self.missing)}"
        return f"{text}, optional" if self.is_optional else text


def owners(provider: Provider) -> str:
    """Return the names of the distributions that have a provider's module, for a message."""
    return listed(provider.libraries or (provider.distribution.name,))


def required_distribution(requirement: str) -> str:
    """Return the name of the distribution in a requirement.

    Example:
        >>> required_distribution("keras-tcn[plot]>=3"), required_distribution("tcn @ file:///tcn")
        ('keras-tcn', 'tcn')
    """
    name = requirement.strip()
    for position, letter in enumerate(name):
        if not (letter.isalnum() or letter in "-_."):
            return name[:position]
    return name


class Problem(_Value):
    """A fault in a metadata file or folder on the path.

    Args:
        path: The file or folder.
        cause: What is wrong with it.

    Example:
        >>> str(Problem("bad.dist-info/entry_points.txt", "line 2 has no '='"))
        "bad.dist-info/entry_points.txt: line 2 has no '='"
    """

    __module__ = "keras_serializable"

    __slots__ = ("path", "cause")

    path: str
    cause: str

    def __init__(self, path: str, cause: str) -> None:
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "cause", cause)

    def __str__(self) -> str:
        return f"{escaped(self.path)}: {escaped(self.cause)}"
