"""Foreign distributions: those that a plain directory cannot show, read by importlib_metadata.

They are in zip files and eggs, or known to finders on `sys.meta_path` alone.
"""

import importlib_metadata

from keras_serializable.metadata import (
    GROUP,
    HEADER_FILES,
    HOOK_GROUP,
    Advertisement,
    by_name,
    name_and_version,
    normalized_name,
)
from keras_serializable.provider import Distribution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Foreign:
    """A distribution that importlib_metadata found.

    Args:
        found: What it found.
        where: Where, for problems with it.
        problems: Takes what cannot be read: where, and the cause.

    Attributes:
        folder: A metadata folder as one with its name would have.
        advertisement: What it advertises, `None` for nothing.
    """

    def __init__(
        self, found: importlib_metadata.Distribution, where: str, problems: "list[tuple[str, str]]"
    ) -> None:
        self._found = found
        path = getattr(found, "_path", None)
        folder: str = getattr(path, "name", "")
        stem, number = name_and_version(folder)
        self.advertisement: Advertisement | None = None
        name = _header(found, "name", where, problems) or stem
        version = _header(found, "version", where, problems) or number
        try:
            # The name by which importlib_metadata itself tells distributions apart.
            normalized: str = getattr(found, "_normalized_name")  # noqa: B009 -- private
        except Exception:  # noqa: BLE001 -- a finder's own class may lack it, or fail
            normalized = normalized_name(name)
        self.folder = f"{normalized}-.dist-info"
        try:
            values = _values(found, GROUP)
            hook_values = _values(found, HOOK_GROUP)
        except Exception as error:  # noqa: BLE001 -- foreign code, as below
            problems.append(_problem(where, error))
        else:
            if values or hook_values:
                named = Distribution(name, version, str(path or where))
                self.advertisement = Advertisement(values, hook_values, named.path, named)

    @property
    def has_metadata(self) -> bool:
        """Whether there is a METADATA, or what older formats have instead."""
        try:
            return (
                any(map(self._found.read_text, HEADER_FILES))
                or getattr(self._found, "_path").is_file()  # noqa: B009 -- private, and not in its type
            )
        except Exception:  # noqa: BLE001 -- the same
            return False


def read_archive(path: str, problems: "list[tuple[str, str]]") -> "list[Foreign]":
    """Return the distributions in a zip file or egg.

    Args:
        path: The archive; a file that is none holds none.
        problems: Takes what cannot be read: where, and the cause.

    Returns:
        The distributions.
    """
    finder = importlib_metadata.MetadataPathFinder
    finder.invalidate_caches()  # it remembers an archive by its time alone
    return ask_finder(finder, [path], path, problems)


def ask_finder(
    finder: object, path: "Sequence[str]", where: str, problems: "list[tuple[str, str]]"
) -> "list[Foreign]":
    """Return the distributions that a finder knows.

    Args:
        finder: An object with the method ``find_distributions``.
        path: The path to search, as `sys.path` is one.
        where: How to call the place where something is wrong.
        problems: Takes what cannot be read: where, and the cause.

    Returns:
        The distributions.
    """
    try:
        context = importlib_metadata.DistributionFinder.Context(path=list(path))  # type: ignore[no-untyped-call]
        found = list(finder.find_distributions(context))  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 -- the same
        problems.append(_problem(where, error))
        return []
    return [Foreign(each, where, problems) for each in found]


def _header(
    found: importlib_metadata.Distribution,
    header: str,
    where: str,
    problems: "list[tuple[str, str]]",
) -> str:
    try:
        return (getattr(found, header) or "").strip()
    except (FileNotFoundError, ModuleNotFoundError, KeyError):
        return ""  # no METADATA, or not this header: the folder tells enough
    except Exception as error:  # noqa: BLE001 -- foreign code; nothing else may suffer from it
        problem = _problem(where, error)
        if problem not in problems:
            problems.append(problem)
        return ""


def _values(found: importlib_metadata.Distribution, group: str) -> "dict[str, str]":
    return by_name((each.name, each.value) for each in found.entry_points.select(group=group))


def _problem(where: str, error: Exception) -> "tuple[str, str]":
    return where, f"{type(error).__name__}: {error}"
