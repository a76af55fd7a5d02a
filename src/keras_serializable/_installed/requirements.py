"""Requirements: what the extras of an entry point require, from ``Requires-Dist`` in METADATA."""

from keras_serializable._installed.metadata import normalized_name
from keras_serializable._providers import required_distribution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_serializable._installed.metadata import MetadataFolder

    Required = tuple[tuple[str, ...], tuple[str, ...]]  # all, and those not installed


class Requirements:
    """What the extras of installed distributions require, and what of that is not installed.

    METADATA is read when an optional provider is asked for, not by a scan.
    """

    __slots__ = ("_by_extra", "_installed", "_required")

    def __init__(self, installed: "Iterable[str]") -> None:
        self._installed = frozenset(installed)  # the normalized names of all distributions
        self._by_extra: dict[MetadataFolder, dict[str, tuple[str, ...]]] = {}
        # A distribution may have 1,500 values with 30 different extras.
        self._required: dict[tuple[MetadataFolder, str], Required] = {}

    def of(self, value: str, folder: "MetadataFolder") -> "Required":
        """Return what the extras of a value require, and what of that is not installed."""
        extras = value.partition("[")[2]
        required = self._required.get((folder, extras))
        if required is None:
            by_extra = self.by_extra(folder)
            each = [text for extra in extras_of(value) for text in by_extra.get(extra, ())]
            requirements = tuple(dict.fromkeys(each))
            missing = tuple(text for text in requirements if not self._is_installed(text))
            self._required[folder, extras] = required = requirements, missing
        return required

    def by_extra(self, folder: "MetadataFolder") -> "dict[str, tuple[str, ...]]":
        """Return what each extra of a distribution requires, by its normalized name."""
        if folder not in self._by_extra:
            self._by_extra[folder] = by_extra(folder.requirement_lines())
        return self._by_extra[folder]

    def _is_installed(self, requirement: str) -> bool:
        return normalized_name(required_distribution(requirement)) in self._installed


def extras_of(value: str) -> "list[str]":
    """Return the extras in an entry point's value, normalized.

    Example:
        >>> extras_of("tcn:TCN [keras-tcn, plot]")
        ['keras_tcn', 'plot']
    """
    extras = value.partition("[")[2].partition("]")[0]
    return [normalized_name(each.strip()) for each in extras.split(",") if each.strip()]


def by_extra(lines: "Iterable[str]") -> "dict[str, tuple[str, ...]]":
    """Return the requirements of each extra by its normalized name, without their markers.

    A requirement whose marker does not hold for this Python is left out, but its extra is known.

    Example:
        >>> by_extra(["keras-tcn>=3; extra == 'keras-tcn'", "numpy"])
        {'keras_tcn': ('keras-tcn>=3',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        requirement, _, marker = line.partition(";")
        for extra, is_required in _extras_of_marker(marker).items():
            former = found.setdefault(extra, ())
            if is_required:
                found[extra] = (*former, requirement.strip())
    return found


def _extras_of_marker(marker: str) -> "dict[str, bool]":
    """Return the extras that a marker is about, and whether it holds for each."""
    if "extra" not in marker:
        return {}
    left, _, right = marker.partition("==")
    name = right.strip()[1:-1]
    if left.strip() == "extra" and name.replace("-", "_").replace(".", "_").isidentifier():
        return {normalized_name(name): True}
    # 7 ms, which distributions save whose markers name nothing but an extra.
    from keras_serializable._installed.markers import extras_in  # noqa: PLC0415

    return extras_in(marker.strip())
